"""The days of the ledger that figures are about: so many of 24 hours each, counted back from a moment.

Rule: every day of a window is whole, also the last one. Days of a calendar would have the present one in part, which is
too few sales for a day; without it, the sales of a shop that opened today would not be there at all.
"""

from typing import NamedTuple

from app.domain.failures import BadArgument
from app.domain.time import MICROSECONDS_PER_DAY, Moment

MAX_WINDOW_DAYS = 730  # two years; what is older says little of what comes, and all of it is read
SALES_DAYS = 90  # a season: long enough to even out weeks, short enough to follow the trade


class Window(NamedTuple):
    """The `days` days before `until`.

    What is recorded at `until` or later belongs to the last day: the clocks of several processes are never quite equal,
    and what a client has just been told must be there.
    """

    until: Moment
    days: int

    @property
    def since(self) -> Moment:
        """The moment at which the window begins; it belongs to it."""
        return Moment(self.until - self.days * MICROSECONDS_PER_DAY)

    @property
    def span(self) -> int:
        """How long it is, in microseconds."""
        return self.days * MICROSECONDS_PER_DAY

    def place(self, moment: Moment) -> int:
        """Return how long after its beginning something within the window happened, in microseconds."""
        return min(moment, self.until) - self.since

    def day(self, moment: Moment) -> int:
        """Return the day of something within the window: 0 for the last one, `days` - 1 for the first."""
        return max(0, self.until - 1 - moment) // MICROSECONDS_PER_DAY


def window(*, until: Moment, days: int) -> Window:
    """Return a window. Raises BadArgument where it has too few or too many days."""
    if not 1 <= days <= MAX_WINDOW_DAYS:
        raise BadArgument(f"`days` must be between 1 and {MAX_WINDOW_DAYS}, not {days}.")
    return Window(until=until, days=days)
