"""Reading the ledger forwards: every line once, in order, from any position, by any clock that is not far off."""

import random

import pytest

from app.domain.level import LevelKey
from app.domain.movement import Movement
from app.services.positions import Position, Round
from app.store.client import Database
from app.store.tail import HORIZON_MICROSECONDS, MongoTail
from app.store.writer import MongoWriter
from tests.live.process import ledger_of
from tests.support.clock import SECOND, START, StillClock
from tests.support.scene import CUP, TEA, an_adjustment, given_catalog
from tests.support.store import a_writer, emptied_store, mongo_store

BEGINNING = Position(base=START, reached={})
_DAY_SECONDS = 86_400


@pytest.fixture
async def shop(database: Database) -> Database:
    """Return a database in which two items exist, and no level."""
    await given_catalog(mongo_store(database), TEA, CUP)
    return database


def a_tail(database: Database, clock: StillClock, *, round_lines: int = 1_000) -> MongoTail:
    """Return a reader of the ledger."""
    return MongoTail(database.client, database, clock=clock, round_lines=round_lines)


class Hand:
    """A writer's hand: each call is one movement."""

    def __init__(self, database: Database, clock: StillClock) -> None:
        self.writer: MongoWriter = a_writer(database, clock=clock)
        self._count = 0

    async def add(self, key: LevelKey = TEA) -> None:
        """Add a unit."""
        self._count += 1
        name = f"{self.writer.identity}-{self._count}"
        await self.writer.run(an_adjustment(key, 1, idempotency_key=name))


async def read_all(tail: MongoTail, position: Position) -> tuple[list[Movement], Round]:
    """Read until nothing is left."""
    lines: list[Movement] = []
    while True:
        found = await tail.read(position)
        lines += found.lines
        position = found.position
        if found.is_complete:
            return lines, found


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


async def test_a_silent_writer_leaves_the_position_and_is_not_lost(shop: Database) -> None:
    """A writer silent for longer than the horizon needs no entry; its next line is read all the same, once."""
    clock = StillClock()
    tail = a_tail(shop, clock)
    silent, active = Hand(shop, clock), Hand(shop, clock)
    await silent.add()
    await active.add()
    _, found = await read_all(tail, BEGINNING)
    assert found.position.reached.keys() == {silent.writer.identity, active.writer.identity}
    clock.move(seconds=HORIZON_MICROSECONDS // SECOND + 1)
    await active.add()
    lines, found = await read_all(tail, found.position)
    assert [line.after.version for line in lines] == [3]
    assert found.position.reached.keys() == {active.writer.identity}
    await silent.add()
    lines, found = await read_all(tail, found.position)
    assert [line.after.version for line in lines] == [4]


async def test_writers_that_the_registry_forgot_are_still_read_from_an_old_position(shop: Database) -> None:
    """A reader that comes back after days gets the lines of processes that lived and died in between."""
    clock = StillClock()
    tail = a_tail(shop, clock, round_lines=2)
    first = Hand(shop, clock)
    await first.add()
    _, found = await read_all(tail, BEGINNING)
    clock.move(seconds=2 * _DAY_SECONDS)
    for _ in range(3):
        await Hand(shop, clock).add()
    clock.move(seconds=2 * _DAY_SECONDS)
    await first.add()
    await shop["writers"].delete_many({"_id": {"$ne": first.writer.identity}})
    lines, _ = await read_all(tail, found.position)
    assert [line.after.version for line in lines] == [2, 3, 4, 5]


@pytest.mark.parametrize("seed", range(5))
async def test_random_writers_and_readers_agree_with_the_ledger(shop: Database, seed: int) -> None:
    """However commits, reads, rounds cut short and the clock interleave, each reader gets each line once, in order."""
    chance = random.Random(seed)  # noqa: S311 - a repeatable course of events
    clock = StillClock()
    hands = [Hand(shop, clock) for _ in range(3)]
    tails = [a_tail(shop, clock, round_lines=size) for size in (1, 2, 7)]
    positions = [BEGINNING] * len(tails)
    heard: list[list[Movement]] = [[] for _ in tails]
    for _ in range(150):
        match chance.randrange(10):
            case 0:
                clock.move(seconds=chance.choice((1, 50, 200)))
            case 1:
                hands[chance.randrange(3)] = Hand(shop, clock)
            case 2 | 3 | 4:
                reader = chance.randrange(3)
                found = await tails[reader].read(positions[reader])
                positions[reader] = found.position
                heard[reader] += found.lines
            case _:
                await chance.choice(hands).add(chance.choice((TEA, CUP)))
    ledger = await ledger_of(shop)
    for reader, tail in enumerate(tails):
        heard[reader] += (await read_all(tail, positions[reader]))[0]
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


async def test_a_round_merges_the_writers_through_the_index(shop: Database) -> None:
    """The query of a round scans each writer's new lines in the index, and sorts nothing in memory."""
    where = [{"writer": name, "recorded_at": {"$gt": 5}} for name in "ab"]
    where.append({"writer": {"$in": ["c", "d"]}, "recorded_at": {"$gte": 1}})
    found = shop["movements"].find({"$or": where}, sort=[("recorded_at", 1)], limit=10, hint="in_order_of_writer")
    plan = str((await found.explain())["queryPlanner"]["winningPlan"])
    assert "SORT_MERGE" in plan
    assert "'SORT'" not in plan
    assert "COLLSCAN" not in plan
