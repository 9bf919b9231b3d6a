"""What the commands of a batch decided, as the statements of its transaction.

Rule: each level and document that was there before is changed only where it is still as the snapshot showed it.
"""

from collections.abc import Iterable, Sequence

from app.domain.catalog.catalog import Item
from app.domain.command_batch import BatchState, CommandBatch
from app.services.concurrency.time_slices import in_turns
from app.store.driver.client import BsonDocument
from app.store.mapping import names
from app.store.mapping.catalog import item_document, item_fields_on_level, location_document
from app.store.mapping.document_mapping import DOCUMENT_MAPPINGS, by_kind, replacement, to_stored
from app.store.mapping.operations import claim_document, is_in_ledger, ledger_documents, operation_document
from app.store.totals.item_changes import item_change_notes
from app.store.writer.reading.read_batch_state import ReadState
from app.store.writer.writing.statements import Statement, insert, inserts, update
from app.store.writer.writing.write_levels import level_statements


async def batch_statements(batch: CommandBatch, read: ReadState) -> list[Statement]:
    """Return the statements that write all that the commands decided, in the order in which they must run."""
    statements: list[Statement] = []
    if batch.items:
        statements += await _item_statements(batch.items.values(), read.state)
    if batch.levels:
        statements += level_statements(batch, read)
    if batch.movements:
        lines = ledger_documents(batch.movements, batch.operations)
        statements += inserts(names.MOVEMENTS, lines, count=len(batch.movements))
    if batch.locations:
        statements.append(update(names.LOCATIONS, [_put(location_document(each)) for each in batch.locations.values()]))
    if batch.documents:
        statements += _document_statements(batch, read.state)
    statements += _claims([operation.id for operation in batch.operations if not operation.levels])
    if alone := [operation_document(each) for each in batch.operations if not is_in_ledger(each)]:
        statements.append(insert(names.OPERATIONS, alone))
    return statements


_OF_CLAIMS: BsonDocument = {"location": "", "sku": ""}  # the shard key of all claims


def _claims(ids: Sequence[str]) -> list[Statement]:
    """Return the statements by which operations without ledger lines conflict with others of the same ids.

    Of two transactions that insert one key of a unique index the server lets only one commit, even if the key is
    deleted again at once.
    """
    if not ids:
        return []
    deletion = {"q": {"_id": {"$in": list(ids)}, **_OF_CLAIMS}, "limit": 0}
    return [
        insert(names.MOVEMENTS, map(claim_document, ids)),
        Statement({"delete": names.MOVEMENTS, "deletes": [deletion]}),
    ]


def _document_statements(batch: CommandBatch, state: BatchState) -> list[Statement]:
    statements: list[Statement] = []
    for kind in by_kind(batch.documents):
        collection = DOCUMENT_MAPPINGS[kind].collection
        changed = [document for document in batch.documents.values() if document.kind is kind]
        if begun := [document for document in changed if document.key not in state.documents]:
            statements.append(insert(collection, map(to_stored, begun)))
        replaced = [
            replacement(document, before=state.documents[document.key])
            for document in changed
            if document.key in state.documents
        ]
        if replaced:
            statements.append(update(collection, replaced, matches=len(replaced)))
    return statements


async def _item_statements(items: Iterable[Item], state: BatchState) -> list[Statement]:
    """Return the statements that write items, and the fields that their levels repeat.

    The search fields of a long name take a millisecond.
    """
    items = list(items)
    written = await in_turns(items, lambda item: _put(item_document(item)))

    def repeated(item: Item) -> BsonDocument | None:
        old = state.items.get(item.sku)
        is_same = old is None or item_fields_on_level(old) == item_fields_on_level(item)
        return None if is_same else {"q": {"sku": item.sku}, "u": {"$set": item_fields_on_level(item)}, "multi": True}

    statements = [update(names.ITEMS, written)]
    if updates := [each for each in await in_turns(items, repeated) if each is not None]:
        statements.append(update(names.LEVELS, updates))
    if notes := item_change_notes(items, state.items):
        statements.append(insert(names.ITEM_CHANGES, notes))
    return statements


def _put(document: BsonDocument) -> BsonDocument:
    return {"q": {"_id": document.pop("_id")}, "u": {"$set": document}, "upsert": True}
