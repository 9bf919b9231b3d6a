"""Summaries: what many levels come to, to the unit and to the ten-thousandth, the same over every store."""

import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from pymongo import AsyncMongoClient
from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

from app.domain.catalog.catalog import Item
from app.domain.catalog.commands.upsert_item import ItemChange
from app.domain.command import Decision, Line, ReadSet, View
from app.domain.errors import InventoryError
from app.domain.limits import MAX_QUANTITY
from app.domain.money import MAX_MONEY, Money
from app.domain.operation import CommandInfo, fresh_operation_id
from app.domain.stock.availability import LevelStatus
from app.domain.stock.level import Level, LevelKey
from app.domain.stock.level_change import Allowance, LevelChange
from app.domain.stock.movement import MovementReason
from app.domain.stock.summary import Breakdown, Group, InventorySummary, StockTotals, SummaryTooLarge
from app.domain.time import Moment
from app.services.filters import LevelFilter
from app.store.driver.client import Database, close_client
from app.store.readers.levels.summary import SUMMARY_SECONDS, MongoSummary
from tests.support.clock import START
from tests.support.scene import (
    CUP,
    TEA,
    TEA_NORTH,
    given_catalog,
    given_item,
    given_level,
    given_location,
    request_info,
)
from tests.support.store import Store, mongo_store

SKUS = tuple(f"S-{number}" for number in range(12))
CODES = ("EAST", "MAIN", "north", "a.b")
CATEGORIES = (None, "Tea", "Cups", "tea", "Ä")
COSTS = (None, "0", "0.0001", "12.5", "999999999.9999", "7")
NOTHING = StockTotals()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stocked:
    """A command that changes levels in any way at all, unchecked."""

    info: CommandInfo
    changes: dict[LevelKey, LevelChange]

    def content(self) -> object:
        return None

    def validate(self, *, now: Moment) -> Iterator[InventoryError]:
        yield from ()

    def read_set(self) -> ReadSet:
        return ReadSet(levels=tuple(self.changes))

    def decide(self, view: View) -> Decision:
        reason = MovementReason.CORRECTION
        return Decision(
            lines=tuple(
                Line(key=key, change=it, reason=reason, allowance=Allowance.OVERSALE)
                for key, it in self.changes.items()
            )
        )


async def given_stock(store: Store, changes: dict[LevelKey, LevelChange]) -> None:
    """Change levels whose items and locations exist."""
    info = CommandInfo(operation_id=fresh_operation_id(now=START, entropy=store.entropy()), kind="test", actor="test")
    await store.run(Stocked(info=info, changes=changes))


async def given_cost(store: Store, sku: str, cost: str | None, *, category: str | None = None) -> None:
    """Give an item a cost and a category."""
    unit_cost = None if cost is None else Decimal(cost)
    await store.shop.change_item(
        ItemChange(sku=sku, name=f"Item {sku}", unit_cost=unit_cost, category=category), request=request_info()
    )


async def given_random_shop(store: Store, seed: int) -> None:
    """Stock most items at most locations with any counts."""
    chance = random.Random(seed)  # noqa: S311 - the same shop for the same seed
    for sku in SKUS:
        await given_cost(store, sku, chance.choice(COSTS), category=chance.choice(CATEGORIES))
    for code in CODES:
        await given_location(store, code)
    keys = [LevelKey(sku, code) for sku, code in product(SKUS, CODES) if chance.random() < 0.8]
    await given_stock(store, {key: any_change(chance) for key in keys})


def any_change(chance: random.Random) -> LevelChange:
    """Return a change that may make any new level: units may be missing, and more sold than there were."""
    reserved, damaged, safety = (chance.choice((0, 0, chance.randrange(100))) for _ in range(3))
    free = chance.choice((0, 0, chance.randrange(50), -chance.randrange(150), 1_000_000_000))
    return LevelChange(
        on_hand=reserved + damaged + safety + free,
        reserved=reserved,
        damaged=damaged,
        safety=safety,
        backordered=0 if free > 0 else chance.choice((0, chance.randrange(500))),
        incoming=chance.choice((0, chance.randrange(MAX_QUANTITY))),
        reorder_point=chance.randrange(40),
    )


def totals_of(levels: Iterable[Level], costs: dict[str, Money | None]) -> StockTotals:
    """Add up levels, sum by sum."""
    chosen = list(levels)

    def units(count: Callable[[Level], int]) -> int:
        return sum(count(level) for level in chosen)

    def value(count: Callable[[Level], int]) -> Money:
        return Money(sum(count(level) * (costs[level.key.sku] or 0) for level in chosen))

    return StockTotals(
        in_stock_levels=units(lambda level: level.status is LevelStatus.IN_STOCK),
        low_levels=units(lambda level: level.status is LevelStatus.LOW),
        out_levels=units(lambda level: level.status is LevelStatus.OUT),
        on_hand=units(lambda level: level.on_hand),
        reserved=units(lambda level: level.reserved),
        unavailable=units(lambda level: level.unavailable),
        backordered=units(lambda level: level.backordered),
        incoming=units(lambda level: level.incoming),
        unvalued=units(lambda level: level.on_hand if costs[level.key.sku] is None else 0),
        on_hand_value=value(lambda level: level.on_hand),
        reserved_value=value(lambda level: level.reserved),
        available_value=value(lambda level: level.available),
        incoming_value=value(lambda level: level.incoming),
    )


def summary_of(levels: Iterable[Level], items: Iterable[Item]) -> InventorySummary:
    """Add up levels in all and group by group."""
    chosen, shop = list(levels), {item.sku: item for item in items}
    costs = {sku: item.unit_cost for sku, item in shop.items()}
    codes = {level.key.location for level in chosen}
    categories = {shop[level.key.sku].category for level in chosen}
    return InventorySummary(
        as_of=START,
        totals=totals_of(chosen, costs),
        by_location=Breakdown(
            groups=tuple(
                Group(name=code, totals=totals_of((each for each in chosen if each.key.location == code), costs))
                for code in sorted(codes)
            )
        ),
        by_category=Breakdown(
            groups=tuple(
                Group(
                    name=category,
                    totals=totals_of((each for each in chosen if shop[each.key.sku].category == category), costs),
                )
                for category in [*sorted(categories - {None}, key=str), *([None] if None in categories else [])]
            )
        ),
    )


async def test_nothing_comes_to_nothing(store: Store) -> None:
    """Without a level, all sums are zero and there are no groups, whether or not there is a catalog."""
    empty = InventorySummary(as_of=START, totals=NOTHING, by_location=Breakdown(), by_category=Breakdown())
    assert await store.sums.summary(LevelFilter(), as_of=START) == empty
    await given_catalog(store, TEA)
    assert await store.sums.summary(LevelFilter(), as_of=START) == empty
    assert (NOTHING.levels, NOTHING.available) == (0, 0)


async def test_each_count_and_each_value_has_its_place(store: Store) -> None:
    """Values are units by unit cost; what has no cost is in no value; a backordered level has a value below zero."""
    # given
    await given_catalog(store, TEA, CUP, TEA_NORTH)
    await given_cost(store, TEA.sku, "2.5", category="Tea")
    await given_stock(
        store,
        {
            TEA: LevelChange(on_hand=100, reserved=30, damaged=7, quality_control=3, incoming=40, reorder_point=60),
            TEA_NORTH: LevelChange(on_hand=2, reserved=2, backordered=5, incoming=1),
            CUP: LevelChange(on_hand=9, incoming=2),
        },
    )
    # when
    summary = await store.sums.summary(LevelFilter(), as_of=START)
    # then
    tea_main = StockTotals(
        low_levels=1,
        on_hand=100,
        reserved=30,
        unavailable=10,
        incoming=40,
        on_hand_value=Money(2_500_000),
        reserved_value=Money(750_000),
        available_value=Money(1_500_000),
        incoming_value=Money(1_000_000),
    )
    tea_north = StockTotals(
        out_levels=1,
        on_hand=2,
        reserved=2,
        backordered=5,
        incoming=1,
        on_hand_value=Money(50_000),
        reserved_value=Money(50_000),
        available_value=Money(-125_000),
        incoming_value=Money(25_000),
    )
    cup_main = StockTotals(in_stock_levels=1, on_hand=9, incoming=2, unvalued=9)
    assert summary == InventorySummary(
        as_of=START,
        totals=tea_main.plus(tea_north).plus(cup_main),
        by_location=Breakdown(
            groups=(Group(name="MAIN", totals=tea_main.plus(cup_main)), Group(name="NORTH", totals=tea_north))
        ),
        by_category=Breakdown(
            groups=(Group(name="Tea", totals=tea_main.plus(tea_north)), Group(name=None, totals=cup_main))
        ),
    )
    assert (summary.totals.levels, summary.totals.available, tea_north.available) == (3, 64, -5)
    assert summary.totals.available_value == Money(1_375_000)


FILTERS: dict[str, tuple[LevelFilter, Callable[[Level, Item], bool]]] = {
    "everything": (LevelFilter(), lambda level, item: True),
    "some items": (LevelFilter(skus=("S-1", "S-10", "none")), lambda level, item: level.key.sku in ("S-1", "S-10")),
    "some locations": (
        LevelFilter(locations=("a.b", "EAST")),
        lambda level, item: level.key.location in ("a.b", "EAST"),
    ),
    "a status": (
        LevelFilter(statuses=(LevelStatus.OUT,)),
        lambda level, item: level.available <= 0,
    ),
    "two statuses": (
        LevelFilter(statuses=(LevelStatus.OUT, LevelStatus.LOW)),
        lambda level, item: level.available <= level.reorder_point or level.available <= 0,
    ),
    "words": (LevelFilter(words=("item", "s1")), lambda level, item: item.sku in ("S-1", "S-10", "S-11")),
    "a category": (LevelFilter(category="Tea"), lambda level, item: (item.category or "").lower() == "tea"),
    "no location": (LevelFilter(locations=()), lambda level, item: False),
}


@pytest.mark.parametrize("seed", range(3))
async def test_a_summary_is_the_sum_of_the_levels_that_match(store: Store, seed: int) -> None:
    """Whatever the levels hold and whatever the filter, each sum is the one that adding level by level gives."""
    await given_random_shop(store, seed)
    contents = await store.contents()
    items = {item.sku: item for item in contents.items}
    assert len(contents.levels) > 20
    for name, (where, matches) in FILTERS.items():
        chosen = [level for level in contents.levels if matches(level, items[level.key.sku])]
        assert await store.sums.summary(where, as_of=START) == summary_of(chosen, contents.items), name


async def test_a_new_cost_or_category_is_in_the_next_summary(store: Store) -> None:
    """Levels are valued by what their item costs now, and counted where it belongs now."""
    # given
    await given_level(store, TEA, on_hand=4)
    await given_cost(store, TEA.sku, "3", category="Tea")
    before = await store.sums.summary(LevelFilter(), as_of=START)
    # when
    await given_cost(store, TEA.sku, "0.5", category="Drinks")
    after = await store.sums.summary(LevelFilter(), as_of=START)
    await given_cost(store, TEA.sku, None)
    at_last = await store.sums.summary(LevelFilter(), as_of=START)
    # then
    told = [
        [(group.name, group.totals.on_hand_value, group.totals.unvalued) for group in summary.by_category.groups]
        for summary in (before, after, at_last)
    ]
    assert told == [[("Tea", 120_000, 0)], [("Drinks", 20_000, 0)], [(None, 0, 4)]]


@pytest.mark.parametrize(
    ("units", "cost", "levels"),
    [
        (MAX_QUANTITY, "429496.7297", 1),  # 2^63 - 2^31 - 1, and three more: within 63 bits
        (MAX_QUANTITY, "429496.7298", 1),  # 2^63 - 2, and three more: just beyond
        (MAX_QUANTITY, "429496.7297", 3),
        (1_999_999_999, "999999999.9999", 3),  # each level beyond by itself
    ],
)
async def test_values_are_exact_however_large(store: Store, units: int, cost: str, levels: int) -> None:
    """Beyond 53 and beyond 63 bits, to the ten-thousandth: above and below zero, beside small ones."""
    # given
    large = [LevelKey(f"GOLD-{number}", "VAULT") for number in range(levels)]
    small, owed = LevelKey("TIN", "VAULT"), LevelKey("GOLD-0", "OWED")
    await given_catalog(store, small, owed, *large)
    for key in large:
        await given_cost(store, key.sku, cost)
    await given_cost(store, "TIN", "0.0001")
    await given_stock(
        store,
        {
            **{key: LevelChange(on_hand=units, reserved=units - 2, incoming=units) for key in large},
            small: LevelChange(on_hand=3),
            owed: LevelChange(backordered=units),
        },
    )
    # when
    summary = await store.sums.summary(LevelFilter(), as_of=START)
    # then
    price = int(cost.replace(".", ""))
    totals = summary.totals
    assert (totals.on_hand, totals.backordered) == (units * levels + 3, units)
    assert totals.on_hand_value == units * price * levels + 3
    assert totals.reserved_value == (units - 2) * price * levels
    assert totals.available_value == (2 * levels - units) * price + 3
    assert totals.incoming_value == units * price * levels
    assert {group.name: group.totals.available_value for group in summary.by_location.groups} == {
        "OWED": -units * price,
        "VAULT": 2 * levels * price + 3,
    }


async def test_the_dearest_item_is_valued(store: Store) -> None:
    """At the largest cost and the largest count."""
    await given_level(store, TEA, on_hand=MAX_QUANTITY)
    await given_cost(store, TEA.sku, "1000000000")
    summary = await store.sums.summary(LevelFilter(), as_of=START)
    assert summary.totals.on_hand_value == summary.totals.available_value == MAX_QUANTITY * MAX_MONEY


class Commands(CommandListener):
    """Keeps the commands that are sent."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []

    def started(self, event: CommandStartedEvent) -> None:
        """Keep it."""
        self.sent.append(dict(event.command))

    def succeeded(self, event: CommandSucceededEvent) -> None: ...

    def failed(self, event: CommandFailedEvent) -> None: ...


async def test_it_takes_one_aggregation_of_one_snapshot_within_a_time(database: Database, mongo_url: str) -> None:
    """So that no change is in it in part, and none of them can keep the server busy."""
    # given
    commands = Commands()
    client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(mongo_url, event_listeners=[commands])
    reader = MongoSummary(client[database.name])
    # when
    await reader.summary(LevelFilter(), as_of=START)
    await close_client(client)
    # then
    [sent] = [command for command in commands.sent if "aggregate" in command]
    looked_up = [command["find"] for command in commands.sent if "find" in command]
    assert looked_up == ["locations", "items"]  # what is archived: neither is more than an index entry
    assert sent["readConcern"]["level"] == "snapshot"
    assert 0 < sent["maxTimeMS"] <= SUMMARY_SECONDS * 1_000


async def test_what_falls_into_too_many_parts_is_refused(database: Database) -> None:
    """Before it fills this process' memory; a narrower filter is answered."""
    # given
    store = mongo_store(database)
    await given_catalog(store, TEA, CUP, TEA_NORTH)
    await given_item(store, TEA.sku, category="Tea")
    await given_stock(store, {key: LevelChange(on_hand=1) for key in (TEA, CUP, TEA_NORTH)})
    await store.close()
    reader = MongoSummary(database, max_lines=2)
    # when
    with pytest.raises(SummaryTooLarge) as refusal:
        await reader.summary(LevelFilter(), as_of=START)
    # then
    assert str(refusal.value) == (
        "The summary exceeds the limit of 2 combinations of location, category and status. Narrow the filter."
    )
    summary = await reader.summary(LevelFilter(locations=("MAIN",)), as_of=START)
    assert summary.totals.levels == 2
