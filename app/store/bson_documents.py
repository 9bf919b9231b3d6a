"""How levels, movements, operations, items and locations are written as documents, and read again.

A level is identified by its location and SKU, and a movement by the level and the version that it gave it, so that
the primary key of the ledger itself forbids a second line for one version.
"""

from operator import attrgetter
from typing import Any

from app.domain.alerts.open_alert import open_alerts_of
from app.domain.catalog.catalog import DEFAULT_PRIORITY, Item, Location, LocationKind, OversellPolicy
from app.domain.document import DocumentKind
from app.domain.errors import InventoryError
from app.domain.folding import alike, composed
from app.domain.operation import CommandInfo, Operation
from app.domain.replenishment.declined import declined_of
from app.domain.replenishment.policy import NO_POLICY, policy_of
from app.domain.stock.level import COUNTS, Level, LevelKey
from app.domain.stock.level_change import LevelChange
from app.domain.stock.movement import Movement, MovementReason
from app.domain.time import Moment
from app.store.client import BsonDocument
from app.store.document_mapping import from_bson, to_bson

FACTS_VERSION = 3  # of what items and levels keep of an item besides itself; older ones are brought up to date at start
NOT_READ = dict.fromkeys(
    ("words", "whole_words", "facts", "alike", "is_uncomposed"), 0
)  # the projection without what only finds
SHOWN_OF_OPERATION = dict.fromkeys(
    ("kind", "actor", "recorded_at", "key", "reference", "note", "occurred_at", "reverses", "writer"), 1
)  # besides its levels; without the documents as it left them, and what it refused
_KEPT_COUNTS = ("on_hand", "reserved", "incoming")
RARE_COUNTS = tuple(name for name in COUNTS if name not in _KEPT_COUNTS)  # kept only where they ever were


def level_id(key: LevelKey) -> str:
    """Return the primary key of a level. A location code has no slash, so the two parts stay apart."""
    return f"{key.location}/{key.sku}"


def level_document(level: Level, *, item: Item) -> BsonDocument:
    """Return a whole new level, with what a search needs to know of its item."""
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
        **{name: value for name, value in (rare_facts(level) | debts(level)).items() if value},
        **item_facts(item),
    }


def rare_facts(level: Level) -> BsonDocument:
    """Return what few levels have: a policy, open alerts, what is to be ordered, or declined, and an archived end.

    Kept where true.
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
    """Return how far a level is below what it should have, in units: what its validator asks for to let it be so."""
    return {"shortfall": level.shortfall, "oversold": level.oversold}


def item_facts(item: Item) -> BsonDocument:
    """Return what each level repeats of its item, so that lists and the writer need not look it up."""
    return {
        **found_by(item),
        "is_item_archived": item.is_archived,
        "category": item.category,
        "unit_cost": item.unit_cost,
    }


def found_by(item: Item) -> BsonDocument:
    """Return what finds an item: its index entries, and the longer words, which no index holds."""
    return {"words": list(item.entries), "whole_words": list(item.words), "facts": FACTS_VERSION}


def item_found_by(item: Item) -> BsonDocument:
    """Return what finds an item itself: what its levels repeat, and what SKUs share that look like its own."""
    is_uncomposed = composed(item.sku) != item.sku  # an earlier version took SKUs in any form
    return {**found_by(item), "alike": alike(item.sku), **({"is_uncomposed": True} if is_uncomposed else {})}


def level_of(document: BsonDocument) -> Level:
    """Return the level that a document holds."""
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


def movement_id(key: LevelKey, version: int) -> str:
    """Return the primary key of a movement."""
    return f"{key.location}/{key.sku}#{version}"


def movement_document(movement: Movement) -> BsonDocument:
    """Return a ledger line."""
    after, change = movement.after, movement.change
    document: BsonDocument = {
        "_id": movement_id(after.key, after.version),
        "sku": after.key.sku,
        "location": after.key.location,
        "version": after.version,
        "recorded_at": after.changed_at,
        "writer": movement.writer,
        "operation": movement.operation_id,
        "reason": str(movement.reason),
        "change": {name: value for name, value in zip(_CHANGED, _changed(change), strict=True) if value},
        "after": {name: value for name, value in zip(_AFTER, _after(after), strict=True) if value},
    }
    for name in _SETTINGS:
        if (setting := getattr(change, name)) is not None:
            document["change"][name] = setting
    document["change"].update(_decided(change))
    if after.policy is not NO_POLICY:
        document["after"]["policy"] = after.policy.plain()
    if after.alerts:
        document["after"]["alerts"] = [list(each) for each in after.alerts]
    if after.declined is not None:
        document["after"]["declined"] = after.declined.plain()
    if after.closed:
        document["after"]["closed"] = True
    if movement.reference is not None:
        document["reference"] = movement.reference
    if movement.channel is not None:
        document["channel"] = movement.channel
    return document


def _decided(change: LevelChange) -> BsonDocument:
    """Return what was decided with a change besides counts. Kept only where something was."""
    told: BsonDocument = {} if change.policy is None else {"policy": change.policy.plain()}
    if change.declined is not None:
        told["declined"] = change.declined.plain()
    if change.closed is not None:
        told["closed"] = change.closed
    return {**told, "takes_up": True} if change.takes_up else told


def movement_of(document: BsonDocument) -> Movement:
    """Return the ledger line that a document holds."""
    change, after = dict(document["change"]), dict(document["after"])
    if "policy" in change:
        change["policy"] = policy_of(change["policy"])
    if "declined" in change:
        change["declined"] = declined_of(change["declined"])
    return Movement(
        operation_id=document["operation"],
        writer=document["writer"],
        reason=MovementReason(document["reason"]),
        change=LevelChange(**change),
        after=Level(
            key=LevelKey(document["sku"], document["location"]),
            version=document["version"],
            changed_at=Moment(document["recorded_at"]),
            policy=policy_of(after.pop("policy", None)),
            alerts=open_alerts_of(after.pop("alerts", None)),
            declined=declined_of(after.pop("declined", None)),
            **after,
        ),
        reference=document.get("reference"),
        channel=document.get("channel"),
    )


def operation_document(operation: Operation) -> BsonDocument:
    """Return an operation. What was not said is left out."""
    info = operation.info
    document: BsonDocument = {
        "_id": operation.id,
        "kind": info.kind,
        "actor": info.actor,
        "recorded_at": operation.recorded_at,
        "levels": [[key.sku, key.location, version] for key, version in operation.levels],
    }
    said: dict[str, Any] = {
        "key": info.idempotency_key,
        "fingerprint": operation.fingerprint,
        "reference": info.reference,
        "note": info.note,
        "occurred_at": info.occurred_at,
        "reverses": info.reverses,
        "writer": operation.writer,
        "refusals": [
            {"line": line, "code": str(error.code), "facts": error.facts, "field": list(error.field)}
            for line, error in operation.refusals
        ]
        or None,
    }
    document.update({name: value for name, value in said.items() if value is not None})
    if operation.documents:
        document["documents"] = [[document.kind, to_bson(document)] for document in operation.documents]
        document["told_at"] = operation.published_at
    return document


def operation_of(document: BsonDocument) -> Operation:
    """Return the operation that a document holds."""
    return Operation(
        info=CommandInfo(
            operation_id=document["_id"],
            kind=document["kind"],
            actor=document["actor"],
            idempotency_key=document.get("key"),
            reference=document.get("reference"),
            note=document.get("note"),
            occurred_at=document.get("occurred_at"),
            reverses=document.get("reverses"),
        ),
        recorded_at=Moment(document["recorded_at"]),
        fingerprint=document.get("fingerprint"),
        levels=tuple((LevelKey(sku, location), version) for sku, location, version in document["levels"]),
        refusals=tuple(
            (refusal["line"], InventoryError.restore(refusal["code"], refusal["facts"], refusal["field"]))
            for refusal in document.get("refusals", ())
        ),
        documents=tuple(from_bson(DocumentKind(kind), stored) for kind, stored in document.get("documents", ())),
        published_at=document.get("told_at"),
        writer=document.get("writer"),
    )


def item_document(item: Item) -> BsonDocument:
    """Return an item, with what finds it."""
    return {
        "_id": item.sku,
        "name": item.name,
        "category": item.category,
        "tags": list(item.tags),
        "barcodes": list(item.barcodes),
        "unit_cost": item.unit_cost,
        "reorder_point": item.reorder_point,
        "backorder_limit": item.backorder_limit,
        "is_archived": item.is_archived,
        "version": item.version,
        "created_at": item.created_at,
        "updated_at": item.updated_at,
        **item_found_by(item),
    }


def item_of(document: BsonDocument) -> Item:
    """Return the item that a document holds."""
    return Item(
        sku=document["_id"],
        name=document["name"],
        category=document["category"],
        tags=tuple(document.get("tags", ())),
        barcodes=tuple(document.get("barcodes", ())),
        unit_cost=document.get("unit_cost"),
        reorder_point=document["reorder_point"],
        backorder_limit=document.get("backorder_limit", 0),
        is_archived=document["is_archived"],
        version=document.get("version", 1),  # an earlier version of the program counted no changes
        created_at=Moment(document["created_at"]),
        updated_at=Moment(document["updated_at"]),
    )


def location_document(location: Location) -> BsonDocument:
    """Return a location."""
    return {
        "_id": location.code,
        "name": location.name,
        "kind": str(location.kind),
        "priority": location.priority,
        "oversell_policy": str(location.oversell_policy),
        "is_archived": location.is_archived,
        "created_at": location.created_at,
        "updated_at": location.updated_at,
    }


def location_of(document: BsonDocument) -> Location:
    """Return the location that a document holds."""
    return Location(
        code=document["_id"],
        name=document["name"],
        kind=LocationKind(document["kind"]),
        priority=document.get("priority", DEFAULT_PRIORITY),
        oversell_policy=OversellPolicy(document.get("oversell_policy", OversellPolicy.REFUSE)),
        is_archived=document["is_archived"],
        created_at=Moment(document["created_at"]),
        updated_at=Moment(document["updated_at"]),
    )


_SETTINGS = ("reorder_point", "backorder_limit")
_CHANGED = (*_KEPT_COUNTS, *RARE_COUNTS)
_AFTER = (*_CHANGED, *_SETTINGS, "counted_at")
_changed, _after = attrgetter(*_CHANGED), attrgetter(*_AFTER)  # at once: this runs for each line of each batch
