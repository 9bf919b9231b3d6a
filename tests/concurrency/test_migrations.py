"""The list of migrations: each is run once, whoever starts, and whatever happens meanwhile."""

import asyncio
import os
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pymongo.errors import AutoReconnect, OperationFailure

from app.bootstrap import migrate as migrate_all
from app.bootstrap import plan_upgrade, prepare
from app.store.database import upgrade
from app.store.database.collections import COLLECTIONS
from app.store.database.format import FORMAT
from app.store.database.process_registry import ProcessRegistry, running_processes
from app.store.database.release import RELEASE, VERSION, ReleaseTooFar, described
from app.store.database.unfinished import Unfinished, mark_unfinished
from app.store.database.upgrade import NotMigrated
from app.store.driver.client import BsonDocument, Database, close_client
from app.store.migrations import migrator
from app.store.migrations.migration import Migration, MigrationStep
from app.store.migrations.migration_list import MIGRATIONS
from app.store.migrations.migrator import MigrationFailed, Migrator, OlderProcessesRun
from app.store.migrations.records import read_records, write_record
from tests.graphql.api import settings_of
from tests.support.database import drop
from tests.support.explain import Reads, listened_to
from tests.support.migrations import migrate
from tests.support.waiting import eventually

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
            collection="levels",
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
    assert len(reads.sent) == 2  # the records of the migrations, and the older releases that ran


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


async def test_a_failing_migration_stops_the_start_with_one_sentence(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
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
    failures: list[Exception] = [AutoReconnect("away"), AutoReconnect("away")]

    async def away(*arguments: Any, **named: Any) -> None:  # noqa: ANN401 - those of the real one
        await write_record(*arguments, **named)
        if failures:  # what was written is lost, or only the answer
            raise failures.pop()

    monkeypatch.setattr(migrator, "write_record", away)
    assert await migrate(database, migration) == ["A note", "Counted 4"]
    assert counting.asked == ["", "", "", "", "x", "xx", "xxx"]
    assert (await read_records(database, [migration]))["counted"].after is None


async def test_the_records_of_the_version_before_count(database: Database) -> None:
    """They have only a version and a place."""
    await database["upgrades"].insert_one({"_id": "counted", "facts": 1, "after": None})
    pending = Migrator(database, holder="a", report=print, migrations=[Counting().migration()]).pending()
    assert await pending == []


async def test_what_an_older_release_wrote_since_is_migrated_once_more(database: Database) -> None:
    """A release that ran after it had begun, whether or not it still runs; not one from before, or that knows it."""
    counting = Counting()
    migration = replace(counting.migration(), since=RELEASE)
    await database["processes"].insert_one(a_process(RELEASE - 1, seen_seconds_ago=120))
    assert await migrate(database, migration) == ["A note", "Counted 4"]
    assert await migrate(database, migration) == []
    await database["processes"].update_one({}, {"$currentDate": {"seen_at": True}})
    assert await migrate(database, replace(migration, since=RELEASE - 1)) == []
    for _ in range(2):
        assert await migrate(database, migration) == ["A note", "Counted 4"]
    assert len(counting.asked) == 3 * PAGES


async def test_some_migrations_wait_for_older_processes_to_end(database: Database) -> None:
    """The start names one that runs; one that was killed counts as gone."""
    migration = replace(Counting().migration(), since=RELEASE, runs_beside_older=False)
    await database["processes"].insert_one(a_process(RELEASE - 1, seen_seconds_ago=0))
    with pytest.raises(OlderProcessesRun, match=r"Stop 0\.0\.1 \(release 2\) as process 12 of shop first"):
        await migrate(database, migration)
    await database["processes"].replace_one({}, a_process(RELEASE - 1, seen_seconds_ago=120))
    assert await migrate(database, migration) == ["A note", "Counted 4"]


async def test_only_neighbours_share_a_database(
    database: Database, mongo_url: str, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A start beside a process farther away is refused with both named, and leaves no trace; one that ended is none."""
    monkeypatch.setattr(upgrade, "ALIVE_SECONDS", 0)
    settings = settings_of(mongo_url, redis_url, database.name)
    for release in (RELEASE - 1, RELEASE + 1):
        await database["processes"].insert_one(a_process(release, seen_seconds_ago=0))
        await prepare(settings, report=lambda _: None)
    before = await database["processes"].count_documents({})
    for release in (RELEASE - 2, RELEASE + 2):
        await database["processes"].insert_one(a_process(release, seen_seconds_ago=0))
        with pytest.raises(ReleaseTooFar) as refused:
            await prepare(settings, report=lambda _: None)
        assert described(release, "0.0.1") in str(refused.value)
        assert described(RELEASE, VERSION) in str(refused.value)
        await database["processes"].update_one({"release": release}, {"$set": {"is_stopped": True}})
    assert await database["processes"].count_documents({}) == before + 2
    await prepare(settings, report=lambda _: None)


async def test_the_release_before_leaves_what_the_one_after_has_prepared(
    database: Database, mongo_url: str, redis_url: str
) -> None:
    """It may be started again, and changes no rule, index or record; the one before that is refused."""
    settings = settings_of(mongo_url, redis_url, database.name)
    await prepare(settings, report=lambda _: None)
    newer = {"$set": {"facts": RELEASE + 1, "version": "9.9.9"}}
    await database["upgrades"].update_one({"_id": "release"}, newer)
    await database.command("collMod", "levels", validator={"newer": 1})
    await database["upgrades"].update_one({"_id": "levels"}, {"$inc": {"facts": 1}})
    records = await database["upgrades"].find().to_list(None)
    said = list[str]()
    await prepare(settings, report=said.append)
    assert said == ["Database: a newer release has prepared it, and it stays as it is"]
    assert await database["upgrades"].find().to_list(None) == records
    [levels] = await (await database.list_collections(filter={"name": "levels"})).to_list(None)
    assert levels["options"]["validator"] == {"newer": 1}
    await database["upgrades"].update_one({"_id": "release"}, {"$inc": {"facts": 1}})
    with pytest.raises(ReleaseTooFar, match=r"9\.9\.9 \(release 5\) has upgraded it"):
        await prepare(settings, report=lambda _: None)


async def test_a_process_is_registered_while_it_runs(database: Database) -> None:
    """With its release; afterwards it is known to have stopped, so that nothing waits for it."""
    async with ProcessRegistry(database, identity="a"):
        [process] = await running_processes(database)
        assert (process.release, process.version, process.pid) == (RELEASE, VERSION, os.getpid())
    assert await running_processes(database) == []


async def test_a_process_that_may_not_migrate_waits_or_ends(
    database: Database, mongo_url: str, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until another has, of collections as of migrations; the plan says what there is, and changes nothing."""
    monkeypatch.setattr(upgrade, "LOOK_SECONDS", 0.01)
    settings = settings_of(mongo_url, redis_url, database.name)
    await drop(database)
    fresh = await plan_upgrade(settings)
    assert fresh.changes is not None
    assert (len(fresh.changes.collections), fresh.newest_release) == (len(COLLECTIONS), 0)
    assert [each.remaining for each in fresh.migrations] == [0] * len(MIGRATIONS)
    assert await database.list_collection_names() == []
    with pytest.raises(NotMigrated, match=r"collections.*Run `stockpulse migrate` first"):
        await prepare(settings.model_copy(update={"migrate": "check"}), report=lambda _: None)
    said = list[str]()
    waiting = asyncio.create_task(prepare(settings.model_copy(update={"migrate": "wait"}), report=said.append))
    await eventually(lambda: _is_any(said))
    await migrate_all(settings, report=said.append)
    await waiting
    assert said == ["Database: waiting for `stockpulse migrate` (collections)"]
    await prepare(settings.model_copy(update={"migrate": "check"}), report=said.append)
    done = await plan_upgrade(settings)
    assert (done.migrations, done.changes and done.changes.sentences, done.newest_release) == ([], [], RELEASE)
    await database["upgrades"].delete_one({"_id": "levels"})
    await database["levels"].drop_index("short")
    again = await plan_upgrade(settings)
    assert again.changes is not None
    assert again.changes.sentences == ["builds short over 0 levels"]
    assert [(each.pending.migration.name, each.remaining) for each in again.migrations] == [("levels", 0)]
    await mark_unfinished(database, "stockpulse rebuild FOLDER")
    with pytest.raises(Unfinished):
        await plan_upgrade(settings)


async def _is_any(said: list[str]) -> bool:
    return bool(said)


def test_the_number_of_the_release_is_that_of_the_changelog() -> None:
    """Each section is a release; the one that is not released yet counts once it has content."""
    text = (Path(__file__).parents[2] / "CHANGELOG.md").read_text(encoding="utf-8")
    sections = re.split(r"^## ", text, flags=re.MULTILINE)[1:]
    assert sum(len(section.splitlines()) > 2 for section in sections) == RELEASE


def a_process(release: int, *, seen_seconds_ago: float) -> BsonDocument:
    """Return the entry of a process of another release."""
    seen_at = datetime.now(UTC) - timedelta(seconds=seen_seconds_ago)
    us = {"host": "shop", "pid": 12, "format": FORMAT, "is_stopped": False}
    return {"_id": f"of release {release}", "release": release, "version": "0.0.1", "seen_at": seen_at, **us}
