"""How items and locations are written as documents, and read again.

An item's document holds besides the item what a search finds it by; each of its levels repeats that, so that lists of
levels are filtered by their items without a join.
"""

from app.domain.catalog.catalog import DEFAULT_PRIORITY, Item, Location, LocationKind, OversellPolicy
from app.domain.folding import alike, composed
from app.domain.time import Moment
from app.store.client import BsonDocument
from app.store.mapping import names

SEARCH_VERSION = 3  # of the rules for search fields; documents of an older one are brought up to date at start
WITHOUT_SEARCH_FIELDS = dict.fromkeys(
    (names.INDEX_ENTRIES, names.SEARCH_WORDS, names.SEARCH_FIELDS_VERSION, "alike", "is_uncomposed"), 0
)  # a projection: half the bytes of a level


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
        **item_search_fields(item),
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


def item_fields_on_level(item: Item) -> BsonDocument:
    """Return what each level repeats of its item, so that lists and the writer need not look it up."""
    return {
        **search_fields(item),
        "is_item_archived": item.is_archived,
        "category": item.category,
        "unit_cost": item.unit_cost,
    }


def search_fields(item: Item) -> BsonDocument:
    """Return what finds an item: its index entries, and the longer words, which no index holds."""
    return {
        names.INDEX_ENTRIES: list(item.entries),
        names.SEARCH_WORDS: list(item.words),
        names.SEARCH_FIELDS_VERSION: SEARCH_VERSION,
    }


def item_search_fields(item: Item) -> BsonDocument:
    """Return what finds an item itself: what its levels repeat, and what SKUs share that look like its own."""
    is_uncomposed = composed(item.sku) != item.sku  # an earlier version took SKUs in any form
    return {**search_fields(item), "alike": alike(item.sku), **({"is_uncomposed": True} if is_uncomposed else {})}
