"""When a database was last made from a backup: a cursor that was given in between may know lines that are lost.

Rule: it is noted when the rebuild ends, and no server runs then. So what one process has read stays true.
"""

from typing import Final, NamedTuple

from app.domain.time import Moment
from app.store.driver.client import BsonDocument, Database, Session
from app.store.mapping import names

_ID: Final = "restored"
_NOW: Final[BsonDocument] = {"$multiply": [{"$toLong": "$$NOW"}, 1_000]}  # in microseconds


class Restored(NamedTuple):
    """The ledger is as it was `as_of` a moment, and goes on since another, `at` which the rebuild ended."""

    as_of: Moment
    at: Moment

    def has_lost(self, given_at: Moment) -> bool:
        """Return whether what was true at a moment may be lost."""
        return self.as_of < given_at < self.at


async def note_restored(database: Database, *, as_of: Moment, session: Session) -> None:
    """Note that the database was made from a backup of a moment. Raises the driver's errors."""
    noted = {names.MIGRATION_VERSION: 0, "after": None, "as_of": as_of, "at": _NOW}
    await database[names.UPGRADES].update_one({"_id": _ID}, [{"$set": noted}], upsert=True, session=session)


async def last_restored(database: Database) -> Restored | None:
    """Return when the database was last made from a backup, None where it never was. Raises the driver's errors."""
    found = await database[names.UPGRADES].find_one({"_id": _ID})
    return None if found is None else Restored(as_of=Moment(found["as_of"]), at=Moment(found["at"]))
