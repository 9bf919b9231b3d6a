"""The format of a database: which builds may write to it (ADR 30).

Rule: a build refuses a database of a newer format when it starts, and the database refuses what a build of an older
format would still write: the validators of the ledger ask for the number of the format in each operation.
"""

from typing import Final

from app.domain.failures import Unavailable
from app.store.driver.client import BsonDocument, Database
from app.store.mapping import names

FORMAT: Final = 2  # 1: every operation had a document of its own, and no number

RECORDED_IN_FORMAT: BsonDocument = {"enum": [FORMAT]}

_ID: Final = "format"


class NewerFormatError(Unavailable):
    """A newer build has brought the database to a format that this build does not know."""

    def __init__(self, found: int) -> None:
        self.found = found
        super().__init__(
            f"a newer version of Stockpulse has upgraded it to format {found}, and this one knows format {FORMAT}. "
            "Replace this process by one of the newer version"
        )


async def check_format(database: Database) -> None:
    """Raise NewerFormatError if the format is newer than this build's, and the driver's errors."""
    found = await database[names.UPGRADES].find_one({"_id": _ID})
    if found is not None and found[names.MIGRATION_VERSION] > FORMAT:
        raise NewerFormatError(found[names.MIGRATION_VERSION])


async def found_format(database: Database, *, has_levels: bool) -> int:
    """Return the format that a database has: 1 where it has none noted but has levels, 0 where it has neither."""
    found = await database[names.UPGRADES].find_one({"_id": _ID})
    return found[names.MIGRATION_VERSION] if found is not None else int(has_levels)


async def note_format(database: Database) -> None:
    """Note that the database has this build's format at least."""
    noted = {"$max": {names.MIGRATION_VERSION: FORMAT}, "$set": {"after": None}}
    await database[names.UPGRADES].update_one({"_id": _ID}, noted, upsert=True)
