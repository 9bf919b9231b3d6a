"""Statements that are sent together over one connection of the driver, by names of the driver that are not public."""

import asyncio
from typing import Any

import pytest
from pymongo import AsyncMongoClient
from pymongo.asynchronous.pool import AsyncConnection
from pymongo.errors import BulkWriteError, OperationFailure

from app.store.driver.client import BsonDocument, Client, Database, Session, transaction
from app.store.writer.writing.send_together import send_together
from app.store.writer.writing.statements import LostRaceError, Statement, StatementRunner, insert, update

ROUNDS = 30


def an_insert(*ids: int) -> BsonDocument:
    """Return a command that inserts documents."""
    return insert("lines", [{"_id": identity} for identity in ids]).command


async def stored(database: Database) -> list[int]:
    """Return the ids of the documents that were inserted."""
    return sorted([document["_id"] for document in await database["lines"].find().to_list(None)])


def test_the_driver_has_the_names_that_are_used() -> None:
    """Where one is gone, send_together must be written anew, or MONGO_PIPELINING be false."""
    assert callable(AsyncMongoClient._conn_for_writes)
    for name in ("command", "send_message", "receive_message", "close_conn"):
        assert callable(getattr(AsyncConnection, name))


@pytest.mark.parametrize("together", [True, False])
async def test_statements_run_in_their_order(database: Database, together: bool) -> None:
    """Each sees what those before it wrote, and all are committed at once."""
    await database.create_collection("lines")
    statements = [
        insert("lines", [{"_id": 1, "n": 1}]),
        update("lines", [{"q": {"_id": 1, "n": 1}, "u": {"$inc": {"n": 1}}}], matches=1),
        update("lines", [{"q": {"_id": 1, "n": 2}, "u": {"$inc": {"n": 1}}}], matches=1),
    ]
    async with transaction(database.client) as session:
        await StatementRunner(database.client, database, together=together).run(statements, session=session)
        assert await stored(database) == []
        await session.commit_transaction()
    assert await database["lines"].find_one() == {"_id": 1, "n": 3}


@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize(
    ("statements", "error"),
    [
        ([insert("lines", [{"_id": 1}, {"_id": 1}]), insert("lines", [{"_id": 2}])], BulkWriteError),
        ([insert("lines", [{"_id": 2}]), insert("lines", [{"_id": 1}, {"_id": 1}])], BulkWriteError),
        (
            [insert("lines", [{"_id": 2}]), update("lines", [{"q": {"_id": 9}, "u": {"n": 1}}], matches=1)],
            LostRaceError,
        ),
        ([Statement({"unheard": "lines"}), insert("lines", [{"_id": 2}])], OperationFailure),
    ],
)
async def test_the_first_failure_counts_and_nothing_is_written(
    database: Database,
    together: bool,
    statements: list[Statement],
    error: type[Exception],
) -> None:
    """The failures of the statements behind it only say that the transaction is over."""
    await database.create_collection("lines")
    runner = StatementRunner(database.client, database, together=together)
    async with transaction(database.client) as session:
        with pytest.raises(error):
            await runner.run(statements, session=session)
    assert await stored(database) == []
    async with transaction(database.client) as session:
        await runner.run([insert("lines", [{"_id": 3}]), insert("lines", [{"_id": 4}])], session=session)
        await session.commit_transaction()
    assert await stored(database) == [3, 4]


async def test_a_caller_who_leaves_between_two_messages_leaves_no_reply_behind(database: Database) -> None:
    """Whoever uses the connection next would take it for the reply to another statement."""
    await database.create_collection("lines")
    client: Client = database.client
    loop = asyncio.get_running_loop()
    abandoned: list[BsonDocument] = []
    for number in range(ROUNDS):
        async with transaction(client) as session:
            abandoned.append(dict(session.session_id))
            sending = asyncio.ensure_future(
                send_together(client, database, [an_insert(2 * number), an_insert(2 * number + 1)], session=session)
            )
            loop.call_later(number * 0.0002, sending.cancel)
            await asyncio.wait([sending])
        answers = await asyncio.gather(*(_echo(database, mark) for mark in range(5)))
        assert answers == list(range(5))
    await client.admin.command("killSessions", abandoned)  # an abort may have overtaken the first statement
    assert await stored(database) == []


async def test_a_statement_that_cannot_be_sent_keeps_none_waiting(database: Database) -> None:
    """The driver refuses to encode it; those behind it fail, because no transaction has begun."""

    async def run(session: Session) -> Any:  # noqa: ANN401 - replies and errors
        broken = {"insert": "lines", "documents": [{"_id": object()}], "ordered": False}
        return await send_together(database.client, database, [broken, an_insert(1)], session=session)

    async with transaction(database.client) as session:
        replies = await asyncio.wait_for(run(session), timeout=60)
    assert all(isinstance(reply, Exception) for reply in replies)
    assert await stored(database) == []


async def _echo(database: Database, mark: int) -> Any:  # noqa: ANN401 - what the server answers
    pipeline = [{"$documents": [{"mark": mark}]}]
    reply = await database.client.admin.command({"aggregate": 1, "pipeline": pipeline, "cursor": {}})
    return reply["cursor"]["firstBatch"][0]["mark"]
