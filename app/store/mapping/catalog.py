"""The mapping of items and locations to BSON.

An item's document has search fields besides the item's own. Each of its levels repeats them, so that lists of levels
are filtered by item without a join.
"""

from app.domain.catalog.catalog import DEFAULT_PRIORITY, Item, Location, LocationKind, OversellPolicy
from app.domain.folding import alike, composed
from app.domain.time import Moment
from app.store.driver.client import BsonDocument
from app.store.mapping import names

SEARCH_VERSION = 3  # of the rules for search fields; documents of an older one are brought up to date at start
WITHOUT_SEARCH_FIELDS = dict.fromkeys(
    (names.INDEX_ENTRIES, names.SEARCH_WORDS, names.SEARCH_FIELDS_VERSION, "alike", "is_uncomposed"), 0
)  # a projection: half the bytes of a level


def item_document(item: Item) -> BsonDocument:
    """Return an item, with its search fields."""
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
    """Return the item of a document."""
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
        version=document.get("version", 1),  # an earlier version of the program had no versions of items
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
    """Return the location of a document."""
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
    """Return the fields of its item that each level repeats, so that lists and the writer need no join."""
    return {
        **search_fields(item),
        "is_item_archived": item.is_archived,
        "category": item.category,
        "unit_cost": item.unit_cost,
    }


def stored_item_fields(document: BsonDocument) -> BsonDocument | None:
    """Return the same from the document of an item, which has them already; None where an earlier version wrote it.

    To make the search fields of an item takes longer than all else about a new level.
    """
    if document.get(names.SEARCH_FIELDS_VERSION) != SEARCH_VERSION:
        return None
    return {
        **{name: document[name] for name in (names.INDEX_ENTRIES, names.SEARCH_WORDS, names.SEARCH_FIELDS_VERSION)},
        "is_item_archived": document["is_archived"],
        "category": document["category"],
        "unit_cost": document.get("unit_cost"),
    }


def search_fields(item: Item) -> BsonDocument:
    """Return the search fields: the index entries, and the whole words, which no index holds."""
    return {
        names.INDEX_ENTRIES: list(item.entries),
        names.SEARCH_WORDS: list(item.words),
        names.SEARCH_FIELDS_VERSION: SEARCH_VERSION,
    }


def item_search_fields(item: Item) -> BsonDocument:
    """Return the search fields of an item's own document: those of its levels, and the form that similar SKUs share."""
    is_uncomposed = composed(item.sku) != item.sku  # an earlier version took SKUs in any form
    return {**search_fields(item), "alike": alike(item.sku), **({"is_uncomposed": True} if is_uncomposed else {})}
