"""What is to be counted next, by the ABC class of what is sold, the same over every store."""

from decimal import Decimal

import pytest

from app.domain.catalog.commands.upsert_item import ItemChange
from app.domain.failures import BadArgument
from app.domain.insight.abc import AbcClass
from app.domain.stock.level import LevelKey
from app.domain.stock.movement import MovementReason
from app.domain.time import NEVER, Moment
from app.services.counting.cycle_counts import DueCount
from tests.support.clock import SECOND
from tests.support.counting import given_count, posted, record
from tests.support.scene import adjust, given_location, request_info
from tests.support.store import Store

DAY = 24 * 3_600
A, B, C = AbcClass.A, AbcClass.B, AbcClass.C


async def given_sales(store: Store, sku: str, *, units: int, cost: str | None = "1", code: str = "MAIN") -> LevelKey:
    """Stock 1,000 units of an item and sell some; below zero, some come back."""
    key = LevelKey(sku, code)
    cost_of_one = None if cost is None else Decimal(cost)
    await store.shop.change_item(ItemChange(sku=sku, name=sku, unit_cost=cost_of_one), request=request_info())
    await adjust(store, key, 1_000, reason=MovementReason.RECEIPT)
    if units:
        await adjust(store, key, -units, reason=MovementReason.SALE if units > 0 else MovementReason.RETURN)
    return key


async def due(store: Store, location: str = "MAIN", *, first: int = 250, **every_days: int) -> list[DueCount]:
    """Return what is to be counted."""
    return await store.cycles.due(
        location, first=first, every_days={AbcClass(name): days for name, days in every_days.items()}
    )


def told(found: list[DueCount]) -> list[tuple[str, AbcClass, int]]:
    """Return SKU, class and value in ten-thousandths of what is to be counted."""
    return [(each.level.key.sku, each.abc_class, each.value) for each in found]


async def test_what_sells_for_most_is_counted_first(store: Store) -> None:
    """By units sold, less those that came back, at cost; what has no cost, no sales or only returns is C."""
    # given
    await given_location(store)
    await given_location(store, "NORTH")
    await given_sales(store, "CHEAP", units=200, cost="0.1")
    dear = await given_sales(store, "DEAR", units=10, cost="90.5")
    await given_sales(store, "GOOD", units=15, cost="10")
    await given_sales(store, "MANY", units=900, cost=None)
    await given_sales(store, "BACK", units=-3, cost="99")
    await given_sales(store, "NONE", units=0)
    await given_sales(store, "ELSEWHERE", units=500, cost="99", code="NORTH")
    old = await given_sales(store, "OLD", units=500, cost="99")
    await adjust(store, dear, -100, reason=MovementReason.DAMAGED)
    await adjust(store, dear, +2, reason=MovementReason.RETURN)
    await store.shop.archive_item(old.sku, is_archived=True, request=request_info())
    # when
    found = await due(store)
    # then
    assert told(found) == [
        ("DEAR", A, 8 * 905_000),
        ("GOOD", B, 15 * 100_000),
        ("BACK", C, 0),
        ("CHEAP", C, 200 * 1_000),
        ("MANY", C, 0),
        ("NONE", C, 0),
    ]
    assert {each.due_at for each in found} == {NEVER}
    assert [each.level for each in found[:1]] == [await store.level(dear)]
    assert told(await due(store, first=3)) == told(found)[:3]
    assert told(await due(store, first=1)) == told(found)[:1]
    assert await due(store, first=0) == []
    assert told(await due(store, "NORTH")) == [("ELSEWHERE", A, 500 * 990_000)]
    assert await due(store, "NOWHERE") == []


async def test_an_item_is_due_again_when_its_interval_has_passed(store: Store) -> None:
    """To the microsecond; the most overdue of a class first."""
    # given
    await given_location(store)
    for sku, units in (("A-1", 40), ("A-2", 45), ("B-1", 10), ("C-1", 3), ("C-2", 0)):
        await given_sales(store, sku, units=units)
    store.clock.move(seconds=DAY)
    count = await given_count(store)
    await record(store, count, A_1=960)
    await posted(store, count)
    store.clock.move(seconds=DAY)
    count = await given_count(store)
    await record(store, count, A_2=955, B_1=990, C_1=997, C_2=1_000)
    await posted(store, count)
    levels = {sku: await store.level(LevelKey(sku, "MAIN")) for sku in ("A-1", "A-2", "B-1", "C-1", "C-2")}
    counted = {sku: level.counted_at for sku, level in levels.items() if level is not None}
    assert await due(store) == []
    # then
    for sku, days, expected in (
        ("A-1", 30, ["A-1"]),
        ("A-2", 30, ["A-1", "A-2"]),
        ("B-1", 80, ["A-1", "A-2", "B-1"]),
    ):
        moment = Moment(counted[sku] + days * DAY * SECOND)
        store.clock.now = Moment(moment - 1)
        assert sku not in [each.level.key.sku for each in await due(store, B=80)]
        store.clock.now = moment
        found = await due(store, B=80)
        assert [each.level.key.sku for each in found] == expected
        assert found[-1].due_at == moment
    store.clock.now = Moment(counted["C-2"] + 365 * DAY * SECOND)
    found = await due(store)  # without a sale in the last 90 days all are C
    assert [(each.level.key.sku, each.abc_class, each.value) for each in found] == [
        (sku, C, 0) for sku in ("A-1", "A-2", "B-1", "C-1", "C-2")
    ]
    assert [each.due_at for each in found] == [Moment(counted[sku] + 365 * DAY * SECOND) for sku in sorted(counted)]


async def test_sales_of_90_days_count(store: Store) -> None:
    """Those before make no item matter."""
    await given_location(store)
    key = await given_sales(store, "TEA-1", units=5)
    [*_, sale] = await store.movements(key)
    store.clock.now = Moment(sale.recorded_at + 90 * DAY * SECOND)
    assert told(await due(store)) == [("TEA-1", A, 50_000)]
    store.clock.now = Moment(store.clock.now + 1)
    assert told(await due(store)) == [("TEA-1", C, 0)]


@pytest.mark.parametrize(("first", "every_days"), [(-1, {}), (251, {}), (1, {"A": 0}), (1, {"B": 30, "C": 3_651})])
async def test_what_cannot_be_asked_is_refused(store: Store, first: int, every_days: dict[str, int]) -> None:
    """Pages and intervals have bounds."""
    with pytest.raises(BadArgument, match="must be between"):
        await due(store, first=first, **every_days)
