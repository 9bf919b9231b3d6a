"""Runs the migrations that a database needs, each once, however many processes start (ADR 61).

Rule: what is recorded as done costs a start one read. One process works at a time, by a lease; the others wait, and
go on where it stood should it end.
"""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from pymongo.errors import PyMongoError

from app.domain.failures import ServiceError
from app.services.renewed_lease import renewed
from app.store.client import Database
from app.store.driver_failures import reason_of
from app.store.lease import MongoLease
from app.store.migrations.migration import Migration, MigrationStep
from app.store.migrations.migration_list import MIGRATIONS
from app.store.migrations.records import MigrationRecord, read_records, write_done, write_record
from app.store.writer.transient_errors import is_transient

LEASE: Final = "migrations"
LOOK_SECONDS: Final = 0.2  # at what another process does
REPORT_SECONDS: Final = 10.0
ATTEMPTS: Final = 30  # at one step: a failover takes some ten seconds
PAUSE_SECONDS: Final = 1.0


class MigrationFailed(ServiceError):
    """A migration could not go on. What it has done stays, and the next run goes on there."""

    def __init__(self, migration: Migration, record: MigrationRecord, reason: str) -> None:
        super().__init__(
            f"migration {migration.number} ({migration.name}) failed after {record.read:,} {migration.unit}: {reason}. "
            "What is done stays; the next start goes on there"
        )


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

    async def pending(self) -> Mapping[Migration, MigrationRecord]:
        """Return what is not done, in order, and how far it has come. Raises the driver's errors."""
        records = await read_records(self._database, self._migrations)
        return {each: records[each.name] for each in self._migrations if records[each.name].after is not None}

    async def run(self) -> None:
        """Return once everything is done, by this process or another. Raises MigrationFailed, the driver's errors."""
        is_reported = False
        while await self.pending():
            if await self._lease.hold(LEASE) is not None:
                async with renewed(self._lease, LEASE, task="lease of the migrations"):
                    await self._run_all()
                return
            if not is_reported:
                self._report("Migrations: another process runs them; waiting for it")
                is_reported = True
            await asyncio.sleep(LOOK_SECONDS)

    async def _run_all(self) -> None:
        pending = await self.pending()
        remaining = [await each.remaining(self._database, record.after or "") for each, record in pending.items()]
        idle = [each for each, count in zip(pending, remaining, strict=True) if not count and not pending[each].read]
        if idle:
            await write_done(self._database, idle)
        for (migration, record), count in zip(pending.items(), remaining, strict=True):
            if migration not in idle:
                await self._run(migration, record, total=record.read + count)

    async def _run(self, migration: Migration, record: MigrationRecord, *, total: int) -> None:
        notes = set[str]()
        reported_at = time.monotonic()
        is_begun = not record.read
        while record.after is not None:
            step = await self._step(migration, record)
            record = record.later(step)
            notes.update(step.notes)
            await write_record(self._database, migration, record, is_begun=is_begun)
            is_begun = False
            if record.after is not None and time.monotonic() - reported_at >= REPORT_SECONDS:
                reported_at = time.monotonic()
                self._report(f"{migration.done.format(record.changed)} so far, {record.read:,} of {total:,} read")
        for note in sorted(notes):
            self._report(note)
        if record.changed:
            self._report(migration.done.format(record.changed))

    async def _step(self, migration: Migration, record: MigrationRecord) -> MigrationStep:
        """Do one step; once more where the database may be back in a moment. Raises MigrationFailed."""
        assert record.after is not None
        for attempt in range(ATTEMPTS):
            try:
                return await migration.step(self._database, record.after)
            except PyMongoError as error:
                if not is_transient(error) or attempt == ATTEMPTS - 1:
                    raise MigrationFailed(migration, record, reason_of(error)) from error
                await asyncio.sleep(PAUSE_SECONDS)
        raise AssertionError("the last attempt returns or raises")
