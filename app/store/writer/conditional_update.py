"""Updates documents on the condition that they are still as the transaction's snapshot showed them."""

from pymongo.errors import BulkWriteError

from app.store.client import BsonDocument, Database, Session


class LostRaceError(Exception):
    """A document was not as the transaction's own snapshot showed it. The batch must be decided again."""


async def update_matching(
    database: Database, collection: str, statements: list[BsonDocument], *, documents: int, session: Session
) -> None:
    """Run conditional updates, which must match so many documents together.

    Raises LostRaceError and the driver's errors. As a command: the driver's bulk builder costs as much again per level
    as the rest of the writer.
    """
    command = {"update": collection, "updates": statements, "ordered": False}
    result = await database.command(command, session=session)
    if errors := result.get("writeErrors"):
        raise BulkWriteError({"writeErrors": errors})
    if result["n"] != documents:
        raise LostRaceError
