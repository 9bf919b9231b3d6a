"""A process is killed inside a transaction while its MongoDB lives on: the others must not wait for it."""

import asyncio
import signal
import sys

import pytest
from pymongo import AsyncMongoClient

from app.domain.failures import Unavailable
from app.domain.outcome import Outcome
from app.domain.stock.level import LevelKey
from app.store.driver.client import BsonDocument, Client, Database, transaction
from app.store.writer.abandoned_transactions import end_abandoned_transactions
from app.store.writer.commit_retry import RETRY_DEADLINE_SECONDS
from app.store.writer.writer import CONFLICT_PATIENCE_SECONDS
from tests.support.ledger import check_ledger
from tests.support.scene import adjust, given_level
from tests.support.store import mongo_store

KEY = LevelKey("TEA-1", "MAIN")
ENDED_WITHIN_SECONDS = 20
SOON_SECONDS = 0.5

# Changes a level in a transaction like a writer's, and is killed before it commits.
VICTIM = """
import asyncio, os, signal, sys
from app.store.driver.client import open_client, transaction

async def main(url, database):
    client = open_client(url, timeout_seconds=60)
    async with transaction(client) as session:
        await client[database]["levels"].update_one({"_id": "MAIN/TEA-1"}, {"$inc": {"version": 1}}, session=session)
        os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main(*sys.argv[1:]))
"""


async def _kill_a_writer(url: str, database: Database) -> None:
    victim = await asyncio.create_subprocess_exec(sys.executable, "-c", VICTIM, url, database.name)
    assert await victim.wait() == -signal.SIGKILL


async def test_a_killed_writer_does_not_hold_its_levels(mongo_url: str, database: Database) -> None:
    """Another writer's change of the same level is acknowledged within its deadline, not a minute later."""
    store = mongo_store(
        database,
        retry_deadline_seconds=RETRY_DEADLINE_SECONDS,
        conflict_patience_seconds=CONFLICT_PATIENCE_SECONDS,
    )
    await given_level(store, KEY, on_hand=5)
    await _kill_a_writer(mongo_url, database)

    outcome = await adjust(store, KEY, delta=-1)

    assert (outcome.movements[0].after.on_hand, outcome.movements[0].after.version) == (4, 2)
    await check_ledger(store)


async def test_what_is_left_open_is_found_and_ended_once(
    mongo_url: str, mongo_client: Client, database: Database
) -> None:
    """After the pause that no living writer makes, the open transaction is ended, and then there is none."""
    await given_level(mongo_store(database), KEY, on_hand=5)
    await _kill_a_writer(mongo_url, database)

    ended = 0
    async with asyncio.timeout(ENDED_WITHIN_SECONDS):
        while not ended:
            ended = await end_abandoned_transactions(mongo_client)
            await asyncio.sleep(0.05)

    assert ended == 1
    assert await end_abandoned_transactions(mongo_client) == 0


async def test_a_level_that_stays_held_fails_alone(database: Database, mongo_url: str) -> None:
    """Somebody else's program keeps a level in a transaction: only the change of that level is refused."""
    store = mongo_store(database, conflict_patience_seconds=SOON_SECONDS)
    other = LevelKey("TEA-1", "NORTH")
    await given_level(store, KEY, on_hand=5)
    await given_level(store, other, on_hand=5)
    async with AsyncMongoClient[BsonDocument](mongo_url, appname="shell") as shell, transaction(shell) as holder:
        levels = shell[database.name]["levels"]
        await levels.update_one({"_id": "MAIN/TEA-1"}, {"$inc": {"version": 1}}, session=holder)
        held, *free = await asyncio.gather(
            adjust(store, KEY, delta=-1),
            *(adjust(store, other, delta=-1) for _ in range(4)),
            return_exceptions=True,
        )

    assert isinstance(held, Unavailable)
    assert [outcome.movements[0].after.on_hand for outcome in free if isinstance(outcome, Outcome)] == [4, 3, 2, 1]
    assert (await adjust(store, KEY, delta=-1)).movements[0].after.on_hand == 4
    await check_ledger(store)


async def test_a_writer_is_as_patient_as_it_was_told_to_be(database: Database, mongo_url: str) -> None:
    """While a level is held, one writer gives up; another waits, and changes it once it is free."""
    hasty, patient = mongo_store(database, conflict_patience_seconds=SOON_SECONDS), mongo_store(database)
    await given_level(hasty, KEY, on_hand=5)
    async with AsyncMongoClient[BsonDocument](mongo_url, appname="shell") as shell, transaction(shell) as holder:
        levels = shell[database.name]["levels"]
        await levels.update_one({"_id": "MAIN/TEA-1"}, {"$inc": {"version": 1}}, session=holder)
        waiting = asyncio.create_task(adjust(patient, KEY, delta=-1))
        with pytest.raises(Unavailable):
            await adjust(hasty, KEY, delta=-2)
        assert not waiting.done()

    assert (await waiting).movements[0].after.on_hand == 4
    await check_ledger(patient)
