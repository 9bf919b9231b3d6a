"""The list of migrations: each is run once, whoever starts, and whatever happens meanwhile."""

import asyncio
from dataclasses import replace

import pytest
from pymongo.errors import AutoReconnect, OperationFailure

from app.store.client import BsonDocument, Database, close_client
from app.store.migrations import migrator
from app.store.migrations.migration import Migration, MigrationStep
from app.store.migrations.migration_list import MIGRATIONS
from app.store.migrations.migrator import MigrationFailed, Migrator
from app.store.migrations.records import read_records
from tests.support.explain import Reads, listened_to
from tests.support.migrations import migrate

PAGES = 4


class Counting:
    """A migration of some pages of two documents, which notes the pages that it was asked for."""

    def __init__(self) -> None:
        self.asked = list[str]()
        self.failures = list[Exception]()
        self.is_held = asyncio.Event()
        self.is_held.set()

    async def step(self, _: Database, after: str) -> MigrationStep:
        self.asked.append(after)
        await self.is_held.wait()
        if self.failures:
            raise self.failures.pop()
        page = len(after) + 1
        return MigrationStep(after="x" * page if page < PAGES else None, read=2, changed=1, notes=("A note",))

    async def remaining(self, _: Database, after: str) -> int:
        return 2 * (PAGES - len(after))

    def migration(self) -> Migration:
        return Migration(
            number=99,
            name="counted",
            version=1,
            since=1,
            changes="counts",
            unit="documents",
            done="Counted {:,}",
            step=self.step,
            remaining=self.remaining,
            per_second=1,
        )


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for nothing between attempts."""
    monkeypatch.setattr(migrator, "PAUSE_SECONDS", 0)
    monkeypatch.setattr(migrator, "LOOK_SECONDS", 0.01)


async def test_what_is_done_costs_a_start_one_read(database: Database, mongo_url: str) -> None:
    """Of any number of migrations, each of which was done, or had nothing to do."""
    await migrate(database, *MIGRATIONS)
    reads = Reads()
    client = listened_to(mongo_url, reads)
    assert await migrate(client[database.name], *MIGRATIONS) == []
    await close_client(client)
    assert [read["find"] for read in reads.sent] == ["upgrades"]


async def test_numbers_and_names_are_given_once() -> None:
    """In order, so that none is inserted before another."""
    numbers = [each.number for each in MIGRATIONS]
    assert numbers == sorted(set(numbers))
    assert len({each.name for each in MIGRATIONS}) == len(MIGRATIONS)


async def test_processes_that_start_together_do_it_once(database: Database) -> None:
    """The others wait for the one that has begun, and serve only afterwards."""
    counting = Counting()
    counting.is_held.clear()
    running = [asyncio.create_task(migrate(database, counting.migration(), holder=holder)) for holder in "abc"]
    await asyncio.sleep(0.1)
    assert [each.done() for each in running] == [False] * 3
    counting.is_held.set()
    said = await asyncio.gather(*running)
    assert counting.asked == ["", "x", "xx", "xxx"]
    waiting = ["Migrations: another process runs them; waiting for it"]
    assert sorted(said) == sorted([["A note", "Counted 4"], waiting, waiting])


async def test_a_run_that_was_killed_is_resumed(database: Database) -> None:
    """Where it stood, by another process, with the count of both; a newer version of the rules begins anew."""
    counting = Counting()
    record: BsonDocument = {"_id": "counted", "facts": 1, "after": "xx", "read": 4, "changed": 2}
    await database["upgrades"].insert_one(record)
    assert await migrate(database, counting.migration()) == ["A note", "Counted 4"]
    assert counting.asked == ["xx", "xxx"]
    assert await migrate(database, replace(counting.migration(), version=2)) == ["A note", "Counted 4"]


async def test_a_failing_migration_stops_the_start_with_one_sentence(database: Database) -> None:
    """A server that is away for a moment is waited for; what was done before stays."""
    counting = Counting()
    counting.failures = [OperationFailure("no", 2), AutoReconnect("away"), AutoReconnect("away")]
    migration = counting.migration()
    with pytest.raises(MigrationFailed) as failed:
        await migrate(database, migration)
    assert str(failed.value) == (
        "migration 99 (counted) failed after 0 documents: it could not do what was asked. "
        "What is done stays; the next start goes on there"
    )
    assert counting.asked == ["", "", ""]
    assert await migrate(database, migration) == ["A note", "Counted 4"]
    assert (await read_records(database, [migration]))["counted"].after is None


async def test_the_records_of_the_version_before_count(database: Database) -> None:
    """They have only a version and a place."""
    await database["upgrades"].insert_one({"_id": "counted", "facts": 1, "after": None})
    pending = Migrator(database, holder="a", report=print, migrations=[Counting().migration()]).pending()
    assert await pending == {}
