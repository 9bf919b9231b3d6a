"""Reads the state that a batch's commands need (the union of their read sets), in the batch's own snapshot."""

import time
from collections.abc import Iterable, Mapping, Sequence

from app.domain.alerts.alert import open_alert_keys
from app.domain.catalog.barcode import barcode_key
from app.domain.catalog.catalog import Item
from app.domain.command import Command, ReadSet
from app.domain.command_batch import BatchState
from app.domain.document import Document as DomainDocument
from app.domain.document import DocumentKey
from app.domain.stock.level import LevelKey, units_on_hand
from app.services.turns import in_turns
from app.store.client import BsonDocument, Database, Session, aggregated
from app.store.mapping import names
from app.store.mapping.catalog import WITHOUT_SEARCH_FIELDS, item_of, location_of
from app.store.mapping.document_mapping import DOCUMENT_MAPPINGS, by_kind, from_bson
from app.store.mapping.levels import level_id, level_of
from app.store.mapping.raw_documents import decoded, undecoded
from app.store.writer.find_by_ids import find_by_ids
from app.store.writer.location_cache import LocationCache
from app.store.writer.replay_lookup import recorded_operations


class BatchStateReader:
    """Reads states. Locations come from a cache; all else comes from the transaction's snapshot."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._levels = database[names.LEVELS]
        self._operations = database[names.OPERATIONS]
        self._items = database[names.ITEMS]
        self._locations = database[names.LOCATIONS]
        self.location_cache = LocationCache(self._locations, monotonic=time.monotonic)

    async def read(self, commands: Sequence[Command], *, is_retry: bool, session: Session) -> BatchState:
        """Return the state on which the commands decide. A retry looks for what an earlier attempt recorded."""
        read_set = [command.read_set() for command in commands]
        named = await self._named_documents(read_set, session=session)
        keys = {key for touched in read_set for key in touched.levels}
        keys |= {
            key
            for touched in read_set
            for document in touched.stock_of
            if document in named
            for key in named[document].level_keys
        }
        changed_codes = {code for touched in read_set for code in touched.locations}
        documents = await find_by_ids(
            self._levels, map(level_id, keys), session=session, projection=WITHOUT_SEARCH_FIELDS
        )
        levels = {level.key: level for level in map(level_of, documents)}
        if stocked := {sku for touched in read_set for sku in touched.stocked}:
            found = await self._stocked(stocked, session=session)
            documents += [
                document for document in found if LevelKey(document["sku"], document["location"]) not in levels
            ]
            levels |= {level.key: level for level in await in_turns(found, level_of)}
        summed = {sku for touched in read_set for sku in touched.on_hand_of}
        on_hand = await self._on_hand(summed, session=session) if summed else {}
        for level in levels.values():
            if level.key.sku in on_hand:
                on_hand[level.key.sku] -= units_on_hand(level)
        alerts = {key for level in levels.values() if level.alerts for key in open_alert_keys(level)}
        skus = {key.sku for key in keys if key not in levels}.union(*(touched.items for touched in read_set))
        skus |= stocked - {key.sku for key in levels}
        found = await find_by_ids(self._items, skus, session=session)
        items = {document["_id"]: item_of(document) for document in found}
        return BatchState(
            levels=levels,
            items=items,
            locations={
                # Locations that are changed are read in the transaction; the others may come from the cache.
                **await self.location_cache.get({key.location for key in (*keys, *levels)} - changed_codes),
                **{
                    document["_id"]: location_of(document)
                    for document in await find_by_ids(self._locations, changed_codes, session=session)
                },
            },
            archived_items=frozenset(
                [document["sku"] for document in documents if document["is_item_archived"]]
                + [item.sku for item in items.values() if item.is_archived]
            ),
            operations=await recorded_operations(self._operations, commands, is_retry=is_retry, session=session),
            on_hand_elsewhere=on_hand,
            documents=named
            | await self._documents_at(alerts, session=session)
            | await self._barcodes_of(read_set, items, session=session),
        )

    async def sizes(self, keys: Iterable[DocumentKey]) -> dict[DocumentKey, int]:
        """Return how many levels each of these documents concerns, where it exists."""
        found: dict[DocumentKey, int] = {}
        for kind, ids in by_kind(keys).items():
            mapping = DOCUMENT_MAPPINGS[kind]
            sizes = [
                {"$multiply": [each.levels, {"$size": {"$ifNull": [f"${each.name}", []]}}]} for each in mapping.long
            ]
            where = {"_id": {"$in": list(ids)}}
            cursor = self._database[mapping.collection].find(where, {"size": {"$add": sizes}}, batch_size=len(ids) + 1)
            found |= {DocumentKey(kind, stored["_id"]): stored["size"] for stored in await cursor.to_list(None)}
        return found

    async def _stocked(self, skus: Iterable[str], *, session: Session) -> list[BsonDocument]:
        found = self._levels.find({"sku": {"$in": list(skus)}}, WITHOUT_SEARCH_FIELDS, session=session, hint="by_sku")
        return await found.to_list(None)

    async def _on_hand(self, skus: Iterable[str], *, session: Session) -> dict[str, int]:
        """Sum up the units on hand of items at all locations in the database: there may be a hundred of them."""
        units = {"$sum": {"$max": [0, "$on_hand"]}}
        pipeline: list[BsonDocument] = [
            {"$match": {"sku": {"$in": list(skus)}}},
            {"$group": {"_id": "$sku", "units": units}},
        ]
        found = await aggregated(self._levels, pipeline, hint="by_sku", session=session)
        return {stored["_id"]: stored["units"] for stored in found}

    async def _named_documents(
        self, read_set: Iterable[ReadSet], *, session: Session
    ) -> dict[DocumentKey, DomainDocument]:
        keys = {key for touched in read_set for key in (*touched.documents, *touched.stock_of)}
        return await self._documents_at(keys, session=session)

    async def _barcodes_of(
        self, read_set: Iterable[ReadSet], items: Mapping[str, Item], *, session: Session
    ) -> dict[DocumentKey, DomainDocument]:
        """Read the barcodes of the items in the read sets."""
        keys = {
            barcode_key(code)
            for touched in read_set
            for sku in touched.items
            if sku in items
            for code in items[sku].barcodes
        }
        return await self._documents_at(keys, session=session)

    async def _documents_at(
        self, keys: Iterable[DocumentKey], *, session: Session
    ) -> dict[DocumentKey, DomainDocument]:
        found: dict[DocumentKey, DomainDocument] = {}
        for kind, ids in by_kind(keys).items():
            collection = undecoded(self._database[DOCUMENT_MAPPINGS[kind].collection])
            stored = await find_by_ids(collection, ids, session=session)
            documents = await in_turns(stored, lambda each, kind=kind: from_bson(kind, decoded(each)))  # type: ignore[misc] # mypy takes the default for a parameter
            found |= {document.key: document for document in documents}
        return found
