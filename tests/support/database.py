"""Databases for tests: made in a third of a second, emptied in a fiftieth of that."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from itertools import count

from pymongo import WriteConcern
from pymongo.errors import AutoReconnect
from pymongo.read_concern import ReadConcern

from app.store.database.collections import ensure_collections
from app.store.driver.client import APP_NAME, BsonDocument, Client, Database, aggregated


class Databases:
    """Databases, each for one test at a time. Emptied, it serves the next test, unless its rules were changed."""

    def __init__(self, client: Client, *, name: str) -> None:
        """`name` is what their names begin with."""
        self._client = client
        self._name = name
        self._numbers = count(1)
        self._free: list[Database] = []
        self._shape: object = None

    @asynccontextmanager
    async def one(self) -> AsyncIterator[Database]:
        """Give a database with its collections and nothing in them."""
        database = self._free.pop() if self._free else await self._fresh()
        yield database
        if await _shape(database) == self._shape:
            await empty(database)
            self._free.append(database)
        else:
            await drop(database)

    @asynccontextmanager
    async def for_a_server(self) -> AsyncIterator[Database]:
        """Give one for a process that is killed: emptying would wait 10 s for a transaction that it has left open."""
        async with AsyncExitStack() as stack:
            yield await stack.enter_async_context(self.one())
            is_empty = asyncio.Event()
            ending = asyncio.create_task(_end_idle_transactions(self._client, until=is_empty))
            try:
                await stack.aclose()
            finally:
                is_empty.set()  # no cancellation, which the driver may lose: it would go on beside the next tests
                await ending

    async def _fresh(self) -> Database:
        database = await fresh_database(self._client, f"{self._name}_{next(self._numbers)}")
        self._shape = self._shape or await _shape(database)
        return database


async def fresh_database(client: Client, name: str) -> Database:
    """Return a database with its collections, rules and indexes."""
    database = client[name]
    await ensure_collections(database)
    return database


async def empty(database: Database) -> None:
    """Remove every document, and leave rules and indexes. Most collections hold none: one query finds the others."""
    latest = database.with_options(read_concern=ReadConcern("local"))  # also what no majority has yet
    names = await database.list_collection_names()
    found = await united(latest, {name: [{"$limit": 1}, {"$project": {"_id": {"$literal": name}}}] for name in names})
    used = [each["_id"] for each in found]
    hurried = database.with_options(write_concern=WriteConcern(1))
    await asyncio.gather(*(hurried[name].delete_many({}) for name in used[1:]))
    for name in used[:1]:  # once a majority has the last of them, it has all: one wait for the journal
        await database[name].delete_many({})


async def contents(database: Database) -> dict[str, list[BsonDocument]]:
    """Return every document, also what no majority has yet, by collection."""
    latest = database.with_options(read_concern=ReadConcern("local"))
    names = await database.list_collection_names()
    found: dict[str, list[BsonDocument]] = {}
    pipelines = {name: [{"$project": {"is": {"$literal": name}, "of": "$$ROOT"}}] for name in names}
    for each in await united(latest, pipelines):
        found.setdefault(each["is"], []).append(each["of"])
    return found


async def fill(database: Database, documents: Mapping[str, list[BsonDocument]]) -> None:
    """Insert these documents, of each collection, into an empty database, and wait once for a majority."""
    first, *others = documents
    hurried = database.with_options(write_concern=WriteConcern(1))
    await asyncio.gather(*(hurried[name].insert_many(documents[name]) for name in others))
    await database[first].insert_many(documents[first])


async def united(database: Database, pipelines: Mapping[str, list[BsonDocument]]) -> list[BsonDocument]:
    """Return what these pipelines find in the collections that they are for, by one command."""
    unions: list[BsonDocument] = [
        {"$unionWith": {"coll": name, "pipeline": pipeline}} for name, pipeline in pipelines.items()
    ]
    return await aggregated(database["no_collection"], unions)


async def drop(database: Database) -> None:
    """Drop the database. To wait for a majority of the one node would cost 100 ms.

    A server that was stopped amid a transaction may have left it open.
    """
    with suppress(AutoReconnect):  # a test that kept the loop from looking after its connections may have lost them
        await database.client.admin.command("ping")
    hurried = database.with_options(write_concern=WriteConcern(1))
    async with transactions_end_soon(database.client):
        for name in await hurried.list_collection_names():
            await hurried.drop_collection(name)
    await hurried.command("dropDatabase")


@asynccontextmanager
async def transactions_end_soon(client: Client) -> AsyncIterator[None]:
    """Let mongod forget the open transaction of a killed server in 2 s; it takes a minute by default."""
    limit = "transactionLifetimeLimitSeconds"
    before = await client.admin.command({"getParameter": 1, limit: 1})
    await client.admin.command({"setParameter": 1, limit: 1})
    try:
        yield
    finally:
        await client.admin.command({"setParameter": 1, limit: before[limit]})


async def _end_idle_transactions(client: Client, *, until: asyncio.Event) -> None:
    """End them until the event; those of a process that lives are retried by it."""
    idle: BsonDocument = {"type": "idleSession", "appName": APP_NAME, "transaction": {"$exists": True}}
    stages: list[BsonDocument] = [{"$currentOp": {"idleSessions": True, "allUsers": False}}, {"$match": idle}]
    local = ReadConcern("local").document  # the only one that the stage allows
    command = {"aggregate": 1, "pipeline": stages, "cursor": {}, "readConcern": local}
    while not until.is_set():
        found = (await client.admin.command(command))["cursor"]["firstBatch"]
        if found:
            await client.admin.command({"killSessions": [{"id": each["lsid"]["id"]} for each in found]})
        await asyncio.sleep(0.05)


async def _shape(database: Database) -> object:
    """Return what stays when the documents are gone: collections with their rules, and how many indexes."""
    collections = await (await database.list_collections()).to_list(None)
    statistics = await database.command("dbStats")
    return {each["name"]: each["options"] for each in collections}, statistics["indexes"]
