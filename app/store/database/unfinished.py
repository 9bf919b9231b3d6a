"""The mark of a database that is being rebuilt: no process serves it before it is whole.

Rule: the mark is set before the first record is written, and removed after the last. So whatever interrupts a rebuild
leaves a database that says so.
"""

from typing import Final

from app.domain.failures import Unavailable
from app.store.driver.client import BsonDocument, Database, Session
from app.store.mapping import names

_ID: Final = "unfinished"
_IS_IT: Final[BsonDocument] = {"_id": _ID}


class Unfinished(Unavailable):
    """Part of the database is missing. `what` names the command that did not end."""

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(f"part of it is missing, because `{what}` has not come to its end. Run that again")


async def unfinished(database: Database) -> str | None:
    """Return the command that has not come to its end, if there is one. Raises the driver's errors."""
    found = await database[names.UPGRADES].find_one(_IS_IT)
    return None if found is None else str(found["command"])


async def check_finished(database: Database) -> None:
    """Raise Unfinished if part of the database is missing, and the driver's errors."""
    if (command := await unfinished(database)) is not None:
        raise Unfinished(command)


async def mark_unfinished(database: Database, command: str) -> None:
    """Mark the database. Raises the driver's errors."""
    marked = {"$set": {names.MIGRATION_VERSION: 0, "after": None, "command": command}}
    await database[names.UPGRADES].update_one(_IS_IT, marked, upsert=True)


async def mark_finished(database: Database, *, session: Session) -> None:
    """Remove the mark. Raises the driver's errors."""
    await database[names.UPGRADES].delete_one(_IS_IT, session=session)
