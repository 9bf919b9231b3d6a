"""The collections, the rules that the server itself keeps for them, and the indexes that serve the lists.

Rule: whatever reaches the database, a level that breaks the rule of counting is refused by its validator.
"""

from pymongo import ASCENDING, DESCENDING, IndexModel, timeout
from pymongo.errors import CollectionInvalid, OperationFailure

from app.domain.limits import MAX_OVERSOLD, MAX_QUANTITY
from app.domain.stock.level import LevelStatus
from app.store import lease
from app.store.bson_documents import RARE_COUNTS
from app.store.client import BsonDocument, Database
from app.store.document_mapping import DOCUMENT_MAPPINGS, RULES
from app.store.migrations import facts
from app.store.queues import deliveries, needs
from app.store.queues import policies as policy_queue
from app.store.readers.archived_locations import ARCHIVED
from app.store.writer import writer_registry as writers

INDEX_BUILD_SECONDS = 3_600

_NAMESPACE_EXISTS = 48  # mongod's error code, where the driver's own look came too early
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
        "properties": {"version": {"bsonType": _WHOLE, "minimum": 1}},
    }
}
_OPERATION_RULES: BsonDocument = {
    "$jsonSchema": {"bsonType": "object", "required": ["kind", "actor", "recorded_at", "levels"]}
}
_ITEM_RULES: BsonDocument = {
    "$jsonSchema": {"bsonType": "object", "required": ["name", "is_archived", "reorder_point", "words"]}
}
_LOCATION_RULES: BsonDocument = {"$jsonSchema": {"bsonType": "object", "required": ["name", "kind", "is_archived"]}}

_NEWEST_FIRST = [("recorded_at", DESCENDING), ("writer", DESCENDING)]

_COLLECTIONS: dict[str, tuple[BsonDocument, list[IndexModel]]] = {
    "levels": (
        _LEVEL_RULES,
        [
            IndexModel([("sku", ASCENDING), ("location", ASCENDING)], name="by_sku"),
            IndexModel([("location", ASCENDING), ("sku", ASCENDING)], name="by_location"),
            IndexModel([("status", ASCENDING), ("sku", ASCENDING), ("location", ASCENDING)], name="by_status"),
            IndexModel([("words", ASCENDING), ("sku", ASCENDING), ("location", ASCENDING)], name="by_word"),
            IndexModel([("status", ASCENDING), ("location", ASCENDING), ("sku", ASCENDING)], name="by_status_at"),
            IndexModel([("words", ASCENDING), ("location", ASCENDING), ("sku", ASCENDING)], name="by_word_at"),
            IndexModel([("location", ASCENDING), ("counted_at", ASCENDING), ("sku", ASCENDING)], name="by_counted_at"),
            IndexModel(
                [("sku", ASCENDING), ("location", ASCENDING)],
                name="backordered",
                partialFilterExpression={"backordered": {"$gt": 0}},
            ),
            IndexModel(
                [("sku", ASCENDING), ("location", ASCENDING)],
                name="shortfall",
                partialFilterExpression={"shortfall": {"$gt": 0}},
            ),
            IndexModel(
                [("location", ASCENDING), ("sku", ASCENDING)],
                name="oversold_at",
                partialFilterExpression={"oversold": {"$gt": 0}},
            ),
            IndexModel(
                [("sku", ASCENDING), ("location", ASCENDING)],
                name="short",
                partialFilterExpression={"is_short": True},
            ),
            IndexModel(
                [("location", ASCENDING), ("sku", ASCENDING)],
                name="short_at",
                partialFilterExpression={"is_short": True},
            ),
            *needs.INDEXES,
            IndexModel(
                [("policy.method", ASCENDING), ("sku", ASCENDING), ("location", ASCENDING)],
                name="by_method",
                partialFilterExpression={"policy.method": {"$exists": True}},
            ),
            IndexModel(
                [("policy.method", ASCENDING), ("location", ASCENDING), ("sku", ASCENDING)],
                name="by_method_at",
                partialFilterExpression={"policy.method": {"$exists": True}},
            ),
        ],
    ),
    "movements": (
        _MOVEMENT_RULES,
        [
            IndexModel(_NEWEST_FIRST, name="newest"),
            IndexModel([("sku", ASCENDING), *_NEWEST_FIRST], name="newest_of_sku"),
            IndexModel([("location", ASCENDING), *_NEWEST_FIRST], name="newest_at_location"),
            IndexModel(
                [("sku", ASCENDING), ("location", ASCENDING), ("reason", ASCENDING), ("recorded_at", DESCENDING)],
                name="by_level",
            ),
            IndexModel([("reason", ASCENDING), *_NEWEST_FIRST], name="newest_for_reason"),
            IndexModel(
                [("reference", ASCENDING), *_NEWEST_FIRST],
                name="newest_of_reference",
                partialFilterExpression={"reference": {"$exists": True}},
            ),
            IndexModel([("writer", ASCENDING), ("recorded_at", ASCENDING)], name="in_order_of_writer"),
            policy_queue.BEGUN,
        ],
    ),
    "operations": (
        _OPERATION_RULES,
        [
            IndexModel(
                [("writer", ASCENDING), ("told_at", ASCENDING)],
                name="in_order_of_writer",
                partialFilterExpression={"told_at": {"$exists": True}},
            )
        ],
    ),
    "items": (
        _ITEM_RULES,
        [
            IndexModel([("words", ASCENDING), ("_id", ASCENDING)], name="by_word"),
            IndexModel([("name", ASCENDING), ("_id", ASCENDING)], name="by_name"),
            IndexModel([("alike", ASCENDING)], name="by_alike"),
            IndexModel(
                [("is_uncomposed", ASCENDING)], name="uncomposed", partialFilterExpression={"is_uncomposed": True}
            ),
            IndexModel([("words", ASCENDING), ("name", ASCENDING), ("_id", ASCENDING)], name="by_word_named"),
        ],
    ),
    "locations": (_LOCATION_RULES, [ARCHIVED]),
    **{mapping.collection: (RULES, list(mapping.indexes)) for mapping in DOCUMENT_MAPPINGS.values()},
    facts.MARKS: (facts.RULES, []),
    lease.COLLECTION: (lease.RULES, []),
    deliveries.COLLECTION: (deliveries.RULES, list(deliveries.INDEXES)),
    policy_queue.LOOKED: (policy_queue.RULES, []),
    deliveries.CURSORS: (deliveries.CURSOR_RULES, []),
    "writers": (
        writers.RULES,
        [IndexModel([("seen_at", ASCENDING)], name="forgotten", expireAfterSeconds=writers.ENTRY_SECONDS)],
    ),
}


async def ensure_collections(database: Database) -> None:
    """Create what is missing and bring the rules up to date. Safe to run by every process at every start."""
    found = await (await database.list_collections()).to_list(None)
    existing = {collection["name"]: collection["options"].get("validator") for collection in found}
    for name, (rules, indexes) in _COLLECTIONS.items():
        if name not in existing:
            try:
                await database.create_collection(name, validator=rules)
            except (CollectionInvalid, OperationFailure) as error:
                if isinstance(error, OperationFailure) and error.code != _NAMESPACE_EXISTS:
                    raise
                await database.command("collMod", name, validator=rules)  # another process was faster
        elif existing[name] != rules:  # only then: it waits for every open transaction on the collection
            await database.command("collMod", name, validator=rules)
        if indexes:
            with timeout(INDEX_BUILD_SECONDS):  # a new index of what is there already may take minutes
                await database[name].create_indexes(indexes)
