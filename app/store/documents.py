"""How levels, movements, operations, items and locations are written as documents, and read again.

A level is identified by its location and SKU, and a movement by the level and the version that it gave it, so that
the primary key of the ledger itself forbids a second line for one version.
"""

from typing import Any

from app.domain.catalog import Item, Location, LocationKind
from app.domain.errors import InventoryError
from app.domain.level import Level, LevelChange, LevelKey
from app.domain.movement import Movement, MovementReason
from app.domain.operation import Cause, Operation
from app.domain.time import Moment
from app.store.client import Document

LEVEL_FIELDS = {"words": 0, "is_item_archived": 0}  # what a search needs and a count does not


def level_id(key: LevelKey) -> str:
    """Return the primary key of a level. A location code has no slash, so the two parts stay apart."""
    return f"{key.location}/{key.sku}"


def level_document(level: Level, *, item: Item) -> Document:
    """Return a whole new level, with what a search needs to know of its item."""
    return {
        "_id": level_id(level.key),
        "sku": level.key.sku,
        "location": level.key.location,
        "on_hand": level.on_hand,
        "reserved": level.reserved,
        "unavailable": level.unavailable,
        "incoming": level.incoming,
        "reorder_point": level.reorder_point,
        "status": str(level.status),
        "version": level.version,
        "changed_at": level.changed_at,
        **item_facts(item),
    }


def item_facts(item: Item) -> Document:
    """Return what each level repeats of its item, so that lists and the writer need not look it up."""
    return {"words": list(item.words), "is_item_archived": item.is_archived}


def level_of(document: Document) -> Level:
    """Return the level that a document holds."""
    return Level(
        key=LevelKey(document["sku"], document["location"]),
        on_hand=document["on_hand"],
        reserved=document["reserved"],
        unavailable=document["unavailable"],
        incoming=document["incoming"],
        reorder_point=document["reorder_point"],
        version=document["version"],
        changed_at=Moment(document["changed_at"]),
    )


def movement_id(key: LevelKey, version: int) -> str:
    """Return the primary key of a movement."""
    return f"{key.location}/{key.sku}#{version}"


def movement_document(movement: Movement) -> Document:
    """Return a ledger line."""
    after, change = movement.after, movement.change
    document: Document = {
        "_id": movement_id(after.key, after.version),
        "sku": after.key.sku,
        "location": after.key.location,
        "version": after.version,
        "recorded_at": after.changed_at,
        "writer": movement.writer,
        "operation": movement.operation_id,
        "reason": str(movement.reason),
        "change": {name: value for name in _COUNTS if (value := getattr(change, name))},
        "after": {name: getattr(after, name) for name in (*_COUNTS, "reorder_point")},
    }
    if change.reorder_point is not None:
        document["change"]["reorder_point"] = change.reorder_point
    if movement.reference is not None:
        document["reference"] = movement.reference
    if movement.channel is not None:
        document["channel"] = movement.channel
    return document


def movement_of(document: Document) -> Movement:
    """Return the ledger line that a document holds."""
    return Movement(
        operation_id=document["operation"],
        writer=document["writer"],
        reason=MovementReason(document["reason"]),
        change=LevelChange(**document["change"]),
        after=Level(
            key=LevelKey(document["sku"], document["location"]),
            version=document["version"],
            changed_at=Moment(document["recorded_at"]),
            **document["after"],
        ),
        reference=document.get("reference"),
        channel=document.get("channel"),
    )


def operation_document(operation: Operation) -> Document:
    """Return an operation. What was not said is left out."""
    cause = operation.cause
    document: Document = {
        "_id": operation.id,
        "kind": cause.kind,
        "actor": cause.actor,
        "recorded_at": operation.recorded_at,
        "levels": [[key.sku, key.location, version] for key, version in operation.levels],
    }
    said: dict[str, Any] = {
        "key": cause.idempotency_key,
        "fingerprint": operation.fingerprint,
        "reference": cause.reference,
        "note": cause.note,
        "occurred_at": cause.occurred_at,
        "refusals": [
            {"line": line, "code": str(error.code), "facts": error.facts, "field": list(error.field)}
            for line, error in operation.refusals
        ]
        or None,
    }
    document.update({name: value for name, value in said.items() if value is not None})
    return document


def operation_of(document: Document) -> Operation:
    """Return the operation that a document holds."""
    return Operation(
        cause=Cause(
            operation_id=document["_id"],
            kind=document["kind"],
            actor=document["actor"],
            idempotency_key=document.get("key"),
            reference=document.get("reference"),
            note=document.get("note"),
            occurred_at=document.get("occurred_at"),
        ),
        recorded_at=Moment(document["recorded_at"]),
        fingerprint=document.get("fingerprint"),
        levels=tuple((LevelKey(sku, location), version) for sku, location, version in document["levels"]),
        refusals=tuple(
            (refusal["line"], InventoryError.restore(refusal["code"], refusal["facts"], refusal["field"]))
            for refusal in document.get("refusals", ())
        ),
    )


def item_document(item: Item) -> Document:
    """Return an item, with the words that find it."""
    return {
        "_id": item.sku,
        "name": item.name,
        "category": item.category,
        "reorder_point": item.reorder_point,
        "is_archived": item.is_archived,
        "created_at": item.created_at,
        "updated_at": item.updated_at,
        "words": list(item.words),
    }


def item_of(document: Document) -> Item:
    """Return the item that a document holds."""
    return Item(
        sku=document["_id"],
        name=document["name"],
        category=document["category"],
        reorder_point=document["reorder_point"],
        is_archived=document["is_archived"],
        created_at=Moment(document["created_at"]),
        updated_at=Moment(document["updated_at"]),
    )


def location_document(location: Location) -> Document:
    """Return a location."""
    return {
        "_id": location.code,
        "name": location.name,
        "kind": str(location.kind),
        "is_archived": location.is_archived,
        "created_at": location.created_at,
        "updated_at": location.updated_at,
    }


def location_of(document: Document) -> Location:
    """Return the location that a document holds."""
    return Location(
        code=document["_id"],
        name=document["name"],
        kind=LocationKind(document["kind"]),
        is_archived=document["is_archived"],
        created_at=Moment(document["created_at"]),
        updated_at=Moment(document["updated_at"]),
    )


_COUNTS = ("on_hand", "reserved", "unavailable", "incoming")
