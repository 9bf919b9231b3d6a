"""Writes a backup: every record that no other says, as of one moment, beside whatever is going on.

Rule: everything is read in one snapshot. The folder gets its name when all of it is on disk; until then it is called
`….partial`, and is no backup (ADR 63).
"""

import asyncio
import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pymongo
from bson import json_util
from pymongo import ReadPreference
from pymongo.errors import OperationFailure

from app.domain.time import Moment, datetime_of
from app.store.backup.bson_files import BsonFileWriter
from app.store.backup.contents import KEPT
from app.store.backup.errors import BackupError
from app.store.backup.levels_digest import levels_digest
from app.store.backup.manifest import BACKUP_FORMAT, Contents, Manifest, write_manifest
from app.store.database.format import FORMAT, check_format
from app.store.database.unfinished import check_finished
from app.store.driver.client import BsonDocument, Client, Database, Session, snapshot
from app.store.mapping import names

Phase = Callable[..., AbstractContextManager[Callable[[int], None]]]

BATCH_DOCUMENTS = 20_000  # the server ends a batch at 16 MB anyway
BATCH_SECONDS = 60.0  # for a batch of a server whose disk is busy
SUFFIX = ".partial"

_SNAPSHOT_TOO_OLD = frozenset({239, 246})  # mongod's error codes


def file_of(folder: Path, database: str, collection: str) -> Path:
    """Return the file of a collection, where `mongorestore` looks for it."""
    return folder / database / f"{collection}.bson.gz"


async def dump(database: Database, folder: Path, *, moment: Moment, phase: Phase) -> Manifest:
    """Write a backup into a folder that does not exist yet. `moment` is now, by the clock of the database.

    Raises BackupError, OSError and the driver's errors; nothing is left then.
    """
    await check_format(database)
    await check_finished(database)
    with _partial(folder) as partial:
        try:
            manifest = await _dump(database, partial, moment=moment, phase=phase)
        except OperationFailure as error:
            if error.code in _SNAPSHOT_TOO_OLD:
                raise BackupError(
                    "The database no longer has the moment as of which it was read: it keeps the past for "
                    "minSnapshotHistoryWindowInSeconds (300). Set that to the minutes that a backup takes, and try "
                    "again."
                ) from error
            raise
        await asyncio.to_thread(write_manifest, partial, manifest)
        _sync(partial / database.name, *partial.iterdir(), partial)
        partial.rename(folder)
        _sync(folder.parent)
    return manifest


async def _dump(database: Database, folder: Path, *, moment: Moment, phase: Phase) -> Manifest:
    client: Client = database.client
    (folder / database.name).mkdir(mode=0o700)
    # The primary's last entry. Left to the server, a secondary would choose a moment before what was acknowledged.
    at = (await client.admin.command("ping", read_preference=ReadPreference.PRIMARY))["operationTime"]
    async with snapshot(client) as session:
        known: Any = session
        getattr(known, "delegate", known)._snapshot_time = at  # noqa: SLF001 - the driver has no public way
        with phase("Reading levels", total=await database[names.LEVELS].estimated_document_count()) as advance:
            digest = await levels_digest(database, session=session)
            advance(digest.levels)
        contents = {name: await _collection(database, name, folder, phase=phase, session=session) for name in KEPT}
    return Manifest(
        backup_format=BACKUP_FORMAT,
        database_format=FORMAT,
        database=database.name,
        moment=datetime_of(moment).isoformat(),
        cluster_time=(at.time, at.inc),
        collections=contents,
        levels=digest,
    )


async def _collection(database: Database, name: str, folder: Path, *, phase: Phase, session: Session) -> Contents:
    path = file_of(folder, database.name, name)
    metadata = path.with_name(f"{name}.metadata.json")
    metadata.touch(mode=0o600)
    metadata.write_text(await _metadata(database, name))
    total = await database[name].estimated_document_count()
    cursor: Any = database[name].find_raw_batches({}, batch_size=BATCH_DOCUMENTS, session=session)
    with phase(f"Writing {name}", total=total, only_if_long=True) as advance, BsonFileWriter(path) as file:
        reading = asyncio.create_task(_next(cursor))
        try:
            while (documents := await reading) is not None:
                reading = asyncio.create_task(_next(cursor))  # while this is compressed
                advance(await asyncio.to_thread(file.write, documents))
        finally:
            reading.cancel()
        return file.contents


async def _next(cursor: Any) -> bytes | None:  # noqa: ANN401 - either driver's
    with pymongo.timeout(BATCH_SECONDS):
        documents: bytes | None = await anext(cursor, None)
    return documents


async def _metadata(database: Database, name: str) -> str:
    """Return what `mongorestore` makes the collection and its indexes by."""
    [found] = await (await database.list_collections(filter={"name": name})).to_list(None) or [{}]
    indexes = [dict(index) async for index in await database[name].list_indexes()] if found else []
    content: BsonDocument = {
        "indexes": indexes,
        "options": found.get("options", {}),
        "uuid": found["info"]["uuid"].hex() if found else "",
        "collectionName": name,
        "type": "collection",
    }
    return json_util.dumps(content, json_options=json_util.CANONICAL_JSON_OPTIONS)


@contextmanager
def _partial(folder: Path) -> Iterator[Path]:
    """Yield a new folder beside the one that is to be, and remove it unless that has its name afterwards."""
    if folder.exists():
        raise BackupError(f"{folder} is there already: a backup never replaces another.")
    if not folder.parent.is_dir():
        raise BackupError(f"{folder.parent} is no folder.")
    partial = folder.with_name(folder.name + SUFFIX)
    partial.mkdir(mode=0o700, exist_ok=True)
    lock = os.open(partial, os.O_RDONLY)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BackupError(f"Another process is writing {partial}.") from error
        for left in partial.iterdir():  # by a backup that was killed
            shutil.rmtree(left) if left.is_dir() else left.unlink()
        try:
            yield partial
        except BaseException:
            shutil.rmtree(partial, ignore_errors=True)
            raise
    finally:
        os.close(lock)


def _sync(*paths: Path) -> None:
    for path in paths:
        opened = os.open(path, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
