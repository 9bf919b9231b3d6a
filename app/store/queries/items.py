"""The queries and indexes of items and locations. Levels repeat the search fields of items, and share their query."""

import re
from collections.abc import Sequence
from typing import Any

from pymongo import ASCENDING, IndexModel

from app.domain.catalog.search import SearchTerms, entry_of_beginning
from app.services.filters import ItemFilter, ItemOrder, LocationFilter
from app.store.driver.client import BsonDocument
from app.store.mapping import names
from app.store.queries.conditions import all_of, named

MAX_ALIKE = 100  # codes that differ in case only
INDEXES = (
    IndexModel([(names.INDEX_ENTRIES, ASCENDING), ("_id", ASCENDING)], name="by_word"),
    IndexModel([("name", ASCENDING), ("_id", ASCENDING)], name="by_name"),
    IndexModel([("alike", ASCENDING)], name="by_alike"),
    IndexModel([("is_uncomposed", ASCENDING)], name="uncomposed", partialFilterExpression={"is_uncomposed": True}),
    IndexModel([(names.INDEX_ENTRIES, ASCENDING), ("name", ASCENDING), ("_id", ASCENDING)], name="by_word_named"),
)
_LAST = "\U0010ffff"  # sorts behind every character that a SKU or a word may contain


def item_query(where: ItemFilter, *, sku: str) -> BsonDocument:
    """Return the query of a filter. `sku` is the field that holds the SKU.

    Given several entries, the planner tries the index scan of each, and keeps the most selective.
    """
    query = BsonDocument()
    if where.sku_prefix is not None:
        query[sku] = _beginning_with(where.sku_prefix)
    return query | terms_query(where.search_terms)


def terms_query(terms: SearchTerms) -> BsonDocument:
    """Return the query of search terms."""
    query = BsonDocument()
    if entries := _entries(terms.entries, terms.any_of):
        query[names.INDEX_ENTRIES] = entries
    if terms.beginnings:
        query[names.SEARCH_WORDS] = {"$all": [{"$elemMatch": _beginning_with(text)} for text in terms.beginnings]}
    return query


def code_alike(code: str) -> BsonDocument:
    """Return the query of codes that differ in case only. It scans all: locations and suppliers are few."""
    return {"_id": {"$regex": f"^{re.escape(code)}$", "$options": "i"}}


def ordered_item_query(where: ItemFilter, order: ItemOrder) -> BsonDocument:
    """Return the query of a filter; in the order of names with the index entry of the SKU's beginning.

    In that order the items of a range of SKUs are scattered. Those that share an entry are adjacent.
    """
    query = item_query(where, sku="_id")
    entry = entry_of_beginning(where.sku_prefix or "")
    if order is ItemOrder.NAME and entry is not None:
        query[names.INDEX_ENTRIES] = _entries((entry, *where.search_terms.entries), where.search_terms.any_of)
    return query


def item_index(query: BsonDocument, order: ItemOrder) -> str:
    """Return the most selective index that has the order of the list."""
    if names.INDEX_ENTRIES in query:
        return "by_word" if order is ItemOrder.SKU else "by_word_named"
    return "_id_" if order is ItemOrder.SKU else "by_name"


def location_query(where: LocationFilter) -> BsonDocument:
    """Return the query of a filter."""
    return all_of({"is_archived": where.is_archived, "_id": named(where.codes)})


def _entries(every: Sequence[str], any_of: Sequence[str] | None) -> BsonDocument:
    """Return the condition on the index entries. One of one is one of all: so both narrow the same scan."""
    if any_of is not None and len(any_of) == 1:
        every, any_of = (*any_of, *every), None
    return all_of({"$all": list(dict.fromkeys(every)) or None, "$in": None if any_of is None else list(any_of)})


def _beginning_with(text: str) -> dict[str, Any]:
    return {"$gte": text, "$lt": text + _LAST}
