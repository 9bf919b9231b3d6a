"""Windows: whole days of 24 hours, counted back from a moment."""

import pytest

from app.domain.failures import BadArgument
from app.domain.insight.window import Window, window
from app.domain.time import MICROSECONDS_PER_DAY, Moment
from tests.support.clock import START

WEEK = Window(until=START, days=7)


@pytest.mark.parametrize(
    ("before", "day", "place"),
    [
        (7 * MICROSECONDS_PER_DAY, 6, 0),
        (6 * MICROSECONDS_PER_DAY + 1, 6, MICROSECONDS_PER_DAY - 1),
        (6 * MICROSECONDS_PER_DAY, 5, MICROSECONDS_PER_DAY),
        (MICROSECONDS_PER_DAY + 1, 1, 6 * MICROSECONDS_PER_DAY - 1),
        (MICROSECONDS_PER_DAY, 0, 6 * MICROSECONDS_PER_DAY),
        (1, 0, 7 * MICROSECONDS_PER_DAY - 1),
        (0, 0, 7 * MICROSECONDS_PER_DAY),
        (-MICROSECONDS_PER_DAY, 0, 7 * MICROSECONDS_PER_DAY),
    ],
)
def test_every_moment_of_a_window_has_its_day(before: int, day: int, place: int) -> None:
    """To the microsecond; what is later than the end belongs to the last day, and happened at the end."""
    moment = Moment(START - before)
    assert (WEEK.day(moment), WEEK.place(moment)) == (day, place)


def test_a_window_is_as_long_as_its_days() -> None:
    """It begins that much before its end."""
    assert (WEEK.since, WEEK.span) == (START - 7 * MICROSECONDS_PER_DAY, 7 * MICROSECONDS_PER_DAY)
    assert window(until=START, days=7) == WEEK


@pytest.mark.parametrize("days", [-1, 0, 731])
def test_the_days_of_a_window_have_bounds(days: int) -> None:
    """One at least, two years at most."""
    with pytest.raises(BadArgument, match="`days` must be between 1 and 730"):
        window(until=START, days=days)
