"""Writes what came out of a batch, in the batch's transaction.

Rule: each level and document that was there before is changed only where it is still as the snapshot showed it. A level
is noted to be short, or oversold, by more than it was only where a change was allowed to make it so: else its validator
refuses what would take more than there is.
"""

from collections.abc import Iterable
from operator import attrgetter

from pymongo import UpdateMany, UpdateOne
from pymongo.errors import BulkWriteError

from app.domain.catalog.catalog import Item
from app.domain.command_batch import BatchState, CommandBatch
from app.domain.replenishment.policy import NO_POLICY
from app.domain.stock.level import Level
from app.domain.stock.level_change import Allowance
from app.services.turns import in_turns
from app.store.client import BsonDocument, Database, Session
from app.store.mapping import names
from app.store.mapping.catalog import item_document, item_fields_on_level, location_document
from app.store.mapping.document_mapping import DOCUMENT_MAPPINGS, by_kind, replacement, to_stored
from app.store.mapping.ledger import movement_document, operation_document
from app.store.mapping.levels import RARE_COUNTS, debts, level_document, level_id, rare_fields

_COUNTS = ("on_hand", "reserved", "unavailable", "incoming", *RARE_COUNTS)
_counts = attrgetter(*_COUNTS)  # at once: this runs for each level of each batch


class LostRaceError(Exception):
    """Something was not as the transaction's own snapshot showed it. The batch is to be decided again."""


class BatchWriter:
    """Writes folds."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._levels = database[names.LEVELS]
        self._movements = database[names.MOVEMENTS]
        self._operations = database[names.OPERATIONS]
        self._items = database[names.ITEMS]
        self._locations = database[names.LOCATIONS]

    async def write(self, batch: CommandBatch, state: BatchState, *, session: Session) -> None:
        """Write everything that the commands decided. Raises LostRaceError and the driver's errors."""
        if batch.items:
            await self._write_items(batch.items.values(), state, session=session)
        if batch.levels:
            await self._write_levels(batch, state, session=session)
            movements = [movement_document(movement) for movement in batch.movements]
            await self._movements.insert_many(movements, ordered=False, session=session)
        if batch.locations:
            locations = [_put(location_document(location)) for location in batch.locations.values()]
            await self._locations.bulk_write(locations, ordered=False, session=session)
        if batch.documents:
            await self._write_documents(batch, state, session=session)
        operations = [operation_document(operation) for operation in batch.operations]
        await self._operations.insert_many(operations, ordered=False, session=session)

    async def _write_levels(self, batch: CommandBatch, state: BatchState, *, session: Session) -> None:
        begun = [level for key, level in batch.levels.items() if key not in state.levels]
        increments = [
            _increment(before, batch.levels[key], batch.allowances.get(key, Allowance.NONE))
            for key, before in state.levels.items()
            if key in batch.levels
        ]
        if increments:
            await self._update(self._levels.name, increments, session=session)
        if begun:
            documents = await in_turns(begun, lambda level: level_document(level, item=batch.known_item(level.key.sku)))
            await self._levels.insert_many(documents, ordered=False, session=session)
            # Makes a new level and a change of its item, whose facts the level repeats, exclude each other.
            marks = [
                UpdateOne({"_id": sku}, {"$inc": {"levels_begun": 1}}) for sku in {level.key.sku for level in begun}
            ]
            await self._items.bulk_write(marks, ordered=False, session=session)

    async def _write_documents(self, batch: CommandBatch, state: BatchState, *, session: Session) -> None:
        for kind in by_kind(batch.documents):
            changed = [document for document in batch.documents.values() if document.kind is kind]
            begun = [document for document in changed if document.key not in state.documents]
            if begun:
                collection = self._database[DOCUMENT_MAPPINGS[kind].collection]
                await collection.insert_many(map(to_stored, begun), ordered=False, session=session)
            replaced = [
                replacement(document, before=state.documents[document.key])
                for document in changed
                if document.key in state.documents
            ]
            if replaced:
                await self._update(DOCUMENT_MAPPINGS[kind].collection, replaced, session=session)

    async def _update(self, collection: str, statements: list[BsonDocument], *, session: Session) -> None:
        """Send conditional updates, all of which must find what the snapshot showed. Raises LostRaceError.

        The command itself: the driver's bulk builder costs as much again per level as the rest of the writer.
        """
        command = {"update": collection, "updates": statements, "ordered": False}
        result = await self._database.command(command, session=session)
        if errors := result.get("writeErrors"):
            raise BulkWriteError({"writeErrors": errors})
        if result["n"] != len(statements):
            raise LostRaceError

    async def _write_items(self, items: Iterable[Item], state: BatchState, *, session: Session) -> None:
        """Write items, and what their levels repeat of them. What finds an item by a long name takes a millisecond."""
        items = list(items)
        written = await in_turns(items, lambda item: _put(item_document(item)))
        await self._items.bulk_write(written, ordered=False, session=session)

        def repeated(item: Item) -> UpdateMany | None:
            old = state.items.get(item.sku)
            is_same = old is None or item_fields_on_level(old) == item_fields_on_level(item)
            return None if is_same else UpdateMany({"sku": item.sku}, {"$set": item_fields_on_level(item)})

        if updates := [update for update in await in_turns(items, repeated) if update is not None]:
            await self._levels.bulk_write(updates, ordered=False, session=session)


def _increment(before: Level, after: Level, allowance: Allowance) -> BsonDocument:
    taken = before.on_hand - after.on_hand
    change: BsonDocument = {"version": after.version - before.version}
    for name, old, new in zip(_COUNTS, _counts(before), _counts(after), strict=True):
        if new != old:
            change[name] = new - old
    update: BsonDocument = {
        "$inc": change,
        "$set": {
            "status": str(after.status),
            "reorder_point": after.reorder_point,
            "backorder_limit": after.backorder_limit,
            "changed_at": after.changed_at,
            "counted_at": after.counted_at,
        },
    }
    if after.alerts is not before.alerts or _has_rare_fields(before) or _has_rare_fields(after):
        _rewrite_rare_fields(update, before, after)
    least = taken
    if after.free < 0 or before.free < 0:
        least -= _note_debts(update, before, after, allowance)
    return {"q": {"_id": level_id(before.key), "version": before.version, "on_hand": {"$gte": least}}, "u": update}


def _note_debts(update: BsonDocument, before: Level, after: Level, allowance: Allowance) -> int:
    """Note how far the level is below what it should have, and return the units that it may be oversold by."""
    noted: dict[str, int] = debts(after)
    if allowance < Allowance.SHORTFALL:
        noted["shortfall"] = min(noted["shortfall"], before.shortfall)
    if allowance < Allowance.OVERSALE:
        noted["oversold"] = min(noted["oversold"], before.oversold)
    update["$set"].update({name: units for name, units in noted.items() if units})
    if paid := dict.fromkeys([name for name, units in noted.items() if not units], ""):
        update.setdefault("$unset", {}).update(paid)
    return noted["oversold"]


def _has_rare_fields(level: Level) -> bool:
    return level.policy is not NO_POLICY or level.declined is not None or level.closed


def _rewrite_rare_fields(update: BsonDocument, before: Level, after: Level) -> None:
    old, new = rare_fields(before), rare_fields(after)
    changed = {name: value for name, value in new.items() if value != old[name]}
    update["$set"].update({name: value for name, value in changed.items() if value})
    if emptied := dict.fromkeys([name for name, value in changed.items() if not value], ""):
        update.setdefault("$unset", {}).update(emptied)


def _put(document: BsonDocument) -> UpdateOne:
    identity = {"_id": document.pop("_id")}
    return UpdateOne(identity, {"$set": document}, upsert=True)
