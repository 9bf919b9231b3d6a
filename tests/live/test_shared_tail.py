"""Reading the ledger forwards: every entry once, in order, from any position, by any clock that is not far off."""

import random

import pytest

from app.domain.operation import CommandInfo
from app.domain.reservations.reservation import ReservationState
from app.domain.stock.level import LevelKey
from app.domain.stock.movement import Movement
from app.services.live.ledger_offset import LedgerBatch, LedgerOffset
from app.store.driver.client import Database
from app.store.readers.ledger.ledger_tail import HORIZON_MICROSECONDS, REPLY_OPERATIONS, MongoTail
from app.store.readers.ledger.tail_sources import LAST_OF_REGISTERED, LINES, PUBLISHED, TailSource
from app.store.writer.writer import MongoWriter
from tests.live.orders import SetOrders, history_of
from tests.live.process import ledger_of
from tests.support.clock import SECOND, START, StillClock
from tests.support.scene import CUP, TEA, an_adjustment, given_catalog
from tests.support.store import a_writer, emptied_store, mongo_store

BEGINNING = LedgerOffset(base=START, reached={})
_DAY_SECONDS = 86_400


@pytest.fixture
async def shop(database: Database) -> Database:
    """Return a database in which two items exist, and no level."""
    await given_catalog(mongo_store(database), TEA, CUP)
    return database


def a_tail(
    database: Database, clock: StillClock, *, batch_lines: int = 1_000, batch_document_lines: int = 1_000
) -> MongoTail:
    """Return a reader of the ledger."""
    return MongoTail(
        database.client, database, clock=clock, batch_lines=batch_lines, batch_document_lines=batch_document_lines
    )


class Hand:
    """A writer's hand: each call is one operation."""

    def __init__(self, database: Database, clock: StillClock) -> None:
        self.writer: MongoWriter = a_writer(database, clock=clock)
        self._count = 0

    async def add(self, key: LevelKey = TEA) -> None:
        """Add a unit."""
        self._count += 1
        name = f"{self.writer.identity}-{self._count}"
        await self.writer.run(an_adjustment(key, 1, idempotency_key=name))

    async def order(self, *orders: str, keys: tuple[LevelKey, ...] = ()) -> None:
        """Change reservations, and add a unit to each level."""
        self._count += 1
        info = CommandInfo(operation_id=f"{self.writer.identity}-{self._count}", kind="orderSet", actor="shop")
        states = dict.fromkeys(orders, ReservationState.HELD)
        await self.writer.run(SetOrders(info=info, states=states, keys=keys))


async def read_all(tail: MongoTail, position: LedgerOffset) -> tuple[list[Movement], LedgerBatch]:
    """Read until nothing is left."""
    lines: list[Movement] = []
    while True:
        found = await tail.read(position)
        lines += found.lines
        position = found.offset
        if found.is_complete:
            return lines, found


def orders_in(found: LedgerBatch) -> list[tuple[str, int]]:
    """Return the versions of reservations that a round tells."""
    return [(each.id, each.version) for operation in found.operations for each in operation.documents]


async def test_now_is_behind_everything_that_can_be_seen(shop: Database) -> None:
    """From now on only new lines are read, those of known writers and of new ones."""
    clock = StillClock()
    tail = a_tail(shop, clock)
    one = Hand(shop, clock)
    await one.add()
    position = await tail.now()
    assert (await tail.read(position)).lines == ()
    await one.add()
    await Hand(shop, clock).add(CUP)
    found = await tail.read(position)
    assert {(line.after.key, line.after.version) for line in found.lines} == {(TEA, 2), (CUP, 1)}


async def test_now_is_behind_the_operations_that_tell_of_documents(shop: Database) -> None:
    """Those of writers that never moved a unit, too; what comes after is read, and then lies behind."""
    clock = StillClock()
    tail = a_tail(shop, clock)
    one, two = Hand(shop, clock), Hand(shop, clock)
    await one.order("a")
    await one.add()
    await two.order("b")
    position = await tail.now()
    found = await tail.read(position)
    assert (found.lines, found.operations, found.offset) == ((), (), position)
    await one.order("a", "b")
    found = await tail.read(position)
    assert (found.lines, orders_in(found)) == ((), [("a", 2), ("b", 2)])
    assert found.offset == await tail.now()
    assert (await tail.read(found.offset)).operations == ()


async def test_a_round_that_is_cut_short_reaches_equally_far_in_both_lists(shop: Database) -> None:
    """Where one list meets its limit the other ends at the same moment, so that the position is behind both."""
    clock = StillClock()
    hand = Hand(shop, clock)
    for _ in range(3):
        await hand.add()
        await hand.add()
        await hand.order("a", keys=(CUP,))
    wide_in_lines = a_tail(shop, clock, batch_lines=100, batch_document_lines=1)
    found = await wide_in_lines.read(BEGINNING)
    assert ([line.after.key for line in found.lines], orders_in(found)) == ([TEA, TEA, CUP], [("a", 1)])
    wide_in_operations = a_tail(shop, clock, batch_lines=5, batch_document_lines=100)
    found = await wide_in_operations.read(BEGINNING)
    assert ([line.after.key for line in found.lines], orders_in(found)) == ([TEA, TEA, CUP, TEA, TEA], [("a", 1)])
    assert not found.is_complete
    found = await wide_in_operations.read(found.offset)
    assert ([line.after.key for line in found.lines], orders_in(found)) == ([CUP, TEA, TEA, CUP], [("a", 2), ("a", 3)])
    assert found.is_complete


async def test_a_round_holds_as_many_operations_as_their_documents_allow(shop: Database) -> None:
    """Large ones come a few at a time, at least one; of small ones a round takes more than one reply of the server."""
    clock = StillClock()
    hand = Hand(shop, clock)
    for size in (3, 1, 8, 1):
        await hand.order(*(f"order-{number}" for number in range(size)))
    tail, position, sizes = a_tail(shop, clock, batch_document_lines=4), BEGINNING, []
    for _ in range(4):
        found = await tail.read(position)
        position = found.offset
        sizes.append(([len(each.documents) for each in found.operations], found.size, found.is_complete))
    assert sizes == [([3, 1], 4, False), ([8], 8, False), ([1], 1, True), ([], 0, True)]
    for _ in range(2 * REPLY_OPERATIONS + 1):
        await hand.order("small")
    found = await a_tail(shop, clock).read(position)
    assert orders_in(found) == [("small", version) for version in range(1, 2 * REPLY_OPERATIONS + 2)]
    assert found.is_complete


async def test_a_silent_writer_leaves_the_position_and_is_not_lost(shop: Database) -> None:
    """A writer silent for longer than the horizon needs no entry; its next line is read all the same, once."""
    clock = StillClock()
    tail = a_tail(shop, clock)
    silent, active = Hand(shop, clock), Hand(shop, clock)
    await silent.add()
    await active.add()
    _, found = await read_all(tail, BEGINNING)
    assert found.offset.reached.keys() == {silent.writer.identity, active.writer.identity}
    clock.move(seconds=HORIZON_MICROSECONDS // SECOND + 1)
    await active.add()
    lines, found = await read_all(tail, found.offset)
    assert [line.after.version for line in lines] == [3]
    assert found.offset.reached.keys() == {active.writer.identity}
    await silent.add()
    lines, found = await read_all(tail, found.offset)
    assert [line.after.version for line in lines] == [4]


async def test_writers_that_the_registry_forgot_are_still_read_from_an_old_position(shop: Database) -> None:
    """A reader that comes back after days gets the lines of processes that lived and died in between."""
    clock = StillClock()
    tail = a_tail(shop, clock, batch_lines=2)
    first = Hand(shop, clock)
    await first.add()
    _, found = await read_all(tail, BEGINNING)
    clock.move(seconds=2 * _DAY_SECONDS)
    for _ in range(3):
        await Hand(shop, clock).add()
    clock.move(seconds=2 * _DAY_SECONDS)
    await first.add()
    await shop["writers"].delete_many({"_id": {"$ne": first.writer.identity}})
    lines, _ = await read_all(tail, found.offset)
    assert [line.after.version for line in lines] == [2, 3, 4, 5]


async def test_forgotten_writers_that_only_changed_documents_are_read_too(shop: Database) -> None:
    """Not every writer has a line in the ledger."""
    clock = StillClock()
    tail = a_tail(shop, clock)
    position = await tail.now()
    clock.move(seconds=2 * _DAY_SECONDS)
    await Hand(shop, clock).order("a")
    clock.move(seconds=2 * _DAY_SECONDS)
    await shop["writers"].delete_many({})
    found = await tail.read(position)
    assert (orders_in(found), found.is_complete) == ([("a", 1)], True)


@pytest.mark.parametrize("seed", range(5))
async def test_random_writers_and_readers_agree_with_the_ledger(shop: Database, seed: int) -> None:
    """However commits, reads, rounds cut short and the clock interleave, each reader gets each line once, in order."""
    chance = random.Random(seed)  # noqa: S311 - a repeatable course of events
    clock = StillClock()
    hands = [Hand(shop, clock) for _ in range(3)]
    tails = [a_tail(shop, clock, batch_lines=n, batch_document_lines=m) for n, m in ((1, 3), (2, 1), (7, 4))]
    positions = [BEGINNING] * len(tails)
    heard: list[list[Movement]] = [[] for _ in tails]
    orders: list[list[tuple[str, int]]] = [[] for _ in tails]
    for _ in range(150):
        match chance.randrange(12):
            case 0:
                clock.move(seconds=chance.choice((1, 50, 200)))
            case 1:
                hands[chance.randrange(3)] = Hand(shop, clock)
            case 2 | 3 | 4:
                reader = chance.randrange(3)
                found = await tails[reader].read(positions[reader])
                positions[reader] = found.offset
                heard[reader] += found.lines
                orders[reader] += orders_in(found)
            case 5 | 6 | 7:
                keys = tuple(chance.sample((TEA, CUP), k=chance.randrange(3)))
                await chance.choice(hands).order(*chance.sample("ab", k=chance.choice((1, 2))), keys=keys)
            case _:
                await chance.choice(hands).add(chance.choice((TEA, CUP)))
    ledger = await ledger_of(shop)
    history = [(order.id, order.version) for _, order in await history_of(shop)]
    for reader, tail in enumerate(tails):
        is_complete = False
        while not is_complete:
            found = await tail.read(positions[reader])
            positions[reader], is_complete = found.offset, found.is_complete
            heard[reader] += found.lines
            orders[reader] += orders_in(found)
        assert len(orders[reader]) == len(history)
        for name in "ab":
            assert [each for each in orders[reader] if each[0] == name] == [each for each in history if each[0] == name]
        assert len(heard[reader]) == len(ledger)
        for key in (TEA, CUP):
            assert [line for line in heard[reader] if line.after.key == key] == [
                line for line in ledger if line.after.key == key
            ]


async def test_the_deprecated_driver_reads_the_same(motor_store_database: Database) -> None:
    """Motor opens its sessions differently; the rounds are the same."""
    clock = StillClock()
    await given_catalog(await emptied_store(motor_store_database, kind="motor"), TEA)
    tail = a_tail(motor_store_database, clock)
    hand = Hand(motor_store_database, clock)
    await hand.add()
    position = await tail.now()
    await hand.add()
    assert [line.after.version for line in (await tail.read(BEGINNING)).lines] == [1, 2]
    assert [line.after.version for line in (await tail.read(position)).lines] == [2]


@pytest.mark.parametrize("strand", [LINES, PUBLISHED])
async def test_a_round_merges_the_writers_through_the_index(shop: Database, strand: TailSource) -> None:
    """The query of a round scans each writer's new entries in the index, and sorts nothing in memory."""
    where = [{"writer": name, strand.moment: {"$gt": 5}} for name in "ab"]
    where.append({"writer": {"$in": ["c", "d"]}, strand.moment: {"$gte": 1}})
    found = shop[strand.collection].find({"$or": where}, sort=[(strand.moment, 1)], limit=10, hint="in_order_of_writer")
    plan = str((await found.explain())["queryPlanner"]["winningPlan"])
    assert "SORT_MERGE" in plan
    assert "'SORT'" not in plan
    assert "COLLSCAN" not in plan


async def test_the_last_moments_cost_one_key_for_each_writer(shop: Database) -> None:
    """Whatever the number of entries, registered writers and all writers are looked up in the index alone."""
    clock = StillClock()
    hands = [Hand(shop, clock) for _ in range(3)]
    for _ in range(5):
        for hand in hands:
            await hand.order("a", keys=(TEA,))
    aggregate = {"aggregate": "writers", "pipeline": LAST_OF_REGISTERED, "cursor": {}}
    stages = (await shop.command("explain", aggregate, verbosity="executionStats"))["stages"]
    lookups = [stage for stage in stages if "$lookup" in stage]
    entries = await shop["writers"].count_documents({})
    assert [(each["indexesUsed"], each["totalDocsExamined"]) for each in lookups] == [(["in_order_of_writer"], 0)] * 2
    assert all(each["totalKeysExamined"] <= entries for each in lookups)
    for strand in (LINES, PUBLISHED):
        aggregate = {"aggregate": strand.collection, "pipeline": strand.last_of_all(), "cursor": {}}
        plan = await shop.command("explain", aggregate, verbosity="queryPlanner")
        assert "DISTINCT_SCAN" in str(plan)
        assert "FETCH" not in str(plan)
