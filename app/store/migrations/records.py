"""The records of what the migrations have done: one document each in `upgrades`, which a start reads by one query.

Rule: a record says only what is true for good. It is written after the step that it counts, never before.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from pymongo import UpdateOne

from app.store.driver.client import BsonDocument, Database
from app.store.mapping import names
from app.store.migrations.migration import BEGINNING, Migration, MigrationStep

RULES: BsonDocument = {"$jsonSchema": {"bsonType": "object", "required": [names.MIGRATION_VERSION, "after"]}}


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationRecord:
    """How far a migration has come: it is done where `after` is None. `read` and `changed` count documents so far.

    Its last run has begun at `begun_at`, where the build that ran it noted that.
    """

    after: str | None = BEGINNING
    begun_at: datetime | None = None
    read: int = 0
    changed: int = 0

    def later(self, step: MigrationStep) -> "MigrationRecord":
        """Return it after one more step."""
        return replace(self, after=step.after, read=self.read + step.read, changed=self.changed + step.changed)


async def read_records(database: Database, migrations: Iterable[Migration]) -> Mapping[str, MigrationRecord]:
    """Return how far each migration has come, by name. A record of another version does not count."""
    found = await database[names.UPGRADES].find({}).to_list(None)
    known = {each["_id"]: each for each in found}
    return {each.name: _record(known.get(each.name), each) for each in migrations}


async def write_record(
    database: Database, migration: Migration, record: MigrationRecord, *, is_begun: bool = False
) -> None:
    """MigrationRecord how far it has come; `is_begun` also dates its beginning."""
    await database[names.UPGRADES].bulk_write([_statement(migration, record, is_begun=is_begun)])


async def write_done(database: Database, migrations: Iterable[Migration]) -> None:
    """MigrationRecord that these have nothing to do."""
    done = MigrationRecord(after=None)
    statements = [_statement(each, done, is_begun=True) for each in migrations]
    await database[names.UPGRADES].bulk_write(statements, ordered=False)


def _record(stored: BsonDocument | None, migration: Migration) -> MigrationRecord:
    if stored is None or stored[names.MIGRATION_VERSION] != migration.version:
        return MigrationRecord()
    return MigrationRecord(
        after=stored["after"],
        begun_at=stored.get("begun_at"),
        read=stored.get("read", 0),
        changed=stored.get("changed", 0),
    )


def _statement(migration: Migration, record: MigrationRecord, *, is_begun: bool) -> UpdateOne:
    fields = {
        names.MIGRATION_VERSION: migration.version,
        "after": record.after,
        "read": record.read,
        "changed": record.changed,
    }
    moments = {"begun_at": is_begun, "ended_at": record.after is None}
    dated = {name: True for name, is_now in moments.items() if is_now}
    update = {"$set": fields} | ({"$currentDate": dated} if dated else {})
    return UpdateOne({"_id": migration.name}, update, upsert=True)
