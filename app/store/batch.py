"""One batch of commands in one MongoDB transaction: read what they touch, fold them, write what came out.

Two independent checks stand behind each count: the transaction's snapshot, and the condition in each update's filter.
A batch is written whole or not at all.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from pymongo import InsertOne, UpdateMany, UpdateOne

from app.domain.catalog import Item
from app.domain.command import Command
from app.domain.errors import Refused
from app.domain.fold import Fold, Outcome, State
from app.domain.level import Level
from app.domain.movement import Movement
from app.domain.time import Moment
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

_LEVEL_PROJECTION = {"words": 0}


class LostRaceError(Exception):
    """A level was not as the transaction's own snapshot showed it. The batch is to be decided again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Committed:
    """The results of a batch in the order of its commands, and its movements with the last moment they used.

    The movements include those that an earlier attempt committed without our hearing of it.
    """

    results: list[Outcome | Refused]
    movements: list[Movement]
    last_moment: Moment


class BatchTransaction:
    """Runs batches against one database."""

    def __init__(self, client: Client, database: Database) -> None:
        self._client = client
        self._levels = database["levels"]
        self._movements = database["movements"]
        self._operations = database["operations"]
        self._items = database["items"]
        self._locations = database["locations"]

    async def run(self, commands: Sequence[Command], *, writer: str, now: Moment, is_retry: bool) -> Committed:
        """Decide and commit the commands. A retry looks for its own operations too: they may have been committed.

        Raises the driver's errors, and LostRaceError.
        """
        async with transaction(self._client) as session:
            state = await self._read(commands, is_retry=is_retry, session=session)
            fold = Fold(state, writer=writer, now=now)
            results = [_result(fold, command) for command in commands]
            if fold.operations:
                await self._write(fold, state, session=session)
                await session.commit_transaction()
        results = [await self._with_movements(result) for result in results]
        movements = fold.movements
        if is_retry:
            found = [result for result in results if isinstance(result, Outcome) and result.replayed]
            movements += [line for outcome in found for line in outcome.movements if line.writer == writer]
        return Committed(
            results=results,
            movements=movements,
            last_moment=max([fold.last_moment, *(movement.recorded_at for movement in movements)]),
        )

    async def _with_movements(self, result: Outcome | Refused) -> Outcome | Refused:
        if isinstance(result, Refused) or result.movements or not result.operation.levels:
            return result
        return replace(result, movements=await read_movements(self._movements, result.operation))

    async def _read(self, commands: Sequence[Command], *, is_retry: bool, session: Session) -> State:
        touches = [command.touches() for command in commands]
        keys = {key for touched in touches for key in touched.levels}
        codes = {key.location for key in keys}.union(*(touched.locations for touched in touches))
        documents = await _by_id(self._levels, map(level_id, keys), session=session, projection=_LEVEL_PROJECTION)
        levels = {level.key: level for level in map(level_of, documents)}
        skus = {key.sku for key in keys if key not in levels}.union(*(touched.items for touched in touches))
        items = {document["_id"]: item_of(document) for document in await _by_id(self._items, skus, session=session)}
        ids = [command.cause.operation_id for command in commands if is_retry or command.cause.idempotency_key]
        return State(
            levels=levels,
            items=items,
            locations={
                document["_id"]: location_of(document)
                for document in await _by_id(self._locations, codes, session=session)
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
        writes: list[InsertOne[Document] | UpdateOne] = []
        begun: set[str] = set()
        for key, level in fold.levels.items():
            before = state.levels.get(key)
            if before is None:
                writes.append(InsertOne(level_document(level, item=fold.known_item(key.sku))))
                begun.add(key.sku)
            else:
                writes.append(_increment(before, level))
        result = await self._levels.bulk_write(writes, ordered=False, session=session)
        if result.matched_count + result.inserted_count != len(writes):
            raise LostRaceError
        if begun:  # makes a new level and a change of its item, whose facts the level repeats, exclude each other
            await self._items.bulk_write(
                [UpdateOne({"_id": sku}, {"$inc": {"levels_begun": 1}}) for sku in begun],
                ordered=False,
                session=session,
            )

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


async def _by_id(
    collection: Collection, ids: Iterable[str], *, session: Session, projection: Document | None = None
) -> list[Document]:
    wanted = list(ids)
    if not wanted:
        return []
    where = {"_id": wanted[0] if len(wanted) == 1 else {"$in": wanted}}
    # Without a batch size the server answers with 101 documents, and the rest costs a second round trip.
    return await collection.find(where, projection, session=session, batch_size=len(wanted) + 1).to_list(None)


def _increment(before: Level, after: Level) -> UpdateOne:
    taken = before.on_hand - after.on_hand
    change: Document = {"version": after.version - before.version}
    for name in ("on_hand", "reserved", "unavailable", "incoming"):
        if delta := getattr(after, name) - getattr(before, name):
            change[name] = delta
    return UpdateOne(
        {"_id": level_id(before.key), "version": before.version, "on_hand": {"$gte": taken}},
        {
            "$inc": change,
            "$set": {
                "status": after.status.value,
                "reorder_point": after.reorder_point,
                "changed_at": after.changed_at,
            },
        },
    )


def _put(document: Document) -> UpdateOne:
    identity = {"_id": document.pop("_id")}
    return UpdateOne(identity, {"$set": document}, upsert=True)
