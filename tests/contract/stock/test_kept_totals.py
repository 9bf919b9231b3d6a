"""Kept totals: every summary that they answer is the one that counting the levels gives, whatever has happened."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable
from contextlib import suppress
from dataclasses import dataclass
from itertools import product

import pytest

from app.domain.errors import Refused
from app.domain.failures import Unavailable
from app.domain.limits import MAX_QUANTITY
from app.domain.stock.availability import LevelStatus
from app.domain.stock.level import LevelKey
from app.domain.stock.level_change import LevelChange
from app.services.filters import LevelFilter
from app.store.driver.client import Database
from app.store.readers.ledger.ledger_tail import MongoTail
from app.store.readers.levels.summary import MongoSummary
from app.store.totals.audit import MongoTotalsAudit
from app.store.totals.keeper import MongoTotals
from app.store.totals.kept_summary import KeptSummary
from tests.contract.stock.test_summary import CATEGORIES, CODES, COSTS, SKUS, given_cost, given_stock
from tests.support.clock import START, StillClock
from tests.support.scene import CUP, TEA, adjust, given_catalog, given_level, given_location, request_info
from tests.support.store import Store, emptied_store, mongo_store
from tests.support.totals import a_keeper, check_totals, keep, kept_alone

FILTERS = (
    LevelFilter(),
    LevelFilter(locations=("a.b", "EAST")),
    LevelFilter(locations=()),
    LevelFilter(statuses=(LevelStatus.OUT,)),
    LevelFilter(statuses=(LevelStatus.LOW, LevelStatus.IN_STOCK)),
    LevelFilter(statuses=(LevelStatus.OUT, LevelStatus.LOW), locations=("MAIN",)),
    LevelFilter(category="tEA"),
    LevelFilter(category="Tea", locations=("north", "MAIN"), statuses=(LevelStatus.IN_STOCK,)),
    LevelFilter(category="none such"),
    LevelFilter(is_archived=True),
    LevelFilter(is_archived=False, statuses=(LevelStatus.OUT,)),
)


@pytest.fixture(params=["mongo", "motor"])
def kind(request: pytest.FixtureRequest) -> str:
    """Return the driver: the store in memory keeps no totals."""
    return str(request.param)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """Two writers and two keepers over one database."""

    database: Database
    clock: StillClock
    stores: tuple[Store, Store]
    keepers: tuple[MongoTotals, MongoTotals]

    async def check(self, *filters: LevelFilter) -> None:
        """Require that the kept totals answer as counting does."""
        kept, counting = kept_alone(self.database, self.clock), MongoSummary(self.database)
        for where in filters:
            assert await kept.summary(where, as_of=START) == await counting.summary(where, as_of=START), where


@pytest.fixture
async def shop(store_database: Database, kind: str) -> AsyncIterator[Shop]:
    """Return an empty shop."""
    clock = StillClock()
    first = await emptied_store(store_database, kind=kind, clock=clock)
    second = mongo_store(store_database, kind=kind, clock=clock)
    yield Shop(
        database=store_database,
        clock=clock,
        stores=(first, second),
        keepers=(a_keeper(store_database, clock), a_keeper(store_database, clock)),
    )
    await first.close()
    await second.close()


def a_change(chance: random.Random) -> LevelChange:
    """Return a change that any level may take, so that its status may be any."""
    return LevelChange(
        on_hand=chance.randrange(-100, 150),
        reserved=chance.choice((0, 0, chance.randrange(30))),
        damaged=chance.choice((0, 0, chance.randrange(10))),
        safety=chance.choice((0, 0, chance.randrange(10))),
        backordered=chance.choice((0, 0, 0, chance.randrange(20))),
        incoming=chance.choice((0, chance.randrange(MAX_QUANTITY // 1_000))),
        reorder_point=chance.choice((None, None, chance.randrange(200))),
    )


def any_call(chance: random.Random, store: Store) -> Awaitable[object]:
    """Return a random call that may change what levels come to."""
    sku, code = chance.choice(SKUS), chance.choice(CODES)
    if chance.random() < 0.6:
        keys = chance.sample([*product(SKUS, CODES)], chance.randrange(1, 6))
        return given_stock(store, {LevelKey(*key): a_change(chance) for key in keys})
    if chance.random() < 0.7:
        return given_cost(store, sku, chance.choice(COSTS), category=chance.choice(CATEGORIES))
    is_archived = chance.random() < 0.6
    if chance.random() < 0.5:
        return store.shop.archive_item(sku, is_archived=is_archived, request=request_info())
    return store.shop.archive_location(code, is_archived=is_archived, request=request_info())


async def settled(call: Awaitable[object]) -> None:
    """Wait for a call that may be refused, or conflict with another: then nothing has changed."""
    with suppress(Refused, Unavailable):
        await call


async def test_they_answer_as_counting_does(shop: Shop) -> None:
    """Whoever changes what, and however far two keepers that disturb each other have come with it."""
    # given
    chance = random.Random(1)  # noqa: S311 - the same each time
    for sku in SKUS:
        await given_cost(shop.stores[0], sku, chance.choice(COSTS), category=chance.choice(CATEGORIES))
    for code in CODES:
        await given_location(shop.stores[0], code)
    await keep(shop.keepers[0])
    # when
    for _ in range(20):
        await asyncio.gather(*(settled(any_call(chance, store)) for store in shop.stores for _ in range(2)))
        steps = [chance.choice(shop.keepers).step() for _ in range(chance.randrange(4))]
        await asyncio.gather(*map(settled, steps))
        # then
        await shop.check(LevelFilter(), *chance.sample(FILTERS, 2))
    for keeper in shop.keepers:
        await keep(keeper)
    await shop.check(*FILTERS)
    await check_totals(shop.database, shop.clock)
    assert await shop.database["item_changes"].count_documents({}) == 0


async def test_a_change_of_two_levels_is_in_an_answer_as_a_whole(shop: Shop) -> None:
    """While two writers move units, and the totals of what was there before are built, one location at a time."""
    # given
    keys = [LevelKey("S-1", code) for code in CODES]
    await given_catalog(shop.stores[0], *keys)
    await given_stock(shop.stores[0], {key: LevelChange(on_hand=100) for key in keys})
    await given_cost(shop.stores[0], "S-1", "2")
    chance = random.Random(1)  # noqa: S311 - the same each time
    reader = KeptSummary(shop.database, clock=shop.clock, counting=MongoSummary(shop.database))
    has_ended = asyncio.Event()

    async def move(store: Store) -> None:
        for _ in range(10):
            source, target = chance.sample(keys, 2)
            await given_stock(store, {source: LevelChange(on_hand=-1), target: LevelChange(on_hand=1)})

    async def keep_on() -> None:
        while not has_ended.is_set():
            await shop.keepers[0].step()

    # when
    keeping = asyncio.create_task(keep_on())
    moving = asyncio.gather(*map(move, shop.stores))
    totals = []
    while not moving.done():
        totals.append((await reader.summary(LevelFilter(), as_of=START)).totals)
    has_ended.set()
    await asyncio.gather(keeping, moving)
    # then
    assert {(each.levels, each.on_hand, each.on_hand_value) for each in totals} == {(4, 400, 8_000_000)}
    await keep(shop.keepers[0])
    await shop.check(*FILTERS)
    await check_totals(shop.database, shop.clock)


async def test_wrong_totals_are_found_and_built_anew(shop: Shop) -> None:
    """By location, by category and by both; a keeper that has not noticed does not write to the new ones."""
    # given
    await given_level(shop.stores[0], TEA, on_hand=5)
    for keeper in shop.keepers:
        await keep(keeper)
    wrong = {"$set": {"names.0.1.0.3": 6}}
    await shop.database["stock_totals"].update_many({"_id": {"$ne": "all/state"}}, wrong)
    audit = MongoTotalsAudit(shop.database, clock=shop.clock)
    # when
    found = await audit.differences()
    # then
    assert found is not None
    assert [(each.group, each.kept.on_hand, each.counted.on_hand) for each in found] == [
        ("no category, IN_STOCK", 6, 5),
        ("location MAIN, IN_STOCK", 6, 5),
        ("location MAIN, no category, IN_STOCK", 6, 5),
    ]
    # when
    await audit.rebuild()
    assert await audit.differences() is None
    await adjust(shop.stores[0], TEA, 2)
    await keep(shop.keepers[1])
    # then
    await shop.check(LevelFilter())
    await check_totals(shop.database, shop.clock)


async def test_totals_that_are_far_behind_are_not_compared(shop: Shop) -> None:
    """The registry may no longer name every writer since then: what is missing cannot be told from what is wrong."""
    # given
    await given_level(shop.stores[0], TEA, on_hand=5)
    await keep(shop.keepers[0])
    audit = MongoTotalsAudit(shop.database, clock=shop.clock)
    assert await audit.differences() == []
    # when
    shop.clock.move(seconds=13 * 3_600)
    # then
    assert await audit.differences() is None
    await keep(shop.keepers[0])
    assert await audit.differences() == []
    await shop.check(LevelFilter())


async def test_more_groups_than_a_process_holds_are_counted(shop: Shop) -> None:
    """They are dropped, and nothing piles up meanwhile; they are kept again once that is asked for."""
    # given
    await given_level(shop.stores[0], TEA, on_hand=5)
    small = MongoTotals(
        shop.database,
        tail=MongoTail(shop.database.client, shop.database, clock=shop.clock),
        clock=shop.clock,
        max_rows=3,
    )
    await keep(small)
    await shop.check(LevelFilter())
    # when
    await given_level(shop.stores[0], CUP, on_hand=1)
    await given_cost(shop.stores[0], CUP.sku, None, category="Cups")
    await keep(small)
    # then
    assert await shop.database["stock_totals"].count_documents({}) == 1
    assert await shop.database["item_changes"].count_documents({}) == 0
    reader = KeptSummary(shop.database, clock=shop.clock, counting=MongoSummary(shop.database))
    assert (await reader.summary(LevelFilter(), as_of=START)).totals.on_hand == 6
    # when
    await MongoTotalsAudit(shop.database, clock=shop.clock).rebuild()
    await keep(shop.keepers[0])
    # then
    await shop.check(LevelFilter())
