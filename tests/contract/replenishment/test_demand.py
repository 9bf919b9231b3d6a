"""Demand as the ledger measured it, the same over every store; the figures are added up by hand."""

import pytest

from app.domain.failures import BadArgument
from app.domain.insight.window import Window, window
from app.domain.replenishment.demand import Demand
from app.domain.reservations.holds import ReservedUnits
from app.domain.stock.level import LevelKey
from app.domain.stock.movement import MovementReason
from app.domain.time import MICROSECONDS_PER_DAY, Moment
from tests.support.clock import START
from tests.support.reservations import a_line, given_reservation
from tests.support.scene import CUP, TEA, TEA_NORTH, adjust, given_catalog, given_level, request_info
from tests.support.store import Store

JAM = LevelKey("JAM-1", "MAIN")
NOWHERE = LevelKey("TEA-1", "NOWHERE")
SALE, RETURN = MovementReason.SALE, MovementReason.RETURN


def move_to(store: Store, day: int, *, microseconds: int = 0) -> None:
    """Move the clock to so many days after the start."""
    store.clock.now = Moment(START + day * MICROSECONDS_PER_DAY + microseconds)


async def given_fifteen_days(store: Store) -> None:
    """Let things be sold, come back, be held, sent out, lost and received on several days."""
    await given_level(store, TEA, on_hand=100)
    await given_level(store, TEA_NORTH, on_hand=50)
    await given_level(store, CUP, on_hand=20)
    await given_catalog(store, JAM)
    await adjust(store, TEA_NORTH, -30, reason=SALE)
    move_to(store, 10, microseconds=-100)
    await adjust(store, TEA, -30, reason=SALE)  # just before the five days
    move_to(store, 10, microseconds=-1)  # lines are recorded a microsecond after the clock
    await adjust(store, CUP, -1, reason=SALE)  # at their very beginning
    assert [line.recorded_at for line in await store.movements(CUP)][1:] == [START + 10 * MICROSECONDS_PER_DAY]
    move_to(store, 11)
    await adjust(store, TEA, -4, reason=SALE)
    held = await given_reservation(store, a_line(TEA, 3))
    await store.reservations.fulfill(held.id, lines=[ReservedUnits(sku=TEA.sku, quantity=2)], request=request_info())
    await adjust(store, CUP, 5, reason=MovementReason.RECEIPT)
    move_to(store, 13)
    await adjust(store, TEA, -1, reason=SALE)
    await adjust(store, TEA, 2, reason=RETURN)
    await adjust(store, TEA, -5, reason=MovementReason.LOST)
    await adjust(store, JAM, 10, reason=MovementReason.RECEIPT)
    await adjust(store, JAM, -6, reason=SALE)
    move_to(store, 15)
    await adjust(store, TEA, -3, reason=SALE)  # at this very moment


async def test_demand_is_measured_day_by_day(store: Store) -> None:
    """Sales and fulfilled reservations less returns; a level that began within the days is measured since then."""
    await given_fifteen_days(store)
    keys = [JAM, TEA, NOWHERE, TEA_NORTH, CUP, TEA]
    assert await store.demand_reader.demand_at(keys, window=Window(store.clock(), days=5)) == {
        TEA: Demand(days=5, units=8, mean=8 / 5, deviation=(166 / 20) ** 0.5),  # 6, 0, -1, 3: squares 46
        JAM: Demand(days=2, units=6, mean=3.0, deviation=18**0.5),
        CUP: Demand(days=5, units=1, mean=1 / 5, deviation=0.2**0.5),
        TEA_NORTH: Demand(days=5, units=0, mean=0.0, deviation=0.0),
        NOWHERE: Demand(days=5, units=0, mean=0.0, deviation=0.0),
    }
    assert await store.demand_reader.demand_at([], window=Window(store.clock(), days=5)) == {}
    season = await store.demand_reader.demand_at([TEA_NORTH], window=Window(store.clock(), days=90))
    assert (season[TEA_NORTH].days, season[TEA_NORTH].units) == (15, 30)


async def test_the_days_end_where_the_window_does(store: Store) -> None:
    """A day later the first of the days has gone by, and with it what was sold on it."""
    await given_fifteen_days(store)
    later = Window(Moment(store.clock() + MICROSECONDS_PER_DAY), days=5)
    assert await store.demand_reader.demand_at([CUP, TEA], window=later) == {
        CUP: Demand(days=5, units=0, mean=0.0, deviation=0.0),
        TEA: Demand(days=5, units=8, mean=8 / 5, deviation=(166 / 20) ** 0.5),
    }


@pytest.mark.parametrize("days", [-1, 0, 731])
def test_days_have_bounds(days: int) -> None:
    """One at least, two years at most."""
    with pytest.raises(BadArgument, match="between 1 and 730"):
        window(until=START, days=days)
