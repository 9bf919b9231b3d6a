"""Builds the indexes that are missing, with its progress reported, and drops those that no query uses any more.

Rule: an index is dropped only after those are ready that serve its queries now.
"""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from typing import Final

from pymongo import IndexModel, timeout
from pymongo.errors import OperationFailure, PyMongoError

from app.store.driver.client import Database
from app.store.mapping import names

INDEX_BUILD_SECONDS: Final = 3_600
REPORT_SECONDS: Final = 10.0
LARGE: Final = 100_000  # documents, which take a second

UNUSED: Final[Mapping[str, Sequence[str]]] = {
    names.LEVELS: ["by_counted_at"],
    names.MOVEMENTS: ["newest_of_sku", "newest_at_location", "by_level", "newest_for_reason"],
}

_INDEX_NOT_FOUND = 27  # mongod's error code


async def build_indexes(
    database: Database,
    wanted: Mapping[str, Sequence[IndexModel]],
    *,
    existing: Collection[str],
    report: Callable[[str], None],
) -> None:
    """Build what is missing, one collection after the other. The server goes on with a build that was interrupted.

    Progress is reported of collections that are `existing`. Raises the driver's errors.
    """
    for name, indexes in wanted.items():
        if indexes and name in existing:
            await _build(database, name, indexes, report=report)
        elif indexes:
            await _create(database, name, indexes)


async def drop_unused_indexes(database: Database) -> None:
    """Drop what an earlier version has built and no query uses. Raises the driver's errors."""
    for collection, unused in UNUSED.items():
        for name in unused:
            try:
                await database[collection].drop_index(name)
            except OperationFailure as error:
                if error.code != _INDEX_NOT_FOUND:
                    raise


async def _build(
    database: Database, name: str, indexes: Sequence[IndexModel], *, report: Callable[[str], None]
) -> None:
    known = await database[name].index_information()
    missing = [index.document["name"] for index in indexes if index.document["name"] not in known]
    documents = await database[name].estimated_document_count() if missing else 0
    if documents < LARGE:
        await _create(database, name, indexes)
        return
    report(f"Database: building {', '.join(missing)} over {documents:,} {name}")
    building = asyncio.create_task(_create(database, name, indexes))
    try:
        while not (await asyncio.wait([building], timeout=REPORT_SECONDS))[0]:
            if (share := await _share_done(database, name)) is not None:
                report(f"Database: {share:.0%} of {name} read for their indexes")
    finally:
        building.cancel()
        with suppress(asyncio.CancelledError):
            await building
    report(f"Database: built {', '.join(missing)}")


async def _create(database: Database, name: str, indexes: Sequence[IndexModel]) -> None:
    with timeout(INDEX_BUILD_SECONDS):  # an index of documents that are there already may take minutes
        await database[name].create_indexes(list(indexes))


async def _share_done(database: Database, name: str) -> float | None:
    """Return which share of a collection the server has read for an index, where it tells this user."""
    running = [{"$currentOp": {"allUsers": True, "localOps": True}}, {"$match": {"progress.total": {"$gt": 0}}}]
    command = {"aggregate": 1, "pipeline": running, "cursor": {}, "readConcern": {"level": "local"}}
    try:
        found = await database.client.admin.command(command)
    except PyMongoError:
        return None
    shares = [
        each["progress"]["done"] / each["progress"]["total"]
        for each in found["cursor"]["firstBatch"]
        if each.get("ns") == f"{database.name}.{name}" or each.get("command", {}).get("createIndexes") == name
    ]
    return min(shares, default=None)
