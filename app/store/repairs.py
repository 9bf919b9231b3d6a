"""Rebuilds what follows from other records with certainty: derived fields of levels, index fields of documents, totals.

Rule: in a transaction that reads what the fields follow from, on the condition that the record still has its version.
So a change that is made meanwhile is never overwritten: it wins, and has written the fields itself (ADR 33).
"""

from pymongo.errors import PyMongoError

from app.domain.document import DocumentKey
from app.domain.reconciliation.discrepancy import CheckKind, Discrepancy
from app.domain.stock.level import LevelKey
from app.services.stock.ports import TotalsAudit
from app.store.driver.client import BsonDocument, Client, Database, Session, transaction
from app.store.driver.failures import raises_unavailable
from app.store.mapping import names
from app.store.mapping.catalog import item_fields_on_level, item_of
from app.store.mapping.document_mapping import DOCUMENT_MAPPINGS, from_bson
from app.store.mapping.levels import derived_fields, level_id, level_of
from app.store.readers.reconciliation.books import wrong_fields
from app.store.readers.reconciliation.open_documents import wrong_index_fields
from app.store.writer.transient_errors import is_conflict

ATTEMPTS = 20  # while other changes win


class MongoRepairs:
    """Repairs over MongoDB."""

    def __init__(self, client: Client, database: Database, *, totals: TotalsAudit) -> None:
        self._client, self._database, self._totals = client, database, totals
        self._are_totals_dropped = False

    @raises_unavailable
    async def rebuild(self, discrepancy: Discrepancy) -> bool:
        if discrepancy.kind is CheckKind.TOTALS:
            if not self._are_totals_dropped:  # all of them at once, and once only
                await self._totals.rebuild()
            self._are_totals_dropped = True
            return True
        for _ in range(ATTEMPTS):
            try:
                async with transaction(self._client) as session:
                    if discrepancy.level is not None:
                        return await self._rebuild_level(discrepancy.level, session)
                    if discrepancy.document is not None:
                        return await self._rebuild_document(discrepancy.document, session)
                    return False
            except PyMongoError as error:
                if not is_conflict(error):
                    raise
        return False

    async def _rebuild_level(self, key: LevelKey, session: Session) -> bool:
        stored = await self._database[names.LEVELS].find_one({"_id": level_id(key)}, session=session)
        item = await self._database[names.ITEMS].find_one({"_id": key.sku}, session=session)
        if stored is None or item is None:
            return False
        of_item = item_fields_on_level(item_of(item))
        wrong = wrong_fields(stored, derived_fields(level_of(stored)) | of_item)
        if wrong.keys() & of_item.keys():
            # Makes this and a change of the item, which writes the same fields, exclude each other.
            await self._database[names.ITEMS].update_one(
                {"_id": key.sku}, {"$inc": {"levels_begun": 1}}, session=session
            )
        return await self._write(names.LEVELS, stored, {name: value for name, (value, _) in wrong.items()}, session)

    async def _rebuild_document(self, key: DocumentKey, session: Session) -> bool:
        collection = DOCUMENT_MAPPINGS[key.kind].collection
        stored = await self._database[collection].find_one({"_id": key.id}, session=session)
        if stored is None:
            return False
        wrong = wrong_index_fields(from_bson(key.kind, stored), stored)
        return await self._write(collection, stored, {name: value for name, (value, _) in wrong.items()}, session)

    async def _write(self, collection: str, stored: BsonDocument, fields: BsonDocument, session: Session) -> bool:
        """Set fields, and remove those that are None where a record without a value has no field."""
        if not fields:
            return True
        given = {name: value for name, value in fields.items() if value is not None or name in _KEPT_AS_NULL}
        update: BsonDocument = {"$set": given} if given else {}
        if gone := dict.fromkeys(fields.keys() - given.keys(), ""):
            update["$unset"] = gone
        unchanged = {"_id": stored["_id"], "version": stored["version"]}
        result = await self._database[collection].update_one(unchanged, update, session=session)
        await session.commit_transaction()
        return result.matched_count == 1


_KEPT_AS_NULL = frozenset({"category", "unit_cost"})  # of an item that has none
