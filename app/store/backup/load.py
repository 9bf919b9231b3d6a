"""Reads a backup: proves its files, and writes them into a database.

Rule: nothing is written before everything was proven.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pymongo
from bson.raw_bson import RawBSONDocument

from app.store.backup.bson_files import read_documents
from app.store.backup.contents import KEPT
from app.store.backup.dump import Phase, file_of
from app.store.backup.errors import UnusableBackup
from app.store.backup.manifest import Manifest, read_manifest
from app.store.driver.client import Database
from app.store.mapping.raw_documents import undecoded

WRITE_SECONDS = 60.0
AT_ONCE = 3  # batches that are written while the next is read


async def verified(folder: Path, *, phase: Phase) -> Manifest:
    """Return the manifest of a backup of which every file has its checksum. Raise UnusableBackup and OSError."""
    manifest = read_manifest(folder)
    if set(manifest.collections) != set(KEPT):
        strange = ", ".join(sorted(set(manifest.collections) ^ set(KEPT)))
        raise UnusableBackup(f"{folder} was written by another version of Stockpulse: it differs in {strange}.")
    with phase("Proving checksums", total=manifest.documents) as advance:
        for name in manifest.collections:
            async for documents in _batches(folder, manifest, name):
                advance(len(documents))
    return manifest


async def load(database: Database, folder: Path, manifest: Manifest, name: str, *, phase: Phase) -> None:
    """Insert the documents of a collection. Raises UnusableBackup, OSError and the driver's errors."""
    collection = undecoded(database[name])
    writing: set[asyncio.Task[None]] = set()

    async def insert(documents: list[bytes]) -> None:
        with pymongo.timeout(WRITE_SECONDS):
            await collection.insert_many(map(RawBSONDocument, documents), ordered=False)

    with phase(f"Loading {name}", total=manifest.collections[name].documents, only_if_long=True) as advance:
        try:
            async with asyncio.TaskGroup() as group:
                async for documents in _batches(folder, manifest, name):
                    if len(writing) >= AT_ONCE:
                        _, writing = await asyncio.wait(writing, return_when=asyncio.FIRST_COMPLETED)
                    writing.add(group.create_task(insert(documents)))
                    advance(len(documents))
        except ExceptionGroup as failures:
            raise failures.exceptions[0] from failures


async def _batches(folder: Path, manifest: Manifest, name: str) -> AsyncIterator[list[bytes]]:
    batches = read_documents(file_of(folder, manifest.database, name), manifest.collections[name])
    while (documents := await asyncio.to_thread(_next, batches)) is not None:
        yield documents


def _next(batches: Iterator[list[bytes]]) -> list[bytes] | None:
    return next(batches, None)
