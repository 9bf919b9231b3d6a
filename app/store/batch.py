"""One batch of commands in one MongoDB transaction: read what they touch, fold them, write what came out.

Two independent checks stand behind each count: the transaction's snapshot, and the condition in each update's filter.
A batch is written whole or not at all.
"""

import time
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace

from pymongo import UpdateMany, UpdateOne
from pymongo.errors import BulkWriteError, ConnectionFailure, PyMongoError

from app.domain.catalog import Item
from app.domain.command import Command
from app.domain.errors import Refused
from app.domain.fold import Fold, Outcome, State
from app.domain.level import Level
from app.domain.movement import Movement
from app.domain.time import Moment
from app.store.abandoned import end_abandoned_transactions
from app.store.client import Client, Collection, Database, Document, Session, transaction
from app.store.documents import (
    item_document,
    item_facts,
    item_of,
    level_document,
    level_id,
    level_of,
    location_document,
    location_of,
    movement_document,
    operation_document,
    operation_of,
)
from app.store.ledger import read_movements
from app.store.location_lease import LocationLease
from app.store.writers import WriterRegistry

_LEVEL_PROJECTION = {"words": 0}


class LostRaceError(Exception):
    """A level was not as the transaction's own snapshot showed it. The batch is to be decided again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Committed:
    """The results of a batch in the order of its commands, and its movements in the order of their moments.

    Both include what an earlier attempt committed without our hearing of it.
    """

    results: list[Outcome | Refused]
    movements: list[Movement]


class BatchTransaction:
    """Runs batches against one database. `last_moment` is the latest that it gave out, committed or not."""

    def __init__(self, client: Client, database: Database) -> None:
        self.last_moment = Moment(0)
        self._abandoned: list[Document] = []
        self._client = client
        self._database = database
        self._levels = database["levels"]
        self._movements = database["movements"]
        self._operations = database["operations"]
        self._items = database["items"]
        self._locations = database["locations"]
        self._leased_locations = LocationLease(self._locations, monotonic=time.monotonic)
        self._registry = WriterRegistry(database, seconds=time.time)

    async def run(
        self, commands: Sequence[Command], *, writer: str, now: Moment, earlier: Sequence[Moment]
    ) -> Committed:
        """Decide and commit the commands. `earlier` are the moments of attempts that may have been committed after all.

        Raises the driver's errors, and LostRaceError.
        """
        async with self._attempt() as session:
            state = await self._read(commands, is_retry=bool(earlier), session=session)
            fold = Fold(state, writer=writer, now=now)
            results = [_result(fold, command) for command in commands]
            self.last_moment = fold.last_moment
            results = [await self._with_movements(result, session=session) for result in results]
            if fold.operations:
                await self._registry.enter(writer, session=session)
                await self._write(fold, state, session=session)
                await _commit(session)
                self._registry.confirm(writer)
            elif any(isinstance(result, Outcome) for result in results):
                await _commit(session)  # what a repeat is told must be there to stay, too
        self._leased_locations.forget(fold.locations)
        if not earlier:
            return Committed(results=results, movements=fold.movements)
        results = list(_as_first_told(results, earlier, writer=writer))
        new = (
            line
            for result in results
            if isinstance(result, Outcome) and not result.replayed
            for line in result.movements
        )
        return Committed(results=results, movements=sorted(new, key=lambda line: line.recorded_at))

    @asynccontextmanager
    async def _attempt(self) -> AsyncIterator[Session]:
        """Open a transaction, after ending those that a lost connection left open: they would hold their levels."""
        if self._abandoned:
            await self._client.admin.command("killSessions", self._abandoned)
            self._abandoned.clear()
        async with transaction(self._client) as session:
            try:
                yield session
            except ConnectionFailure:
                self._abandoned.append(dict(session.session_id))
                raise

    async def clean_up(self) -> None:
        """End what a killed process left open, as far as the server answers: it may be what a batch runs into."""
        with suppress(PyMongoError):
            await end_abandoned_transactions(self._client)

    async def _with_movements(self, result: Outcome | Refused, *, session: Session) -> Outcome | Refused:
        if isinstance(result, Refused) or result.movements or not result.operation.levels:
            return result
        (movements,) = await read_movements(self._movements, [result.operation], session=session)
        return replace(result, movements=movements)

    async def _read(self, commands: Sequence[Command], *, is_retry: bool, session: Session) -> State:
        touches = [command.touches() for command in commands]
        keys = {key for touched in touches for key in touched.levels}
        changed_codes = {code for touched in touches for code in touched.locations}
        documents = await _by_id(self._levels, map(level_id, keys), session=session, projection=_LEVEL_PROJECTION)
        levels = {level.key: level for level in map(level_of, documents)}
        skus = {key.sku for key in keys if key not in levels}.union(*(touched.items for touched in touches))
        items = {document["_id"]: item_of(document) for document in await _by_id(self._items, skus, session=session)}
        ids = [command.cause.operation_id for command in commands if is_retry or command.cause.idempotency_key]
        return State(
            levels=levels,
            items=items,
            locations={
                # Those to be changed are read in the transaction; those only to be stocked at need not be.
                **await self._leased_locations.get({key.location for key in keys} - changed_codes),
                **{
                    document["_id"]: location_of(document)
                    for document in await _by_id(self._locations, changed_codes, session=session)
                },
            },
            archived_items=frozenset(
                [document["sku"] for document in documents if document["is_item_archived"]]
                + [item.sku for item in items.values() if item.is_archived]
            ),
            operations={
                document["_id"]: operation_of(document)
                for document in await _by_id(self._operations, ids, session=session)
            },
        )

    async def _write(self, fold: Fold, state: State, *, session: Session) -> None:
        if fold.items:
            await self._write_items(fold.items.values(), state, session=session)
        if fold.levels:
            await self._write_levels(fold, state, session=session)
            movements = [movement_document(movement) for movement in fold.movements]
            await self._movements.insert_many(movements, ordered=False, session=session)
        if fold.locations:
            locations = [_put(location_document(location)) for location in fold.locations.values()]
            await self._locations.bulk_write(locations, ordered=False, session=session)
        operations = [operation_document(operation) for operation in fold.operations]
        await self._operations.insert_many(operations, ordered=False, session=session)

    async def _write_levels(self, fold: Fold, state: State, *, session: Session) -> None:
        begun = [level for key, level in fold.levels.items() if key not in state.levels]
        increments = [
            _increment(before, fold.levels[key]) for key, before in state.levels.items() if key in fold.levels
        ]
        if increments:
            # The command itself: the driver's bulk builder costs as much again per level as the rest of the writer.
            command = {"update": self._levels.name, "updates": increments, "ordered": False}
            result = await self._database.command(command, session=session)
            if errors := result.get("writeErrors"):
                raise BulkWriteError({"writeErrors": errors})
            if result["n"] != len(increments):
                raise LostRaceError
        if begun:
            documents = [level_document(level, item=fold.known_item(level.key.sku)) for level in begun]
            await self._levels.insert_many(documents, ordered=False, session=session)
            # Makes a new level and a change of its item, whose facts the level repeats, exclude each other.
            marks = [
                UpdateOne({"_id": sku}, {"$inc": {"levels_begun": 1}}) for sku in {level.key.sku for level in begun}
            ]
            await self._items.bulk_write(marks, ordered=False, session=session)

    async def _write_items(self, items: Iterable[Item], state: State, *, session: Session) -> None:
        items = list(items)
        await self._items.bulk_write([_put(item_document(item)) for item in items], ordered=False, session=session)
        repeated = [
            UpdateMany({"sku": item.sku}, {"$set": item_facts(item)})
            for item in items
            if (old := state.items.get(item.sku)) is not None and item_facts(old) != item_facts(item)
        ]
        if repeated:
            await self._levels.bulk_write(repeated, ordered=False, session=session)


def _result(fold: Fold, command: Command) -> Outcome | Refused:
    try:
        return fold.run(command)
    except Refused as refused:
        return refused


def _as_first_told(
    results: Iterable[Outcome | Refused], earlier: Sequence[Moment], *, writer: str
) -> Iterator[Outcome | Refused]:
    """Mark what an earlier attempt at this batch committed as new: nobody has been told of it yet."""
    told: set[str] = set()
    for result in results:
        if (
            isinstance(result, Refused)
            or result.operation.recorded_at not in earlier
            or any(line.writer != writer for line in result.movements)
            or result.operation.id in told
        ):
            yield result
        else:
            told.add(result.operation.id)
            yield replace(result, replayed=False)


async def _commit(session: Session) -> None:
    """Commit; where the outcome stays unknown ask once more, for a commit that arrives twice counts once.

    Without an answer the transaction might stay open on the server, and keep its levels to itself for a minute.
    """
    try:
        await session.commit_transaction()
    except PyMongoError as error:
        if not error.has_error_label("UnknownTransactionCommitResult"):
            raise
        await session.commit_transaction()


async def _by_id(
    collection: Collection, ids: Iterable[str], *, session: Session, projection: Document | None = None
) -> list[Document]:
    wanted = list(ids)
    if not wanted:
        return []
    where = {"_id": wanted[0] if len(wanted) == 1 else {"$in": wanted}}
    # Without a batch size the server answers with 101 documents, and the rest costs a second round trip.
    return await collection.find(where, projection, session=session, batch_size=len(wanted) + 1).to_list(None)


def _increment(before: Level, after: Level) -> Document:
    taken = before.on_hand - after.on_hand
    change: Document = {"version": after.version - before.version}
    for name in ("on_hand", "reserved", "unavailable", "incoming"):
        if delta := getattr(after, name) - getattr(before, name):
            change[name] = delta
    return {
        "q": {"_id": level_id(before.key), "version": before.version, "on_hand": {"$gte": taken}},
        "u": {
            "$inc": change,
            "$set": {
                "status": str(after.status),
                "reorder_point": after.reorder_point,
                "changed_at": after.changed_at,
            },
        },
    }


def _put(document: Document) -> UpdateOne:
    identity = {"_id": document.pop("_id")}
    return UpdateOne(identity, {"$set": document}, upsert=True)
