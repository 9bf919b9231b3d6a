"""The MongoDB client, and the few places where the two drivers differ. Nothing else constructs a client (ADR 4).

PyMongo's asyncio client is the default. Motor, its deprecated predecessor, runs the same adapters: its client wraps
the same documents, and only sessions are opened differently.
"""

from collections.abc import Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Literal

import pymongo
from pymongo import AsyncMongoClient, ReadPreference, WriteConcern
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.read_concern import ReadConcern

from app.store.driver.connections import Connections
from app.store.driver.handshakes import repair_handshakes
from app.store.driver.locks import repair_locks

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

BsonDocument = dict[str, Any]
Client = AsyncMongoClient[BsonDocument]
Database = AsyncDatabase[BsonDocument]
Collection = AsyncCollection[BsonDocument]
Session = AsyncClientSession
Driver = Literal["pymongo", "motor"]

APP_NAME = "stockpulse"  # tells our sessions from those of other programs
MAX_CONNECTIONS = 64  # concurrent reads; the writer needs one
CONNECT_TIMEOUT_SECONDS = 2  # a server on the same network answers in milliseconds or not at all

# What is acknowledged is in the journals of most members, and what is read is in them, too (ADR 58).
WRITE_CONCERN = WriteConcern("majority", j=True)
# Over what the URL says, which preflight refuses where it is weaker.
CONCERNS: Mapping[str, Any] = {
    "w": WRITE_CONCERN.document["w"],
    "journal": WRITE_CONCERN.document["j"],
    "readConcernLevel": "majority",
    "readPreference": "primary",
    "retryWrites": True,
    "retryReads": True,
}

CLOSE_SECONDS = 0.5  # to end our sessions on the server; the rest of a stop has its share of ten


def open_client(
    url: str,
    *,
    driver: Driver = "pymongo",
    app_name: str = APP_NAME,
    timeout_seconds: float = 5,
    connect_timeout_seconds: float = CONNECT_TIMEOUT_SECONDS,
    connections: Connections | None = None,
) -> Client:
    """Return a client. It connects at its first use, and belongs to the event loop of that use.

    `connections` counts its connections.
    """
    connect_timeout_ms = int(connect_timeout_seconds * 1000)
    options: dict[str, Any] = {
        "appname": app_name,
        "maxPoolSize": MAX_CONNECTIONS,
        "connectTimeoutMS": connect_timeout_ms,
        "serverSelectionTimeoutMS": connect_timeout_ms,
        "waitQueueTimeoutMS": connect_timeout_ms,
        "timeoutMS": int(timeout_seconds * 1000),
        **CONCERNS,
        "tz_aware": True,
    }
    if connections is not None:
        options["event_listeners"] = [connections]
    if driver == "motor":
        from motor.motor_asyncio import AsyncIOMotorClient  # noqa: PLC0415 - an extra, absent from most installations

        motor_client: Any = AsyncIOMotorClient(url, **options)
        client: Client = motor_client
        return client
    repair_locks()
    repair_handshakes()
    return AsyncMongoClient(url, **options)


async def close_client(client: Client) -> None:
    """Close either driver's client, soon even where the server hangs: its sessions end there in time anyway."""
    with pymongo.timeout(CLOSE_SECONDS):
        closing: Any = client.close()
        if closing is not None:
            await closing


@asynccontextmanager
async def transaction(client: Client) -> "AsyncIterator[Session]":
    """Open a session with a running transaction. The caller commits; leaving without a commit aborts."""
    opened: Any = client.start_session(causal_consistency=False)
    session: Any = await opened if hasattr(opened, "__await__") else opened
    async with session:
        started = session.start_transaction(
            read_concern=ReadConcern("snapshot"),
            write_concern=WRITE_CONCERN,
            read_preference=ReadPreference.PRIMARY,
        )
        if hasattr(started, "__await__"):
            await started
        yield session


async def aggregated(
    collection: Collection, pipeline: list[BsonDocument], *, hint: str | None = None, session: Session | None = None
) -> list[BsonDocument]:
    """Return the results of a pipeline, which may begin with an index. PyMongo's cursor is awaited, Motor's is not."""
    chosen: dict[str, Any] = {} if hint is None else {"hint": hint}
    found: Any = collection.aggregate(pipeline, session=session, **chosen)
    cursor: Any = await found if hasattr(found, "__await__") else found
    documents: list[BsonDocument] = await cursor.to_list(None)
    return documents


@asynccontextmanager
async def snapshot(client: Client) -> "AsyncIterator[Session]":
    """Open a session whose reads all show one moment: that of the first of them.

    The server keeps the past for 300 s (`minSnapshotHistoryWindowInSeconds`); nothing is locked meanwhile.
    """
    opened: Any = client.start_session(causal_consistency=False, snapshot=True)
    session: Any = await opened if hasattr(opened, "__await__") else opened
    async with session:
        yield session
