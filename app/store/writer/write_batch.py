"""Writes what the commands of a batch decided, in the batch's transaction.

Rule: each level and document that was there before is changed only where it is still as the snapshot showed it.
"""

from collections.abc import Iterable, Sequence

from pymongo import UpdateMany, UpdateOne

from app.domain.catalog.catalog import Item
from app.domain.command_batch import BatchState, CommandBatch
from app.services.time_slices import in_turns
from app.store.client import BsonDocument, Database, Session
from app.store.mapping import names
from app.store.mapping.catalog import item_document, item_fields_on_level, location_document
from app.store.mapping.document_mapping import DOCUMENT_MAPPINGS, by_kind, replacement, to_stored
from app.store.mapping.operations import claim_document, is_in_ledger, ledger_documents, operation_document
from app.store.totals.item_changes import note_item_changes
from app.store.writer.conditional_update import update_matching
from app.store.writer.insert_command import run_insert
from app.store.writer.read_batch_state import ReadState
from app.store.writer.write_levels import write_levels


class BatchWriter:
    """Writes decided batches."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._levels = database[names.LEVELS]
        self._movements = database[names.MOVEMENTS]
        self._operations = database[names.OPERATIONS]
        self._items = database[names.ITEMS]
        self._locations = database[names.LOCATIONS]

    async def write(self, batch: CommandBatch, read: ReadState, *, session: Session) -> None:
        """Write all that the commands decided. Raises LostRaceError and the driver's errors."""
        state = read.state
        if batch.items:
            await self._write_items(batch.items.values(), state, session=session)
        if batch.levels:
            await write_levels(self._database, batch, read, session=session)
        if batch.movements:
            await run_insert(self._database, ledger_insert(batch), session=session)
        if batch.locations:
            locations = [_put(location_document(location)) for location in batch.locations.values()]
            await self._locations.bulk_write(locations, ordered=False, session=session)
        if batch.documents:
            await self._write_documents(batch, state, session=session)
        await self._claim([operation.id for operation in batch.operations if not operation.levels], session=session)
        alone = [operation_document(each) for each in batch.operations if not is_in_ledger(each)]
        if alone:
            await self._operations.insert_many(alone, ordered=False, session=session)

    async def _claim(self, ids: Sequence[str], *, session: Session) -> None:
        """Let operations without ledger lines conflict with those of the same ids that have some.

        Of two transactions that insert one key of a unique index the server lets only one commit, even if the key is
        deleted again at once.
        """
        if ids:
            claims = {"insert": names.MOVEMENTS, "documents": list(map(claim_document, ids)), "ordered": False}
            await run_insert(self._database, claims, session=session)
            await self._movements.delete_many({"_id": {"$in": list(ids)}}, session=session)

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
                await update_matching(
                    self._database,
                    DOCUMENT_MAPPINGS[kind].collection,
                    replaced,
                    documents=len(replaced),
                    session=session,
                )

    async def _write_items(self, items: Iterable[Item], state: BatchState, *, session: Session) -> None:
        """Write items, and the fields that their levels repeat. The search fields of a long name take a millisecond."""
        items = list(items)
        written = await in_turns(items, lambda item: _put(item_document(item)))
        await self._items.bulk_write(written, ordered=False, session=session)

        def repeated(item: Item) -> UpdateMany | None:
            old = state.items.get(item.sku)
            is_same = old is None or item_fields_on_level(old) == item_fields_on_level(item)
            return None if is_same else UpdateMany({"sku": item.sku}, {"$set": item_fields_on_level(item)})

        if updates := [update for update in await in_turns(items, repeated) if update is not None]:
            await self._levels.bulk_write(updates, ordered=False, session=session)
        await note_item_changes(self._database, items, state.items, session=session)


def ledger_insert(batch: CommandBatch) -> BsonDocument:
    """Return the command that writes the ledger lines of a batch, and the operations that stand in them."""
    documents = ledger_documents(batch.movements, batch.operations)
    return {"insert": names.MOVEMENTS, "documents": documents, "ordered": False}


def _put(document: BsonDocument) -> UpdateOne:
    identity = {"_id": document.pop("_id")}
    return UpdateOne(identity, {"$set": document}, upsert=True)
