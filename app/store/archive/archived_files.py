"""What the database knows of the archive: each file, and whether its lines are still in the ledger.

Rule: a file is noted once it is on disk and was read back, and before the first of its lines is deleted.
"""

from collections.abc import Sequence
from typing import Final

import msgspec

from app.domain.time import Moment
from app.store.driver.client import BsonDocument, Database, Session
from app.store.mapping import names

RULES: Final[BsonDocument] = {
    "$jsonSchema": {"bsonType": "object", "required": ["before", "until", "lines", "sha256", "is_moved"]}
}


class ArchivedFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file, by its path below the folder of the archive.

    It has lines recorded before `until`, of a run that archived what is older than `before`. `is_moved` once the ledger
    has none of them any more. `sha256` is that of the file.
    """

    path: str
    before: Moment
    until: Moment
    lines: int
    bytes: int
    sha256: str
    is_moved: bool = False


async def archived_files(database: Database) -> Sequence[ArchivedFile]:
    """Return all files, the oldest lines first. Raises the driver's errors."""
    found = await database[names.ARCHIVES].find({}, sort=[("until", 1), ("_id", 1)]).to_list(None)
    return [msgspec.convert({**each, "path": each["_id"]}, ArchivedFile) for each in found]


async def archived_until(database: Database, *, session: Session | None = None) -> Moment:
    """Return the moment before which lines may have been archived; 0 where none were. Raises the driver's errors."""
    newest = await database[names.ARCHIVES].find_one({}, sort=[("until", -1)], session=session)
    return Moment(0 if newest is None else newest["until"])


async def note_file(database: Database, file: ArchivedFile, *, session: Session | None = None) -> None:
    """Note a file, or what has become of it. Raises the driver's errors."""
    document: BsonDocument = msgspec.to_builtins(file)
    identity = document.pop("path")
    await database[names.ARCHIVES].replace_one({"_id": identity}, document, upsert=True, session=session)
