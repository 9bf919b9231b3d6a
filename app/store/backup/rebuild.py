"""Makes a database from a backup, or its levels from its ledger.

Rule: the database is marked as unfinished before the first record is written, and no process serves it while it is. An
interrupted run is begun again.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple

import pymongo
from pymongo import DeleteOne, ReplaceOne

from app.domain.time import moment_of
from app.services.ports import LEASE_SECONDS
from app.store.backup.contents import KEPT
from app.store.backup.dump import Phase
from app.store.backup.errors import BackupError, UnusableTarget
from app.store.backup.levels_digest import READ_SECONDS, levels_digest
from app.store.backup.load import WRITE_SECONDS, load, verified
from app.store.backup.made_levels import AT_ONCE, made_levels
from app.store.backup.manifest import LevelsDigest, Manifest
from app.store.database.collections import COLLECTION_OPTIONS, ensure_collections
from app.store.database.format import check_format
from app.store.database.process_registry import ALIVE_SECONDS, running_processes
from app.store.database.restored import note_restored
from app.store.database.unfinished import mark_finished, mark_unfinished, unfinished
from app.store.driver.client import BsonDocument, Database, Session
from app.store.exclusive_lease import ExclusiveLease, exclusive
from app.store.mapping import names

LEASE: Final = "rebuild"
WAIT_SECONDS: Final = max(LEASE_SECONDS, ALIVE_SECONDS) + 1  # for what a killed process leaves
FEW: Final = 5  # collections that a message names
REBUILD: Final = "stockpulse rebuild FOLDER"
REBUILD_LEVELS: Final = "stockpulse rebuild --levels"


class Rebuilt(NamedTuple):
    """A database as it was made: the backup it was made of, and the digest of its levels."""

    manifest: Manifest
    levels: LevelsDigest


class MadeLevels(NamedTuple):
    """What became of the levels: how many there are, how many differed, and how many no line knows."""

    levels: int
    changed: int
    removed: int


async def rebuild(database: Database, folder: Path, *, phase: Phase, report: Callable[[str], None]) -> Rebuilt:
    """Make everything in an empty database. Raises BackupError, OSError and the driver's errors."""
    async with _alone(database, report=report) as lease:
        await _check_is_empty(database)
        manifest = await verified(folder, phase=phase)
        await _clear(database, report=report)
        for name in KEPT:
            if name != names.UPGRADES:
                await database.create_collection(name, **COLLECTION_OPTIONS.get(name, {}))
            await load(database, folder, manifest, name, phase=phase)
        # Leases are not kept, so their terms begin anew; an offset of a later term would take no new one.
        await database[names.DELIVERY_OFFSETS].update_many({}, {"$set": {"term": 0}})
        with phase("Making levels", total=manifest.levels.levels) as advance:
            async for levels in made_levels(database):
                with pymongo.timeout(WRITE_SECONDS):
                    await database[names.LEVELS].insert_many(levels, ordered=False)
                advance(len(levels))
        await _check_is_loaded(database, manifest)
        report("Building indexes.")
        await ensure_collections(database, report=report)
        digest = await levels_digest(database)
        await _check_is_alone(database)
        await lease.confirmed(lambda session: _finish(database, manifest, session))
    return Rebuilt(manifest, digest)


async def _finish(database: Database, manifest: Manifest, session: Session) -> None:
    as_of = moment_of(datetime.fromisoformat(manifest.moment))
    await note_restored(database, as_of=as_of, session=session)
    await mark_finished(database, session=session)


async def _check_is_loaded(database: Database, manifest: Manifest) -> None:
    """Raise BackupError unless each collection has as many documents as the backup: nothing else wrote meanwhile."""
    for name, contents in manifest.collections.items():
        if name != names.UPGRADES:
            with pymongo.timeout(READ_SECONDS):
                found = await database[name].count_documents({}, hint="_id_")
            if found != contents.documents:
                raise BackupError(
                    f"{database.name} has {found:,} {name} and the backup {contents.documents:,}: something else wrote "
                    "into it, or lost what was written. Run this again."
                )


async def rebuild_levels(database: Database, *, phase: Phase, report: Callable[[str], None]) -> MadeLevels:
    """Make all levels from the ledger, in place of those that are there. Raises BackupError and the driver's errors."""
    async with _alone(database, report=report) as lease:
        await check_format(database)
        if (command := await unfinished(database)) not in (None, REBUILD_LEVELS):
            raise UnusableTarget(f"The database is not whole: `{command}` has not come to its end. Run that again.")
        await mark_unfinished(database, REBUILD_LEVELS)
        await ensure_collections(database, report=report)
        made = await _replaced(database, phase=phase)
        for name in (names.TOTALS, names.ITEM_CHANGES, names.RANKED_LEVELS, names.RANKED_LOCATIONS):
            await database[name].delete_many({})
        await _check_is_alone(database)
        await lease.confirmed(lambda session: mark_finished(database, session=session))
    return made


async def _replaced(database: Database, *, phase: Phase) -> MadeLevels:
    levels = database[names.LEVELS]
    count = changed = 0
    with phase("Making levels", total=await levels.estimated_document_count()) as advance:
        async for made in made_levels(database):
            ids = [level["_id"] for level in made]
            found = await levels.find({"_id": {"$in": ids}}, batch_size=len(ids) + 1).to_list(None)
            stored = {level["_id"]: level for level in found}
            wrong = [level for level in made if not _is_alike(level, stored.get(level["_id"]))]
            if wrong:
                with pymongo.timeout(WRITE_SECONDS):
                    await levels.bulk_write([ReplaceOne({"_id": each["_id"]}, each, upsert=True) for each in wrong])
            count, changed = count + len(made), changed + len(wrong)
            advance(len(made))
    return MadeLevels(levels=count, changed=changed, removed=await _remove_unknown(database))


async def _remove_unknown(database: Database) -> int:
    """Remove the levels that no line of the ledger knows."""
    levels, movements = database[names.LEVELS], database[names.MOVEMENTS]
    removed, after = 0, ""
    shown = {"version": 1}
    while page := await levels.find({"_id": {"$gt": after}}, shown, sort=[("_id", 1)], limit=AT_ONCE).to_list(None):
        after = page[-1]["_id"]
        lines = [f"{level['_id']}#{level.get('version', 0)}" for level in page]
        known = {line["_id"] async for line in movements.find({"_id": {"$in": lines}}, {"_id": 1})}
        unknown = [level["_id"] for level, line in zip(page, lines, strict=True) if line not in known]
        if unknown:
            await levels.bulk_write([DeleteOne({"_id": each}) for each in unknown])
            removed += len(unknown)
    return removed


def _is_alike(made: BsonDocument, stored: BsonDocument | None) -> bool:
    """Tell whether a level has what it should; a field that is absent is like one that says nothing."""
    if stored is None:
        return False
    return all((made.get(name) or None) == (stored.get(name) or None) for name in made.keys() | stored.keys())


async def _check_is_empty(database: Database) -> None:
    if await unfinished(database) == REBUILD:
        return  # whatever is there was written by a rebuild
    found = [
        name
        for name in sorted(await database.list_collection_names())
        if name not in (names.LEASES, names.PROCESSES) and await database[name].find_one({}, {"_id": 1}) is not None
    ]
    if found:
        shown = ", ".join(found[:FEW]) + (" and others" if len(found) > FEW else "")
        raise UnusableTarget(
            f"The database {database.name} is not empty (it has {shown}): drop it first, or name another one by "
            "STOCKPULSE_MONGO_DATABASE."
        )


async def _clear(database: Database, *, report: Callable[[str], None]) -> None:
    """Remove what an interrupted rebuild left. The mark stays from the first moment to the last."""
    if await unfinished(database) is not None:
        report("A rebuild was interrupted: it is begun again.")
    await mark_unfinished(database, REBUILD)
    for name in await database.list_collection_names():
        if name not in (names.UPGRADES, names.LEASES, names.PROCESSES):
            await database.drop_collection(name)
    await database[names.UPGRADES].delete_many({"command": {"$exists": False}})


@asynccontextmanager
async def _alone(database: Database, *, report: Callable[[str], None]) -> AsyncIterator[ExclusiveLease]:
    """Keep other rebuilds away, and wait for leases of servers that have just stopped."""
    async with exclusive(database, LEASE) as lease:
        for second in range(WAIT_SECONDS):
            if not (found := await _at_work(database)):
                break
            if second == 0:
                report(f"{database.name} is in use ({found[0]}): waiting up to {WAIT_SECONDS} s for that to end.")
            await asyncio.sleep(1)
        await _check_is_alone(database)
        yield lease


async def _check_is_alone(database: Database) -> None:
    if found := await _at_work(database):
        raise UnusableTarget(f"{database.name} is in use ({found[0]}): stop all server processes, and run this again.")


async def _at_work(database: Database) -> list[str]:
    """Return the server processes that are alive, and the leases that are held: by them, or by older builds."""
    processes = [f"by {process}" for process in await running_processes(database)]
    alive: BsonDocument = {"_id": {"$ne": LEASE}, "$expr": {"$gt": ["$until", "$$NOW"]}}
    leases = await database[names.LEASES].find(alive, {"_id": 1}).to_list(None)
    return [*processes, *(f"the lease {each['_id']} is held" for each in leases)]
