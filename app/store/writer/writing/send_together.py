"""Sends the statements of a transaction together, and then reads their replies: one round trip instead of one for each.

The server runs the statements of a connection one after the other, and an error ends the transaction, so that those
behind it fail too. PyMongo's public API sends a statement only after the reply to the one before. So this takes a
connection from its pool, and lets the driver's own `command` run once per statement over it, in turns.

Rule: this is the only place that knows these names of the driver: `_conn_for_writes`, and the `command`,
`send_message`, `receive_message` and `close_conn` of a connection. `tests/concurrency/test_send_together.py` fails when
one of them is gone; STOCKPULSE_MONGO_PIPELINING=false goes without them.
"""

import asyncio
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from pymongo import AsyncMongoClient

from app.store.driver.client import BsonDocument, Client, Database, Session


def can_send_together(client: Client) -> bool:
    """Tell whether the client is one whose connections are known here. Motor's is not."""
    return isinstance(client, AsyncMongoClient)


async def send_together(
    client: Client, database: Database, statements: Sequence[BsonDocument], *, session: Session
) -> Sequence[BsonDocument | BaseException]:
    """Return the reply to each statement, or the driver's error. Those behind one that failed fail, too.

    What iterators in a statement yield is made only when those before it are sent: the server works on them meanwhile.
    """
    driver: Any = client
    async with await driver._conn_for_writes(session, next(iter(statements[0]))) as connection:  # noqa: SLF001 - see above
        turns = [_Turn(connection) for _ in statements]
        for before, after in pairwise(turns):
            after.before = before
        try:
            return await asyncio.gather(
                *(
                    turn.run(database.name, statement, client=client, session=session)
                    for turn, statement in zip(turns, statements, strict=True)
                ),
                return_exceptions=True,
            )
        finally:
            if any(turn.is_reply_left for turn in turns):  # else it would be read by the next user of the connection
                await connection.close_conn("error")


def filled(statement: BsonDocument) -> BsonDocument:
    """Return a statement with lists in place of iterators."""
    return {name: list(value) if isinstance(value, Iterator) else value for name, value in statement.items()}


class _Turn:
    """A connection as the driver's `command` sees it for one statement: it sends and reads when it is its turn."""

    def __init__(self, connection: Any) -> None:  # noqa: ANN401 - the driver's, see above
        self.before: _Turn | None = None
        self.is_sent = asyncio.Event()
        self.is_answered = asyncio.Event()
        self.is_reply_left = False
        self._connection = connection

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever else the driver asks of its connection
        return getattr(self._connection, name)

    async def run(self, database: str, statement: BsonDocument, *, client: Client, session: Session) -> BsonDocument:
        """Run a statement by the driver's own method."""
        run = type(self._connection).command
        try:
            if self.before is not None:
                await self.before.is_sent.wait()
            reply: BsonDocument = await run(self, database, filled(statement), session=session, client=client)
        finally:  # a statement that could not be sent keeps none of those behind it waiting
            self.is_sent.set()
            self.is_answered.set()
        return reply

    async def send_message(self, message: bytes, max_doc_size: int) -> None:
        """Send; the statement before has been sent."""
        self.is_reply_left = True
        await self._connection.send_message(message, max_doc_size)
        self.is_sent.set()

    async def receive_message(self, request_id: int) -> Any:  # noqa: ANN401 - the driver's
        """Read after the reply to the statement before."""
        if self.before is not None:
            await self.before.is_answered.wait()
        reply = await self._connection.receive_message(request_id)
        self.is_reply_left = False
        self.is_answered.set()
        return reply
