"""The mapping of levels to BSON.

A level's primary key is its location and SKU. Its document repeats the search fields of its item, and has fields that
only lists filter by.
"""

from app.domain.alerts.open_alert import open_alerts_of
from app.domain.catalog.catalog import Item
from app.domain.replenishment.declined import declined_of
from app.domain.replenishment.policy import policy_of
from app.domain.stock.level import COUNTS, Level, LevelKey
from app.domain.time import Moment
from app.store.driver.client import BsonDocument
from app.store.mapping.catalog import item_fields_on_level

KEPT_COUNTS = ("on_hand", "reserved", "incoming")
RARE_COUNTS = tuple(name for name in COUNTS if name not in KEPT_COUNTS)  # stored only where they were ever set


def level_id(key: LevelKey) -> str:
    """Return the primary key of a level. A location code has no slash, so the two parts stay apart."""
    return f"{key.location}/{key.sku}"


def level_document(level: Level, *, item: Item) -> BsonDocument:
    """Return a whole new level, with the fields of its item that lists filter by."""
    return new_level_document(level, item_fields=item_fields_on_level(item))


def new_level_document(level: Level, *, item_fields: BsonDocument) -> BsonDocument:
    """Return a whole new level, with these fields of its item."""
    return {
        "_id": level_id(level.key),
        "sku": level.key.sku,
        "location": level.key.location,
        "on_hand": level.on_hand,
        "reserved": level.reserved,
        "unavailable": level.unavailable,
        "incoming": level.incoming,
        **{name: value for name in RARE_COUNTS if (value := getattr(level, name))},
        "reorder_point": level.reorder_point,
        "backorder_limit": level.backorder_limit,
        "status": str(level.status),
        "version": level.version,
        "changed_at": level.changed_at,
        "counted_at": level.counted_at,
        **{name: value for name, value in (rare_fields(level) | debts(level)).items() if value},
        **item_fields,
    }


def level_of(document: BsonDocument) -> Level:
    """Return the level of a document."""
    return Level(
        key=LevelKey(document["sku"], document["location"]),
        on_hand=document["on_hand"],
        reserved=document["reserved"],
        incoming=document["incoming"],
        reorder_point=document["reorder_point"],
        backorder_limit=document.get("backorder_limit", 0),
        policy=policy_of(document.get("policy")),
        alerts=open_alerts_of(document.get("alerts")),
        declined=declined_of(document.get("declined")),
        closed=document.get("closed", False),
        version=document["version"],
        changed_at=Moment(document["changed_at"]),
        counted_at=Moment(document.get("counted_at", 0)),
        **{name: document[name] for name in RARE_COUNTS if name in document},
    )


def rare_fields(level: Level) -> BsonDocument:
    """Return the fields that few levels have: policy, open alerts, needs and refusals to order, and being archived.

    Only those that are true are stored.
    """
    return {
        "policy": level.policy.plain(),
        "alerts": [list(each) for each in level.alerts],
        "is_short": level.is_short,
        "is_wanting": level.is_wanting,
        "declined": None if level.declined is None else level.declined.plain(),
        "closed": level.closed,
    }


def debts(level: Level) -> BsonDocument:
    """Return by how many units a level falls short. The validator accepts such a level only with these fields."""
    return {"shortfall": level.shortfall, "oversold": level.oversold}


def derived_fields(level: Level) -> BsonDocument:
    """Return the fields that follow from the counts and the policy of a level, None for one that is not stored."""
    rare = {"is_short": level.is_short, "is_wanting": level.is_wanting, **debts(level)}
    return {
        "unavailable": level.unavailable,
        "status": str(level.status),
        **{name: value or None for name, value in rare.items()},
    }
