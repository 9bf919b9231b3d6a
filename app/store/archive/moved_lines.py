"""Deletes archived lines from the ledger, and lets what stays say so, in one transaction for each part.

Rule: a line is deleted only where the archive has exactly this line, and the ledger agrees with itself after each
transaction: the next line of each level becomes its opening, and operations name the lines that stay.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import bson
from bson.codec_options import CodecOptions
from pymongo import UpdateOne

from app.domain.stock.level import LevelKey
from app.store.backup.errors import BackupError
from app.store.driver.client import BsonDocument, Database, Session, transaction
from app.store.mapping import names
from app.store.mapping.ledger import movement_id
from app.store.queries.operations import BY_OPERATION

PART: Final = 500  # lines of a transaction, some 50 ms

_OPTIONS = CodecOptions[BsonDocument](tz_aware=True)
_MAY_DIFFER: Final = frozenset({names.HEADER, names.OPENING})  # where an earlier part has moved a header here

Name = list[str | int]  # of a line: SKU, location and version, as operations name it


async def delete_lines(database: Database, documents: Sequence[bytes]) -> int:
    """Delete these lines where they are there, and return how many were. Raises BackupError and the driver's errors."""
    archived = {line["_id"]: line for line in (bson.decode(each, _OPTIONS) for each in documents)}
    movements = database[names.MOVEMENTS]
    async with transaction(database.client) as session:
        found = await movements.find(
            {"_id": {"$in": list(archived)}}, batch_size=len(archived) + 1, session=session
        ).to_list(None)
        if not found:
            return 0
        for line in found:
            if _compared(line) != _compared(archived[line["_id"]]):
                raise BackupError(f"The line {line['_id']} of the ledger is not the one in the archive: nothing goes.")
        await movements.delete_many({"_id": {"$in": [line["_id"] for line in found]}}, session=session)
        await _open_levels(database, found, session)
        await _shorten_operations(database, found, session)
        await session.commit_transaction()
    return len(found)


def _compared(line: BsonDocument) -> BsonDocument:
    return {name: value for name, value in line.items() if name not in _MAY_DIFFER}


async def _open_levels(database: Database, deleted: Sequence[BsonDocument], session: Session) -> None:
    """Mark the line after the last one that went as the opening of its level. Raise BackupError where none is there."""
    last: dict[LevelKey, int] = {}
    for line in deleted:
        key = LevelKey(line["sku"], line["location"])
        last[key] = max(last.get(key, 0), line["version"])
    ids = [movement_id(key, version + 1) for key, version in last.items()]
    opened = await database[names.MOVEMENTS].update_many(
        {"_id": {"$in": ids}}, {"$set": {names.OPENING: True}}, session=session
    )
    if opened.matched_count != len(ids):
        raise BackupError("The ledger has no line after one that was to be archived: it was changed. Run `reconcile`.")


async def _shorten_operations(database: Database, deleted: Sequence[BsonDocument], session: Session) -> None:
    """Let the operations of these lines name only what stays; a header of a line that went moves to the next one."""
    movements, operations = database[names.MOVEMENTS], database[names.OPERATIONS]
    gone: defaultdict[str, list[Name]] = defaultdict(list)
    headers: dict[str, BsonDocument] = {}
    for line in deleted:
        gone[line[names.OPERATION_ID]].append([line["sku"], line["location"], line["version"]])
        if names.HEADER in line:
            headers[line[names.OPERATION_ID]] = line[names.HEADER]
    elsewhere = {names.OPERATION_ID: {"$in": [each for each in gone if each not in headers]}, **_IS_FIRST_LINE}
    kept_headers = await movements.find(elsewhere, hint=BY_OPERATION, session=session).to_list(None)
    updates = [_shortened(line, gone[line[names.OPERATION_ID]]) for line in kept_headers]
    updates += list(_moved_headers(headers, gone))
    if updates := [each for each in updates if each is not None]:
        await movements.bulk_write(updates, session=session)
    own = [operation for operation in gone if "kind" not in _header_of(operation, headers, kept_headers)]
    if own:
        await operations.bulk_write(
            [
                UpdateOne(
                    {"_id": operation},
                    {
                        "$pull": {"levels": {"$in": gone[operation]}},
                        "$inc": {names.ARCHIVED_LINES: len(gone[operation])},
                    },
                )
                for operation in own
            ],
            session=session,
        )


_IS_FIRST_LINE: Final[BsonDocument] = {names.HEADER: {"$exists": True}}


def _header_of(operation: str, headers: Mapping[str, BsonDocument], kept: Iterable[BsonDocument]) -> BsonDocument:
    found: BsonDocument = headers.get(operation) or next(
        (line[names.HEADER] for line in kept if line[names.OPERATION_ID] == operation), {}
    )
    return found


def _shortened(line: BsonDocument, gone: Sequence[Name]) -> UpdateOne | None:
    """Return what shortens the list in the header of a line that stays; None where the operation has its own."""
    header = line[names.HEADER]
    if "kind" not in header:
        return None
    return UpdateOne({"_id": line["_id"]}, {"$set": {names.HEADER: _without(header, gone)}})


def _moved_headers(headers: Mapping[str, BsonDocument], gone: Mapping[str, Sequence[Name]]) -> Iterable[UpdateOne]:
    """Yield what gives the headers of lines that went to the next lines of their operations, where some stay."""
    for operation, header in headers.items():
        left = [each for each in header.get("levels", ()) if each not in gone[operation]]
        if left:
            sku, location, version = left[0]
            identity = movement_id(LevelKey(sku, location), version)
            yield UpdateOne({"_id": identity}, {"$set": {names.HEADER: _without(header, gone[operation])}})


def _without(header: BsonDocument, gone: Sequence[Name]) -> BsonDocument:
    left = [each for each in header["levels"] if each not in gone]
    archived = header.get(names.ARCHIVED_LINES, 0) + len(gone)
    return {**header, "levels": left, names.ARCHIVED_LINES: archived}
