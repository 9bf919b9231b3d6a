"""Reads the state that a batch's commands need (the union of their read sets), in the batch's own snapshot.

Levels may come from the process's cache instead: see LevelCache for what that asks of the batch.
"""

import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from app.domain.alerts.alert import open_alert_keys
from app.domain.catalog.barcode import barcode_key
from app.domain.catalog.catalog import Location
from app.domain.command import Command, ReadSet
from app.domain.command_batch import BatchState
from app.domain.document import Document as DomainDocument
from app.domain.document import DocumentKey
from app.domain.stock.level import Level, LevelKey, units_on_hand
from app.services.concurrency.time_slices import in_turns
from app.store.driver.client import BsonDocument, Database, Session, aggregated
from app.store.mapping import names
from app.store.mapping.catalog import WITHOUT_SEARCH_FIELDS, item_of, location_of
from app.store.mapping.document_mapping import DOCUMENT_MAPPINGS, by_kind, from_bson
from app.store.mapping.levels import level_id, level_of
from app.store.mapping.raw_documents import decoded, undecoded
from app.store.sharding.conditions import of_levels
from app.store.writer.reading.find_by_ids import find_by_ids
from app.store.writer.reading.level_cache import KnownLevel, LevelCache
from app.store.writer.reading.location_cache import LocationCache
from app.store.writer.reading.replay_lookup import recorded_operations

# Of more levels few change alike: then a level that was read is updated by its id alone, for less than its condition
# would cost.
MAX_CACHED_LEVELS: Final = 500


class ReadState(NamedTuple):
    """The state of a batch, the levels in it that came from the cache, and the stored items for levels to come."""

    state: BatchState
    cached: Collection[LevelKey]
    stored_items: Mapping[str, BsonDocument]
    is_sharded: bool


class BatchStateReader:
    """Reads states. Locations and levels may come from caches; all else comes from the transaction's snapshot."""

    def __init__(self, database: Database, *, level_cache: LevelCache | None = None, is_sharded: bool = False) -> None:
        """Of a database that `is_sharded`, levels are asked for by their shard key as well: elsewhere that costs."""
        self._database = database
        self.is_sharded = is_sharded
        self._levels = database[names.LEVELS]
        self._items = database[names.ITEMS]
        self._locations = database[names.LOCATIONS]
        self.location_cache = LocationCache(self._locations, monotonic=time.monotonic)
        self.level_cache = LevelCache(monotonic=time.monotonic) if level_cache is None else level_cache

    async def read(
        self, commands: Sequence[Command], *, is_retry: bool, session: Session, may_be_cached: bool = False
    ) -> ReadState:
        """Return the state on which the commands decide. A retry looks for what an earlier attempt recorded.

        Where it `may_be_cached`, levels that the process knows are not read, nor operations that the ledger would
        refuse to record again.
        """
        wanted = _union(command.read_set() for command in commands)
        named = await self._documents_at({*wanted.documents, *wanted.stock_of}, session=session)
        keys = {*wanted.levels}.union(*(named[key].level_keys for key in wanted.stock_of if key in named))
        known = self._known(commands) if may_be_cached else {}
        documents = await self._level_documents(keys - known.keys(), wanted.stocked, session=session)
        levels = {key: each.level for key, each in known.items()}
        levels |= {level.key: level for level in await in_turns(documents, level_of)}
        on_hand = await self._on_hand_elsewhere(wanted.on_hand_of, levels.values(), session=session)
        skus = {key.sku for key in keys if key not in levels}.union(wanted.items)
        skus |= wanted.stocked - {key.sku for key in levels}
        if wanted.every_item:
            skus |= {key.sku for key in (*keys, *levels)}
            skus |= {about for each in named.values() if (about := each.about_item) is not None}
        found = await find_by_ids(self._items, skus, session=session)
        stored_items = {document["_id"]: document for document in found}
        items = {sku: item_of(document) for sku, document in stored_items.items()}
        codes = {key.location for key in (*keys, *levels)}
        alerts = {key for level in levels.values() if level.alerts for key in open_alert_keys(level)}
        barcodes = {barcode_key(code) for sku in wanted.items if sku in items for code in items[sku].barcodes}
        state = BatchState(
            levels=levels,
            items=items,
            locations=await self._locations_at(codes, changed=wanted.locations, session=session),
            archived_items=frozenset(
                [document["sku"] for document in documents if document["is_item_archived"]]
                + [key.sku for key, each in known.items() if each.is_item_archived]
                + [item.sku for item in items.values() if item.is_archived]
            ),
            operations=await recorded_operations(
                self._database,
                commands,
                is_retry=is_retry,
                even_in_lines=not may_be_cached,
                session=None if self.is_sharded else session,
            ),
            on_hand_elsewhere=on_hand,
            documents=named
            | await self._documents_at(alerts, session=session)
            | await self._documents_at(barcodes, session=session),
        )
        return ReadState(state, known.keys(), stored_items, self.is_sharded)

    def _known(self, commands: Sequence[Command]) -> dict[LevelKey, KnownLevel]:
        """Return what the cache has of the levels of these commands.

        Not for a command that reads anything else: documents and levels belong together, as of one moment.
        """
        alone: set[LevelKey] = set()
        others: set[LevelKey] = set()
        for command in commands:
            read_set = command.read_set()
            (alone if read_set.has_levels_only else others).update(read_set.levels)
        keys = alone - others
        return self.level_cache.get(keys) if len(keys) <= MAX_CACHED_LEVELS else {}

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

    async def _level_documents(
        self, keys: Iterable[LevelKey], stocked: Collection[str], *, session: Session
    ) -> list[BsonDocument]:
        """Read these levels, and all levels of the items that are `stocked`."""
        keys = list(keys)
        documents = await find_by_ids(
            self._levels,
            map(level_id, keys),
            session=session,
            projection=WITHOUT_SEARCH_FIELDS,
            also=of_levels(keys) if self.is_sharded else None,
        )
        if not stocked:
            return documents
        read = {document["_id"] for document in documents}
        where = {"sku": {"$in": list(stocked)}}
        found = self._levels.find(where, WITHOUT_SEARCH_FIELDS, session=session, hint="by_sku")
        return documents + [document for document in await found.to_list(None) if document["_id"] not in read]

    async def _on_hand_elsewhere(
        self, skus: Collection[str], levels: Iterable[Level], *, session: Session
    ) -> dict[str, int]:
        """Sum up the units on hand of items in the database, without those of these levels.

        There may be a hundred levels of an item.
        """
        if not skus:
            return {}
        pipeline: list[BsonDocument] = [
            {"$match": {"sku": {"$in": list(skus)}}},
            {"$group": {"_id": "$sku", "units": {"$sum": {"$max": [0, "$on_hand"]}}}},
        ]
        found = await aggregated(self._levels, pipeline, hint="by_sku", session=session)
        on_hand = {stored["_id"]: stored["units"] for stored in found}
        for level in levels:
            if level.key.sku in on_hand:
                on_hand[level.key.sku] -= units_on_hand(level)
        return on_hand

    async def _locations_at(self, codes: set[str], *, changed: set[str], session: Session) -> dict[str, Location]:
        """Read the locations that are changed in the transaction; the others may come from the cache."""
        cached = await self.location_cache.get(codes - changed)
        found = await find_by_ids(self._locations, changed, session=session)
        return cached | {document["_id"]: location_of(document) for document in found}

    async def _documents_at(
        self, keys: Iterable[DocumentKey], *, session: Session
    ) -> dict[DocumentKey, DomainDocument]:
        found: dict[DocumentKey, DomainDocument] = {}
        for kind, ids in by_kind(keys).items():
            mapping = DOCUMENT_MAPPINGS[kind]
            collection = undecoded(self._database[mapping.collection])
            stored = await find_by_ids(collection, ids, session=session, also=mapping.shard_key(ids))
            documents = await in_turns(stored, lambda each, kind=kind: from_bson(kind, decoded(each)))  # type: ignore[misc] # mypy takes the default for a parameter
            found |= {document.key: document for document in documents}
        return found


@dataclass(frozen=True, slots=True)
class _Wanted:
    """The union of the read sets of a batch; see ReadSet."""

    levels: set[LevelKey]
    items: set[str]
    locations: set[str]
    stocked: set[str]
    documents: set[DocumentKey]
    stock_of: set[DocumentKey]
    on_hand_of: set[str]
    every_item: bool


def _union(read_sets: Iterable[ReadSet]) -> _Wanted:
    sets = list(read_sets)
    return _Wanted(
        levels={key for each in sets for key in each.levels},
        items={sku for each in sets for sku in each.items},
        locations={code for each in sets for code in each.locations},
        stocked={sku for each in sets for sku in each.stocked},
        documents={key for each in sets for key in each.documents},
        stock_of={key for each in sets for key in each.stock_of},
        on_hand_of={sku for each in sets for sku in each.on_hand_of},
        every_item=any(each.every_item for each in sets),
    )
