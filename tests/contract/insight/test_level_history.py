"""The history of levels, the same over every store; the figures are worked out by hand."""

from collections.abc import Sequence

import pytest

from app.domain.failures import BadArgument
from app.domain.insight.level_history import HistoryPoint, PastCounts
from app.domain.stock.level import LevelKey
from app.domain.stock.level_change import UnavailableReason
from app.domain.stock.movement import MovementReason
from app.domain.time import MICROSECONDS_PER_DAY, Moment
from app.services.insight.level_histories import LevelHistories
from tests.support.clock import START
from tests.support.scene import CUP, TEA, TEA_NORTH, adjust, given_catalog, given_level, request_info
from tests.support.store import Store

SALE, RETURN, RECEIPT, COUNT = (
    MovementReason.SALE,
    MovementReason.RETURN,
    MovementReason.RECEIPT,
    MovementReason.CORRECTION,
)


DAMAGED = UnavailableReason.DAMAGED


def days_later(store: Store, days: float) -> None:
    """Let the clock show a time after its start."""
    store.clock.now = Moment(START + int(days * MICROSECONDS_PER_DAY))


async def history(store: Store, *keys: LevelKey, days: int, points: int) -> list[Sequence[HistoryPoint]]:
    """Return the history of levels."""
    levels = await store.levels.levels_at(keys)
    histories = LevelHistories(reader=store.history_reader, clock=store.clock)
    found = await histories.of([levels[key] for key in keys], days=days, points=points)
    return [found[key] for key in keys]


async def given_a_week(store: Store) -> None:
    """Tea begins before the week and moves within it, cups begin within it, and tea in the north does not move."""
    await given_catalog(store, TEA, CUP, TEA_NORTH)
    await adjust(store, TEA, 20, reason=RECEIPT)
    await adjust(store, TEA_NORTH, 5, reason=RECEIPT)
    days_later(store, 11.5)
    await adjust(store, TEA, -8, reason=SALE)
    await adjust(store, TEA, 1, reason=RETURN)
    days_later(store, 13.5)
    await adjust(store, CUP, 6, reason=RECEIPT)
    await store.stock.reclassify(CUP, quantity=2, source=None, target=DAMAGED, request=request_info())
    days_later(store, 15.5)
    await adjust(store, TEA, 30, reason=RECEIPT)
    await adjust(store, TEA, -3, reason=COUNT)
    await adjust(store, TEA, -2, reason=SALE)
    days_later(store, 17)


async def test_a_level_is_shown_day_by_day(store: Store) -> None:
    """A day without movements has the units of the one before; before it began, a level has none."""
    await given_a_week(store)
    tea, cups, north = await history(store, TEA, CUP, TEA_NORTH, days=7, points=7)
    assert [point.at for point in tea] == [START + day * MICROSECONDS_PER_DAY for day in range(11, 18)]
    assert [point.counts for point in tea] == [
        *[PastCounts(20, 20)],
        *[PastCounts(13, 13)] * 4,
        *[PastCounts(38, 38)] * 2,
    ]
    moved = [(point.units_in, point.units_out, point.units_sold) for point in tea]
    assert moved == [(0, 0, 0), (1, 8, 7), *[(0, 0, 0)] * 3, (30, 5, 2), (0, 0, 0)]
    assert [point.units_received for point in tea] == [0, 0, 0, 0, 0, 30, 0]
    assert [point.counts for point in cups] == [*[None] * 3, *[PastCounts(6, 4)] * 4]
    assert [point.counts for point in north] == [PastCounts(5, 5)] * 7


async def test_the_parts_of_a_period_need_not_be_days(store: Store) -> None:
    """One point is the present, with all that moved; what is left over belongs to the oldest part."""
    await given_a_week(store)
    [[whole]] = await history(store, TEA, days=7, points=1)
    assert (whole.counts, whole.units_in, whole.units_out, whole.units_sold) == (PastCounts(38, 38), 31, 13, 9)
    [points] = await history(store, TEA, days=7, points=360)
    assert len(points) == 360
    assert (points[0].counts, points[-1].counts, points[-1].at) == (
        PastCounts(20, 20),
        PastCounts(38, 38),
        store.clock(),
    )
    assert (sum(each.units_in for each in points), sum(each.units_out for each in points)) == (31, 13)


async def test_what_was_recorded_by_a_clock_that_is_ahead_is_the_present(store: Store) -> None:
    """It belongs to the last part."""
    await given_level(store, TEA, on_hand=4)
    days_later(store, -0.5)
    [points] = await history(store, TEA, days=2, points=2)
    assert [(point.counts, point.units_in) for point in points] == [(None, 0), (PastCounts(4, 4), 4)]


@pytest.mark.parametrize(("days", "points"), [(0, 1), (731, 1), (1, 0), (1, 367)])
async def test_periods_and_points_are_bounded(store: Store, days: int, points: int) -> None:
    """Nothing is read."""
    await given_level(store, TEA, on_hand=4)
    with pytest.raises(BadArgument):
        await history(store, TEA, days=days, points=points)
