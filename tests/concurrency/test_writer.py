"""The writer's queue: what it promises to callers who wait, leave, come in masses, or bring a poisoned command."""

import asyncio
from contextvars import copy_context
from itertools import pairwise

import pymongo
import pytest

from app.domain.command import Decision, View
from app.domain.failures import Overloaded, Unavailable
from app.domain.outcome import Outcome
from app.domain.stock.commands.adjust_stock import AdjustStock
from app.domain.stock.level import LevelKey
from app.services.committed_batch import CommittedBatch
from app.store.driver.client import Database
from app.store.writer.waiting_commands import MAX_LINES_PER_BATCH
from app.store.writer.writer import MongoWriter
from tests.support.ledger import check_ledger
from tests.support.scene import (
    TEA,
    adjust,
    an_adjustment,
    given_catalog,
    given_item,
    given_level,
    given_location,
    line,
    request_info,
)
from tests.support.store import mongo_store
from tests.support.transfers import create, ship, transfer_in


class Poisoned(AdjustStock, frozen=True, kw_only=True):
    """A command with a bug."""

    def decide(self, view: View) -> Decision:
        """Fail as no command should."""
        raise RuntimeError("poison")


def poisoned(idempotency_key: str) -> Poisoned:
    """Return one."""
    sound = an_adjustment(TEA, -1, idempotency_key=idempotency_key)
    return Poisoned(info=sound.info, key=sound.key, delta=sound.delta, reason=sound.reason)


class Interrupting(AdjustStock, frozen=True, kw_only=True):
    """A command in whose time the writer's task ends, as by the cancellation of something that it waits for."""

    def decide(self, view: View) -> Decision:
        """End whoever asks."""
        raise asyncio.CancelledError


async def test_a_writer_that_is_interrupted_answers_everybody_and_goes_on(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    """Those of its batch learn that nobody knows what became of theirs; those who come later are served."""
    # given
    store = mongo_store(database)
    await given_level(store, on_hand=10)
    sound = an_adjustment(TEA, -1, idempotency_key="odd")
    odd = Interrupting(info=sound.info, key=sound.key, delta=sound.delta, reason=sound.reason)
    # when
    results = await asyncio.gather(
        *(store.run(command) for command in (odd, an_adjustment(TEA, -1, idempotency_key="k"))), return_exceptions=True
    )
    later = await asyncio.gather(*(store.run(an_adjustment(TEA, -1, idempotency_key=key)) for key in ("k", "l")))
    # then
    assert [type(result) for result in results] == [Unavailable, Unavailable]
    assert [(outcome.replayed, outcome.movements[0].after.on_hand) for outcome in later] == [(False, 9), (False, 8)]
    assert "The task writer has ended unexpectedly" in caplog.text
    await check_ledger(store)


@pytest.mark.parametrize("places", [{0}, {7}, {3, 4}, set(range(8))])
async def test_a_poisoned_command_fails_alone(database: Database, places: set[int]) -> None:
    """Its neighbours in the batch are committed in their order, and it is not."""
    # given
    store = mongo_store(database)
    await given_level(store, on_hand=10)
    commands = [
        poisoned(f"k{number}") if number in places else an_adjustment(TEA, -1, idempotency_key=f"k{number}")
        for number in range(8)
    ]
    # when
    results = await asyncio.gather(*(store.run(command) for command in commands), return_exceptions=True)
    # then
    assert [str(result) for result in results if isinstance(result, RuntimeError)] == ["poison"] * len(places)
    assert [isinstance(result, RuntimeError) for result in results] == [number in places for number in range(8)]
    remaining = [result.movements[0].after.on_hand for result in results if isinstance(result, Outcome)]
    assert remaining == list(range(9, 1 + len(places), -1))
    [level] = (await check_ledger(store)).levels
    assert level.on_hand == 2 + len(places)


async def test_a_command_that_the_database_refuses_fails_alone(database: Database) -> None:
    """A document that breaks a validator is our bug; whoever shares the batch with it must not pay."""
    # given
    store = mongo_store(database)
    await given_level(store, on_hand=10)
    await database.command(
        "collMod",
        "movements",
        validator={
            "$jsonSchema": {"bsonType": "object", "properties": {"header": {"properties": {"note": {"maxLength": 3}}}}}
        },
    )
    # when
    results = await asyncio.gather(
        store.stock.adjust(TEA, delta=-1, reason=line(TEA, 1).reason, request=request_info("a")),
        store.stock.adjust(TEA, delta=-1, reason=line(TEA, 1).reason, request=request_info("b", note="refused")),
        store.stock.adjust(TEA, delta=-1, reason=line(TEA, 1).reason, request=request_info("c")),
        return_exceptions=True,
    )
    # then
    assert [isinstance(result, Outcome) for result in results] == [True, False, True]
    [level] = (await check_ledger(store)).levels
    assert (level.on_hand, level.version) == (8, 3)


async def test_a_caller_who_leaves_does_not_take_the_command_along(database: Database) -> None:
    """A cancelled call is committed all the same, those beside it are answered, and its key tells what it did."""
    # given
    store = mongo_store(database)
    await given_level(store, on_hand=10)
    calls = [asyncio.create_task(adjust(store, TEA, -1, idempotency_key=f"k{number}")) for number in range(5)]
    await asyncio.sleep(0)  # all have begun to wait
    # when
    calls[0].cancel()
    calls[3].cancel()
    results = await asyncio.gather(*calls, return_exceptions=True)
    again = [await adjust(store, TEA, -1, idempotency_key=f"k{number}") for number in (0, 3)]
    # then
    assert [isinstance(result, Outcome) for result in results] == [False, True, True, False, True]
    assert [(outcome.replayed, outcome.movements[0].after.on_hand) for outcome in again] == [(True, 9), (True, 6)]
    [level] = (await check_ledger(store)).levels
    assert level.on_hand == 5


async def test_who_comes_to_a_full_queue_is_told_at_once(database: Database) -> None:
    """Past the bound a call is refused with a time to come back, and leaves no trace; the queue is served."""
    # given
    store = mongo_store(database, queue_max=10)
    await given_level(store, on_hand=100)
    # when
    results = await asyncio.gather(
        *(adjust(store, TEA, -1, idempotency_key=f"k{number}") for number in range(15)), return_exceptions=True
    )
    # then
    assert [type(result) for result in results] == 10 * [Outcome] + 5 * [Overloaded]
    assert [result.retry_after_seconds for result in results if isinstance(result, Overloaded)] == 5 * [1]
    [level] = (await check_ledger(store)).levels
    assert level.on_hand == 90
    again = await adjust(store, TEA, -1, idempotency_key="k14")
    assert (again.replayed, again.movements[0].after.on_hand) == (False, 89)


async def test_lines_fill_the_queue_but_the_largest_operation_fits_an_idle_one(database: Database) -> None:
    """The bound counts lines; an operation that alone exceeds it is taken when nobody waits, and only then."""
    # given
    store = mongo_store(database, queue_max=3)
    keys = [LevelKey("TEA-1", f"L{number}") for number in range(4)]
    await given_catalog(mongo_store(database), *keys)
    lines = [line(key, +1) for key in keys]
    # when
    results = await asyncio.gather(
        *(store.stock.adjust_many(lines, is_atomic=True, request=request_info()) for _ in range(2)),
        return_exceptions=True,
    )
    # then
    assert [type(result) for result in results] == [Outcome, Overloaded]
    [level, *_] = (await check_ledger(store)).levels
    assert level.on_hand == 1


async def test_a_batch_of_many_levels_and_its_repeat(database: Database) -> None:
    """More than the 101 documents of a first answer: 300 levels begin, change, and are repeated, each in one batch."""
    # given
    store = mongo_store(database)
    keys = [LevelKey(f"S-{number}", "MAIN") for number in range(300)]
    await asyncio.gather(given_catalog(store, TEA), *(given_item(store, key.sku) for key in keys))
    # when
    await asyncio.gather(*(adjust(store, key, +2) for key in keys))
    first = await asyncio.gather(*(adjust(store, key, -1, idempotency_key=key.sku) for key in keys))
    again = await asyncio.gather(*(adjust(store, key, -1, idempotency_key=key.sku) for key in keys))
    # then
    assert [outcome.movements[0].after.key for outcome in first] == keys
    assert [(outcome.movements, outcome.replayed) for outcome in again] == [
        (outcome.movements, True) for outcome in first
    ]
    contents = await check_ledger(store)
    assert [(level.on_hand, level.version) for level in contents.levels] == 300 * [(1, 2)]


async def test_listeners_are_told_each_movement_once_and_in_order(database: Database) -> None:
    """What is published is what was committed, whatever the batches; a repeat is not told again."""
    # given
    told: list[CommittedBatch] = []
    store = mongo_store(database, on_committed=told.append)
    await given_level(store, on_hand=100)
    # when
    await asyncio.gather(*(adjust(store, TEA, -1, idempotency_key=f"k{number % 20}") for number in range(40)))
    await adjust(store, TEA, -1, idempotency_key="k3")
    # then
    lines = [line for news in told for line in news.movements]
    assert lines == await store.movements(TEA)
    assert len(lines) == 21
    assert all(earlier.recorded_at < later.recorded_at for earlier, later in pairwise(lines))


async def test_what_listeners_begin_has_no_part_in_the_deadline_of_the_commit(database: Database) -> None:
    """A task takes over the context that it is created in: its reads would fail some seconds later, and for good."""
    found: list[object] = []
    store = mongo_store(database, on_committed=lambda _: found.append(_timeout_of_reads()))
    with pymongo.timeout(7):
        assert _timeout_of_reads() == 7
    await given_level(store, on_hand=3)
    assert found
    assert set(found) == {None}


def _timeout_of_reads() -> object:
    return {variable.name: value for variable, value in copy_context().items()}.get("TIMEOUT")


async def test_changes_of_large_documents_are_not_committed_all_at_once(database: Database) -> None:
    """What comes with a document counts for what it is: each batch has as many lines as one may, and all are done."""
    # given
    told: list[CommittedBatch] = []
    store = mongo_store(database, on_committed=told.append)
    keys = [LevelKey(f"TEA-{number}", "MAIN") for number in range(350)]
    await given_location(store, "NORTH")
    await asyncio.gather(*(given_level(store, key, on_hand=9) for key in keys))
    made = [await create(store, *((key.sku, 1) for key in keys)) for _ in range(6)]
    told.clear()
    # when
    outcomes = await asyncio.gather(*(ship(store, transfer_in(each).id) for each in made), adjust(store, keys[0], -1))
    # then
    sizes = [len(news.movements) for news in told]
    assert sum(sizes) == 6 * 700 + 1
    assert max(sizes) <= MAX_LINES_PER_BATCH < sum(sizes)
    assert [len(outcome.movements) for outcome in outcomes] == [*6 * [700], 1]
    await check_ledger(store)


async def test_close_commits_what_waits(database: Database) -> None:
    """A server that stops answers those who already asked."""
    # given
    store = mongo_store(database)
    assert isinstance(store.writer, MongoWriter)
    await given_level(store, on_hand=10)
    calls = [asyncio.create_task(adjust(store, TEA, -1)) for _ in range(5)]
    await asyncio.sleep(0)
    # when
    await store.writer.close()
    # then
    assert [call.done() for call in calls] == 5 * [True] or len(await asyncio.gather(*calls)) == 5
    [level] = (await check_ledger(store)).levels
    assert level.on_hand == 5
