"""The statements of a batch: plain commands, and what each must have done.

As commands, because the driver's builders of bulk writes cost as much per level as all else that the writer does.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from pymongo.errors import BulkWriteError

from app.store.driver.client import BsonDocument, Client, Database, Session
from app.store.writer.writing.send_together import can_send_together, filled, send_together

PORTION = 250  # documents, which the process makes in some milliseconds


class LostRaceError(Exception):
    """A document was not as the batch took it to be. The batch must be decided again."""


class Statement(NamedTuple):
    """A write command, and the number of documents that it must match; None where it may match any number."""

    command: BsonDocument
    matches: int | None = None


def insert(collection: str, documents: Iterable[BsonDocument]) -> Statement:
    """Return the statement that inserts documents; those of an iterator are made when it is sent."""
    return Statement({"insert": collection, "documents": documents, "ordered": False})


def inserts(collection: str, documents: Iterator[BsonDocument], *, count: int) -> Iterator[Statement]:
    """Yield statements that insert so many documents in portions: while the server has one, the next is made."""
    for _ in range(0, count, PORTION):
        yield insert(collection, islice(documents, PORTION))


def update(collection: str, updates: Sequence[BsonDocument], *, matches: int | None = None) -> Statement:
    """Return the statement that runs these updates: each has a filter `q`, a change `u`, and perhaps `multi`."""
    return Statement({"update": collection, "updates": updates, "ordered": False}, matches)


class StatementRunner:
    """Runs statements in a transaction."""

    def __init__(self, client: Client, database: Database, *, together: bool = True) -> None:
        """Send statements `together` where the client can."""
        self._client = client
        self._database = database
        self._together = together and can_send_together(client)

    async def run(self, statements: Sequence[Statement], *, session: Session) -> None:
        """Run statements in their order. Raises LostRaceError and the driver's errors."""
        if self._together and len(statements) > 1:
            commands = [statement.command for statement in statements]
            replies = await send_together(self._client, self._database, commands, session=session)
            for statement, reply in zip(statements, replies, strict=True):
                if isinstance(reply, BaseException):
                    raise reply
                _check(statement, reply)
            return
        for statement in statements:
            _check(statement, await self._database.command(filled(statement.command), session=session))


def _check(statement: Statement, reply: BsonDocument) -> None:
    if errors := reply.get("writeErrors"):
        raise BulkWriteError({"writeErrors": errors})
    if statement.matches is not None and reply["n"] != statement.matches:
        raise LostRaceError
