"""The collections: the validators that the server enforces, and their indexes.

Rule: whatever reaches the database, a level that breaks the rule of counting is refused by its validator.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pymongo import IndexModel
from pymongo.errors import CollectionInvalid, OperationFailure

from app.domain.limits import MAX_OVERSOLD, MAX_QUANTITY
from app.domain.stock.availability import LevelStatus
from app.store import lease
from app.store.access import documents as access
from app.store.access import sessions as access_sessions
from app.store.archive import archived_files
from app.store.audit import pages as audit_pages
from app.store.database import process_registry
from app.store.database.compression import DENSE_DATA
from app.store.database.format import RECORDED_IN_FORMAT, check_format, note_format
from app.store.driver.client import WRITE_CONCERN, BsonDocument, Database
from app.store.mapping import names
from app.store.mapping.document_mapping import DOCUMENT_MAPPINGS, RULES
from app.store.mapping.levels import RARE_COUNTS
from app.store.migrations import records
from app.store.migrations.indexes import build_indexes, drop_unused_indexes
from app.store.migrations.older_builds import keep_out_older_builds
from app.store.queries import deliveries, items, kept_rankings, levels, movements, operations
from app.store.queues import deliveries as delivery_queue
from app.store.queues import policies as policy_queue
from app.store.readers.levels.archived_locations import ARCHIVED
from app.store.sharding.layout import is_laid_out, laid_out
from app.store.totals import item_changes, kept_documents
from app.store.writer import writer_registry

_NAMESPACE_EXISTS = 48  # mongod's error code, where the driver looked for the collection too early
_WHOLE = ["int", "long"]
_COUNT = {"bsonType": _WHOLE, "minimum": 0, "maximum": MAX_QUANTITY}

_PROMISED: BsonDocument = {"$add": ["$reserved", "$unavailable"]}
_IS_SHORT_AS_NOTED: BsonDocument = {
    "$lte": [{"$subtract": [_PROMISED, {"$ifNull": ["$shortfall", 0]}]}, {"$max": ["$on_hand", 0]}]
}
_IS_OVERSOLD_AS_NOTED: BsonDocument = {"$gte": ["$on_hand", {"$subtract": [0, {"$ifNull": ["$oversold", 0]}]}]}

_LEVEL_RULES: BsonDocument = {
    "$jsonSchema": {
        "bsonType": "object",
        "required": ["sku", "location", "on_hand", "reserved", "unavailable", "incoming", "status", "version"],
        "properties": {
            "sku": {"bsonType": "string", "minLength": 1},
            "location": {"bsonType": "string", "minLength": 1},
            "on_hand": {**_COUNT, "minimum": -MAX_OVERSOLD},
            "reserved": _COUNT,
            "unavailable": _COUNT,
            "incoming": _COUNT,
            **dict.fromkeys(RARE_COUNTS, _COUNT),
            "reorder_point": _COUNT,
            "backorder_limit": _COUNT,
            "shortfall": _COUNT,
            "oversold": _COUNT,
            "status": {"enum": [status.value for status in LevelStatus]},
            "version": {"bsonType": _WHOLE, "minimum": 1},
        },
    },
    "$expr": {"$or": [{"$lte": [_PROMISED, "$on_hand"]}, {"$and": [_IS_SHORT_AS_NOTED, _IS_OVERSOLD_AS_NOTED]}]},
}
_MOVEMENT_RULES: BsonDocument = {
    "$jsonSchema": {
        "bsonType": "object",
        "required": ["sku", "location", "version", "recorded_at", "writer", "operation", "reason", "change", "after"],
        "properties": {
            "version": {"bsonType": _WHOLE, "minimum": 1},
            names.HEADER: {
                "bsonType": "object",
                "required": [names.FORMAT],
                "properties": {names.FORMAT: RECORDED_IN_FORMAT},
            },
        },
    }
}
_OPERATION_RULES: BsonDocument = {
    "$jsonSchema": {
        "bsonType": "object",
        "required": ["kind", "actor", "recorded_at", "levels", names.FORMAT],
        "properties": {names.FORMAT: RECORDED_IN_FORMAT},
    }
}
_ITEM_RULES: BsonDocument = {
    "$jsonSchema": {"bsonType": "object", "required": ["name", "is_archived", "reorder_point", "words"]}
}
_LOCATION_RULES: BsonDocument = {"$jsonSchema": {"bsonType": "object", "required": ["name", "kind", "is_archived"]}}

COLLECTIONS: dict[str, tuple[BsonDocument, Sequence[IndexModel]]] = {
    names.LEVELS: (_LEVEL_RULES, levels.INDEXES),
    names.MOVEMENTS: (_MOVEMENT_RULES, movements.INDEXES),
    names.OPERATIONS: (_OPERATION_RULES, operations.INDEXES),
    names.ITEMS: (_ITEM_RULES, items.INDEXES),
    names.LOCATIONS: (_LOCATION_RULES, [ARCHIVED]),
    **{mapping.collection: (RULES, mapping.indexes) for mapping in DOCUMENT_MAPPINGS.values()},
    names.TOTALS: (kept_documents.RULES, kept_documents.INDEXES),
    names.ITEM_CHANGES: (item_changes.RULES, item_changes.INDEXES),
    names.UPGRADES: (records.RULES, []),
    names.ARCHIVES: (archived_files.RULES, []),
    names.LEASES: (lease.RULES, []),
    names.PROCESSES: (process_registry.RULES, process_registry.INDEXES),
    names.DELIVERIES: (delivery_queue.RULES, deliveries.INDEXES),
    names.RANKED_LEVELS: (kept_rankings.RULES, kept_rankings.INDEXES),
    names.RANKED_LOCATIONS: (kept_rankings.LOCATION_RULES, []),
    names.POLICY_PROGRESS: (policy_queue.RULES, []),
    names.DELIVERY_OFFSETS: (delivery_queue.OFFSET_RULES, []),
    names.WRITERS: (writer_registry.RULES, writer_registry.INDEXES),
    names.ACCESS_KEYS: (access.KEY_RULES, access.KEY_INDEXES),
    names.ACCESS_USERS: (access.USER_RULES, access.USER_INDEXES),
    names.ACCESS_ROLES: (access.ROLE_RULES, []),
    names.ACCESS_OPERATIONS: (access.OPERATION_RULES, []),
    names.ACCESS_DOCUMENTS: (access.DOCUMENT_RULES, []),
    names.ACCESS_SESSIONS: (access_sessions.RULES, access_sessions.INDEXES),
    names.AUDIT_PAGES: (audit_pages.RULES, audit_pages.INDEXES),
    names.ACCESS_TURNS: (access.TURN_RULES, []),
}

COLLECTION_OPTIONS: Mapping[str, Mapping[str, Any]] = {
    names.MOVEMENTS: DENSE_DATA,
    names.OPERATIONS: DENSE_DATA,
    names.AUDIT_PAGES: DENSE_DATA,
}  # at creation


async def ensure_collections(database: Database, *, report: Callable[[str], None] = lambda _: None) -> None:
    """Create what is missing, and bring indexes and validators up to date. Safe to run by every process at every start.

    Indexes come first: only the new validators keep older builds from writing, and drop what those still use. An
    interrupted run is resumed. Raises NewerFormatError.
    """
    await check_format(database)
    existing = await _validators(database)
    for name in COLLECTIONS.keys() - existing.keys():
        await _create(database, name)
    indexes: Mapping[str, Sequence[IndexModel]] = {name: indexes for name, (_, indexes) in COLLECTIONS.items()}
    if await is_laid_out(database):
        indexes = laid_out(indexes)
    await build_indexes(database, indexes, existing=existing, report=report)
    await keep_out_older_builds(database)
    for name, (rules, _) in COLLECTIONS.items():
        if existing.get(name, rules) != rules:  # only then: it waits for every open transaction on the collection
            await _set_rules(database, name)
    await note_format(database)
    await drop_unused_indexes(database)


async def _validators(database: Database) -> Mapping[str, Any]:
    found = await (await database.list_collections()).to_list(None)
    return {collection["name"]: collection["options"].get("validator") for collection in found}


async def _create(database: Database, name: str) -> None:
    rules, _ = COLLECTIONS[name]
    try:
        await database.create_collection(name, validator=rules, **COLLECTION_OPTIONS.get(name, {}))
    except (CollectionInvalid, OperationFailure) as error:
        if isinstance(error, OperationFailure) and error.code != _NAMESPACE_EXISTS:
            raise
        await _set_rules(database, name)  # another process has created it meanwhile


async def _set_rules(database: Database, name: str) -> None:
    rules, _ = COLLECTIONS[name]
    await database.command("collMod", name, validator=rules, writeConcern=WRITE_CONCERN.document)
