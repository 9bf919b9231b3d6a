"""Runs the migrations that a database needs, each once, however many processes start (ADR 61).

Rule: what is recorded as done costs a start one read. One process works at a time, by a lease; the others wait, and
go on where it stood should it end.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final, TypeVar

from pymongo.errors import PyMongoError

from app.domain.failures import ServiceError
from app.services.background.renewed_lease import renewed
from app.store.database.process_registry import ALIVE_SECONDS, RunningProcess, last_seen, running_processes
from app.store.driver.client import Database
from app.store.driver.failures import reason_of
from app.store.lease import MongoLease
from app.store.migrations.migration import Migration, MigrationStep
from app.store.migrations.migration_list import MIGRATIONS
from app.store.migrations.records import MigrationRecord, read_records, write_done, write_record
from app.store.writer.transient_errors import is_transient

T = TypeVar("T")

LEASE: Final = "migrations"
LOOK_SECONDS: Final = 0.2  # at what another process does
REPORT_SECONDS: Final = 10.0
ATTEMPTS: Final = 30  # at one step, or its record: a failover takes some ten seconds
PAUSE_SECONDS: Final = 1.0


class MigrationFailed(ServiceError):
    """A migration could not go on. What it has done stays, and the next run goes on there."""

    def __init__(self, migration: Migration, record: MigrationRecord, reason: str) -> None:
        super().__init__(
            f"migration {migration.number} ({migration.name}) failed after {record.read:,} {migration.unit}: {reason}. "
            "What is done stays; the next start goes on there"
        )


class OlderProcessesRun(ServiceError):
    """A migration must not run beside an older release, and one runs."""

    def __init__(self, migration: Migration, process: RunningProcess) -> None:
        super().__init__(
            f"migration {migration.number} ({migration.name}) must not run beside an older release. "
            f"Stop {process} first"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """A migration that is to be run, and how far it has come.

    It `is_again` where it was done, but a release ran since that may have undone some of it.
    """

    migration: Migration
    record: MigrationRecord
    is_again: bool

    async def remaining(self, database: Database) -> int:
        """Return how many documents are left."""
        assert self.record.after is not None
        return await self.migration.remaining(database, self.record.after)


class Migrator:
    """Runs what is pending of a list."""

    def __init__(
        self,
        database: Database,
        *,
        holder: str,
        report: Callable[[str], None],
        migrations: Sequence[Migration] = MIGRATIONS,
    ) -> None:
        """`holder` is a name of this process alone."""
        self._database = database
        self._lease = MongoLease(database, holder=holder)
        self._report = report
        self._migrations = migrations

    async def pending(self) -> Sequence[Pending]:
        """Return what is to be run, in order. Raises the driver's errors."""
        records = await read_records(self._database, self._migrations)
        older = await last_seen(self._database)
        found = []
        for each in self._migrations:
            record = records[each.name]
            if record.after is not None:
                found.append(Pending(migration=each, record=record, is_again=False))
            elif _may_be_undone(each, record, older):
                found.append(Pending(migration=each, record=MigrationRecord(), is_again=True))
        return found

    async def run(self) -> None:
        """Return once everything was run, by this process or another.

        Raises MigrationFailed, OlderProcessesRun and the driver's errors.
        """
        has_waited = False
        while pending := await self.pending():
            if has_waited and all(each.is_again for each in pending):
                return  # the other process has just run those, too
            if await self._lease.hold(LEASE) is not None:
                async with renewed(self._lease, LEASE, task="lease of the migrations"):
                    await self._run_all(await self.pending())
                return
            if not has_waited:
                self._report("Migrations: another process runs them; waiting for it")
                has_waited = True
            await asyncio.sleep(LOOK_SECONDS)

    async def _run_all(self, pending: Sequence[Pending]) -> None:
        remaining = [await each.remaining(self._database) for each in pending]
        idle = [
            each.migration for each, left in zip(pending, remaining, strict=True) if not left and not each.record.read
        ]
        if idle:
            await write_done(self._database, idle)
        for each, left in zip(pending, remaining, strict=True):
            if each.migration not in idle:
                await self._check_beside(each.migration)
                await self._run(each.migration, each.record, total=each.record.read + left)

    async def _check_beside(self, migration: Migration) -> None:
        if not migration.runs_beside_older:
            for process in await running_processes(self._database):
                if process.release < migration.since:
                    raise OlderProcessesRun(migration, process)

    async def _run(self, migration: Migration, record: MigrationRecord, *, total: int) -> None:
        notes = set[str]()
        reported_at = time.monotonic()
        if not record.read:
            await self._patiently(migration, record, partial(write_record, is_begun=True))
        while record.after is not None:
            step = await self._patiently(migration, record, _step)
            record = record.later(step)
            notes.update(step.notes)
            await self._patiently(migration, record, write_record)
            if record.after is not None and time.monotonic() - reported_at >= REPORT_SECONDS:
                reported_at = time.monotonic()
                self._report(f"{migration.done.format(record.changed)} so far, {record.read:,} of {total:,} read")
        for note in sorted(notes):
            self._report(note)
        if record.changed:
            self._report(migration.done.format(record.changed))

    async def _patiently(
        self,
        migration: Migration,
        record: MigrationRecord,
        work: Callable[[Database, Migration, MigrationRecord], Awaitable[T]],
    ) -> T:
        """Do what may be done twice; once more where the database may be back in a moment. Raises MigrationFailed."""
        for attempt in range(ATTEMPTS):
            try:
                return await work(self._database, migration, record)
            except PyMongoError as error:
                if not is_transient(error) or attempt == ATTEMPTS - 1:
                    raise MigrationFailed(migration, record, reason_of(error)) from error
                await asyncio.sleep(PAUSE_SECONDS)
        raise AssertionError("the last attempt returns or raises")


async def _step(database: Database, migration: Migration, record: MigrationRecord) -> MigrationStep:
    assert record.after is not None
    return await migration.step(database, record.after)


def _may_be_undone(migration: Migration, record: MigrationRecord, older: Mapping[int, datetime]) -> bool:
    """Return whether a release that does not write what the migration leaves has run since its run began."""
    lately = timedelta(seconds=ALIVE_SECONDS)  # a process may have lived a little longer than it was seen
    return any(
        release < migration.since and (record.begun_at is None or seen_at >= record.begun_at - lately)
        for release, seen_at in older.items()
    )
