"""What the writer does when MongoDB fails: MongoDB's own fail points make it fail at a chosen command.

Whatever happens below, each caller is answered once, nothing is counted twice, and the ledger explains the level.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from app.domain.failures import Unavailable
from app.domain.outcome import Outcome
from app.services.committed_batch import CommittedBatch
from app.services.filters import LevelFilter
from app.services.stock.ports import TotalsKeeper
from app.store.driver.client import Client, Database, close_client, open_client
from app.store.readers.levels.summary import MongoSummary
from app.store.totals.keeper import LIMITS
from app.store.writer.writer import MongoWriter
from tests.support.clock import START
from tests.support.database import Databases
from tests.support.ledger import check_ledger
from tests.support.patience import patient_client
from tests.support.reservations import a_line, check_reservations, given_reservation, reserve
from tests.support.scene import TEA, adjust, an_adjustment, given_item, given_level, request_info
from tests.support.servers import breakable_mongod, failing
from tests.support.store import Store, mongo_store
from tests.support.totals import a_keeper, check_totals, keep, kept_alone
from tests.support.waiting import eventually

TIMEOUT_SECONDS = 0.5
STALL_MS = 800  # longer than a client waits
SOON_SECONDS = 0.3


@pytest.fixture(scope="module")
def breakable_url(servers_dir: Path) -> Iterator[str]:
    """Return the URL of a mongod that can be told to fail."""
    with breakable_mongod(servers_dir / "breakable") as url:
        yield url


@pytest.fixture(scope="module")
async def breakable_client(breakable_url: str) -> AsyncIterator[Client]:
    """Return a client that waits half a second for an answer."""
    client = open_client(breakable_url, timeout_seconds=TIMEOUT_SECONDS)
    yield client
    await close_client(client)


@pytest.fixture(scope="module")
async def control(breakable_url: str) -> AsyncIterator[Client]:
    """Return a client that tells the server how to fail, and is itself spared."""
    client = patient_client(breakable_url.replace("?", "?appName=control&"))
    yield client
    await close_client(client)


@pytest.fixture(scope="module")
def breakables(control: Client) -> Databases:
    """Return the databases of all tests, which are made and emptied without haste."""
    return Databases(control, name="breakable")


@pytest.fixture
async def breakable(breakables: Databases, breakable_client: Client) -> AsyncIterator[Database]:
    """Return a database of this test alone."""
    async with breakables.one() as database:
        yield breakable_client[database.name]


@dataclass(frozen=True)
class Fault:
    """One way to fail: which commands, how often, and how."""

    commands: tuple[str, ...]
    times: int
    how: dict[str, Any]


TRANSIENT = ["TransientTransactionError"]
FAULTS = {
    "commit: connection closed": Fault(("commitTransaction",), 1, {"closeConnection": True}),
    "commit: done, not yet by a majority": Fault(
        ("commitTransaction",), 1, {"writeConcernError": {"code": 64, "errmsg": "waiting for replication timed out"}}
    ),
    "commit: done, not yet by a majority, twice": Fault(
        ("commitTransaction",), 2, {"writeConcernError": {"code": 64, "errmsg": "waiting for replication timed out"}}
    ),
    "commit: done, not yet by a majority, four times": Fault(
        ("commitTransaction",), 4, {"writeConcernError": {"code": 64, "errmsg": "waiting for replication timed out"}}
    ),
    "commit: out of time": Fault(("commitTransaction",), 1, {"errorCode": 50}),
    "commit: no such transaction": Fault(("commitTransaction",), 1, {"errorCode": 251, "errorLabels": TRANSIENT}),
    "commit: stalled": Fault(("commitTransaction",), 1, {"blockConnection": True, "blockTimeMS": STALL_MS}),
    "update: write conflict": Fault(("update",), 3, {"errorCode": 112, "errorLabels": TRANSIENT}),
    "update: connection closed": Fault(("update",), 1, {"closeConnection": True}),
    "update: out of time": Fault(("update",), 1, {"errorCode": 50}),
    "update: ended as if it were abandoned": Fault(("update",), 3, {"errorCode": 11601}),
    "update: ended because it lasts too long": Fault(("update",), 3, {"errorCode": 290}),
    "update: no longer primary": Fault(("update",), 1, {"errorCode": 10107}),
    "update: stalled": Fault(("update",), 1, {"blockConnection": True, "blockTimeMS": STALL_MS}),
    "insert: write conflict": Fault(("insert",), 2, {"errorCode": 112, "errorLabels": TRANSIENT}),
    "insert: connection closed": Fault(("insert",), 1, {"closeConnection": True}),
    "insert and abort: connection closed": Fault(("insert", "abortTransaction"), 4, {"closeConnection": True}),
    "find: connection closed": Fault(("find",), 1, {"closeConnection": True}),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
async def test_a_passing_fault_is_noticed_by_nobody(breakable: Database, control: Client, fault: Fault) -> None:
    """Each caller, with a key or without, gets its own new result, once; so does whoever listens to the commits."""
    # given
    told: list[CommittedBatch] = []
    store = mongo_store(breakable, on_committed=told.append)
    await given_level(store, on_hand=10)
    # when
    async with failing(control, *fault.commands, times=fault.times, **fault.how):
        outcomes = await asyncio.gather(adjust(store, TEA, -1, idempotency_key="k"), adjust(store, TEA, -2))
    # then
    assert [(outcome.replayed, outcome.movements[0].after.on_hand) for outcome in outcomes] == [(False, 9), (False, 7)]
    contents = await check_ledger(store)
    assert [(level.on_hand, level.version) for level in contents.levels] == [(7, 3)]
    assert len(contents.operations) == 5  # an item, a location, a receipt, and these two
    assert [line.after.version for news in told for line in news.movements] == [1, 2, 3]


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
async def test_a_passing_fault_leaves_documents_and_levels_agreed(
    breakable: Database, control: Client, fault: Fault
) -> None:
    """Orders are held once, their steps are told once and in order, and what is reserved is the sum of the holds."""
    # given
    told: list[CommittedBatch] = []
    store = mongo_store(breakable, on_committed=told.append)
    await given_level(store, on_hand=10)
    kept = await given_reservation(store, a_line(TEA, 4))
    # when
    async with failing(control, *fault.commands, times=fault.times, **fault.how):
        released, made = await asyncio.gather(
            store.reservations.release(kept.id, request=request_info("release")), reserve(store, a_line(TEA, 2))
        )
    # then
    assert (released.replayed, made.replayed) == (False, False)
    contents = await check_reservations(store)
    assert [level.reserved for level in contents.levels] == [2]
    steps = [(operation.id, operation.documents) for news in told for operation in news.operations]
    assert [identity for identity, _ in steps[1:]] == [released.operation.id, made.operation.id]
    assert [documents for _, documents in steps[1:]] == [released.operation.documents, made.operation.documents]


async def test_of_repeats_in_a_batch_that_was_committed_unheard_one_is_new(
    breakable: Database, control: Client
) -> None:
    """The first caller of a key is told that it is new, the second that it is a repeat, as without the fault."""
    # given
    store = mongo_store(breakable)
    await given_level(store, on_hand=10)
    old = await adjust(store, TEA, -1, idempotency_key="old")
    # when
    async with failing(control, "commitTransaction", times=2, writeConcernError={"code": 64, "errmsg": "slow"}):
        outcomes = await asyncio.gather(
            *(adjust(store, TEA, -3, idempotency_key="k") for _ in range(3)),
            adjust(store, TEA, -1, idempotency_key="old"),
        )
    # then
    assert [outcome.replayed for outcome in outcomes] == [False, True, True, True]
    assert [outcome.movements for outcome in outcomes] == [*(3 * [outcomes[0].movements]), old.movements]
    [level] = (await check_ledger(store)).levels
    assert level.on_hand == 6


async def test_a_repeat_is_answered_while_the_first_is_not_yet_with_the_majority(
    breakable: Database, control: Client
) -> None:
    """Another writer that repeats a key finds its whole result, though the first one still waits for the majority."""
    # given
    store, other = mongo_store(breakable), mongo_store(breakable)
    await given_level(store, on_hand=10)
    # when
    async with failing(control, "commitTransaction", times=2, writeConcernError={"code": 64, "errmsg": "slow"}):
        outcomes = await asyncio.gather(
            adjust(store, TEA, -3, idempotency_key="k"), adjust(other, TEA, -3, idempotency_key="k")
        )
    # then
    assert sorted(outcome.replayed for outcome in outcomes) == [False, True]
    assert outcomes[0].movements == outcomes[1].movements
    [level] = (await check_ledger(store)).levels
    assert level.on_hand == 7


async def test_moments_of_a_failed_attempt_are_not_used_again(breakable: Database, control: Client) -> None:
    """Were they, a reader who remembers the last moment of a writer would miss a line that became visible late."""
    # given
    store = mongo_store(breakable)
    await given_level(store, on_hand=10)
    [before] = await store.movements(TEA)
    # when
    async with failing(control, "update", times=2, errorCode=112, errorLabels=TRANSIENT):
        outcome = await adjust(store, TEA, -1)
    # then
    assert outcome.movements[0].recorded_at >= before.recorded_at + 3  # two attempts took one moment each


def a_hasty_store(database: Database) -> tuple[Store, MongoWriter]:
    """Return a store whose writer gives up soon."""
    store = mongo_store(database, retry_deadline_seconds=SOON_SECONDS)
    assert isinstance(store.writer, MongoWriter)
    return store, store.writer


async def test_a_database_that_stays_away_makes_the_writer_give_up(breakable: Database, control: Client) -> None:
    """Those in the batch and those behind it are told so at once, nothing is recorded, and the next call works."""
    # given
    store, writer = a_hasty_store(breakable)
    await given_level(store, on_hand=10)
    before = await store.contents()
    identity = writer.identity
    # when
    async with failing(control, "find", "update", errorCode=112, errorLabels=TRANSIENT):
        first = asyncio.create_task(adjust(store, TEA, -1))
        await asyncio.sleep(0)  # the first is under way alone; the others wait behind it
        results = await asyncio.gather(first, *(adjust(store, TEA, -1) for _ in range(5)), return_exceptions=True)
    # then
    assert [type(result) for result in results] == 6 * [Unavailable]
    assert await store.contents() == before
    assert writer.identity != identity
    # when
    outcome = await adjust(store, TEA, -1)
    # then
    assert [(line.after.on_hand, line.writer) for line in outcome.movements] == [(9, writer.identity)]
    await check_ledger(store)


async def test_a_key_tells_what_became_of_a_commit_that_was_given_up(breakable: Database, control: Client) -> None:
    """The caller was told UNAVAILABLE though the change was committed; its retry learns so, and changes nothing."""
    # given
    store, writer = a_hasty_store(breakable)
    await given_level(store, on_hand=10)
    identity = writer.identity
    # when
    async with failing(control, "commitTransaction", writeConcernError={"code": 64, "errmsg": "slow"}):
        with pytest.raises(Unavailable):
            await adjust(store, TEA, -3, idempotency_key="k")
    again = await adjust(store, TEA, -3, idempotency_key="k")
    # then
    assert (again.replayed, again.movements[0].after.on_hand, again.movements[0].writer) == (True, 7, identity)
    assert writer.identity != identity
    [level] = (await check_ledger(store)).levels
    assert (level.on_hand, level.version) == (7, 2)


async def test_a_key_that_was_given_up_before_the_commit_is_free(breakable: Database, control: Client) -> None:
    """The caller was told UNAVAILABLE and nothing was committed; its retry is the first."""
    # given
    store, _ = a_hasty_store(breakable)
    await given_level(store, on_hand=10)
    # when
    async with failing(control, "update", errorCode=112, errorLabels=TRANSIENT):
        with pytest.raises(Unavailable):
            await adjust(store, TEA, -3, idempotency_key="k")
    again = await adjust(store, TEA, -3, idempotency_key="k")
    # then
    assert (again.replayed, again.movements[0].after.on_hand) == (False, 7)
    await check_ledger(store)


async def test_a_fault_that_is_not_transient_fails_only_those_it_hits(breakable: Database, control: Client) -> None:
    """A batch that cannot be committed is divided until each command has its own answer."""
    # given
    store = mongo_store(breakable)
    await given_level(store, on_hand=10)
    commands = [an_adjustment(TEA, -1, idempotency_key=f"k{number}") for number in range(4)]
    # when: the whole, its first half, and the first quarter fail
    async with failing(control, "update", times=3, errorCode=2):
        results: list[Outcome | BaseException] = await asyncio.gather(
            *(store.run(command) for command in commands), return_exceptions=True
        )
    # then
    assert [isinstance(result, Outcome) for result in results] == [False, True, True, True]
    [level] = (await check_ledger(store)).levels
    assert (level.on_hand, level.version) == (7, 4)


KILLS = {
    "how far it has come": ("update", 0, {"closeConnection": True}),
    "its sums": ("update", 1, {"closeConnection": True}),
    "the notes that it removes": ("delete", 0, {"errorCode": 50}),
    "its commit": ("commitTransaction", 0, {"closeConnection": True}),
    "its commit, though done": (
        "commitTransaction",
        0,
        {"writeConcernError": {"code": 64, "errmsg": "waiting for replication timed out"}},
    ),
}


async def has_kept(keeper: TotalsKeeper) -> bool:
    """Keep the totals, and tell whether that succeeded."""
    try:
        await keep(keeper)
    except Unavailable:
        return False
    return True


async def test_totals_have_each_change_once_wherever_their_keeper_fails(breakable: Database, control: Client) -> None:
    """Whether it goes on itself or another process does; and the answers stay exact meanwhile."""
    # given
    store = mongo_store(breakable)
    kept, counting = kept_alone(breakable, store.clock), MongoSummary(breakable)
    await given_level(store, on_hand=10)
    keeper = a_keeper(breakable, store.clock, limits=LIMITS)
    await keep(keeper)
    for number, (command, skip, how) in enumerate(KILLS.values()):
        await adjust(store, TEA, number + 1)
        await given_item(store, TEA.sku, category=f"Category {number}")
        # when
        async with failing(control, command, skip=skip, **how):
            with pytest.raises(Unavailable):
                await keep(keeper)
        # then
        expected = await counting.summary(LevelFilter(), as_of=START)
        assert await kept.summary(LevelFilter(), as_of=START) == expected
        if number % 2:
            keeper = a_keeper(breakable, store.clock, limits=LIMITS)
        await eventually(lambda keeper=keeper: has_kept(keeper))  # a lost connection leaves a transaction open for 2 s
        assert await kept.summary(LevelFilter(), as_of=START) == expected
        await check_totals(breakable, store.clock)
    assert expected.totals.on_hand == 25
