"""How filters of items become queries, of items themselves and of levels, which repeat what finds their item."""

import re
from typing import Any

from app.services.filters import ItemFilter
from app.store.client import BsonDocument

MAX_ALIKE = 100  # codes that differ in case only
_LAST = "\U0010ffff"  # sorts behind every character that a SKU or a word may hold, and is none of them


def item_query(where: ItemFilter, *, sku: str) -> BsonDocument:
    """Return the query of a filter. `sku` is the field that holds the SKU.

    Given several entries, the server tries the scan of the index for each, and goes on with the one that narrows most.
    """
    search_terms, query = where.search_terms, BsonDocument()
    if where.sku_prefix is not None:
        query[sku] = _beginning_with(where.sku_prefix)
    if search_terms.entries:
        query["words"] = {"$all": list(search_terms.entries)}
    if search_terms.beginnings:
        query["whole_words"] = {"$all": [{"$elemMatch": _beginning_with(text)} for text in search_terms.beginnings]}
    return query


def code_alike(code: str) -> BsonDocument:
    """Return the query of codes that differ in case only, which goes through all: locations and suppliers are few."""
    return {"_id": {"$regex": f"^{re.escape(code)}$", "$options": "i"}}


def _beginning_with(text: str) -> dict[str, Any]:
    return {"$gte": text, "$lt": text + _LAST}
