"""The queries and indexes of suppliers, by code and by words, and of their offers, by supplier and by item."""

from pymongo import ASCENDING, IndexModel

from app.domain.purchasing.supplier import Supplier
from app.services.purchasing.filters import OfferFilter, SupplierFilter
from app.store.driver.client import BsonDocument
from app.store.mapping import names
from app.store.queries.conditions import all_of, named
from app.store.queries.items import terms_query

INDEXES = (
    IndexModel([("is_archived", ASCENDING), ("_id", ASCENDING)], name="by_code"),
    IndexModel([(names.INDEX_ENTRIES, ASCENDING), ("_id", ASCENDING)], name="by_word"),
)
OFFER_INDEXES = (
    IndexModel([("supplier", ASCENDING), ("is_removed", ASCENDING), ("sku", ASCENDING)], name="by_sku"),
    IndexModel([("sku", ASCENDING), ("is_removed", ASCENDING), ("supplier", ASCENDING)], name="of_item"),
)


def index_fields(supplier: Supplier) -> BsonDocument:
    """Return the fields that a search needs besides the supplier's own."""
    return {names.INDEX_ENTRIES: list(supplier.entries), names.SEARCH_WORDS: list(supplier.words)}


def query(where: SupplierFilter) -> BsonDocument:
    """Return the query of a filter."""
    return all_of({"is_archived": where.is_archived}) | terms_query(where.search_terms)


def offer_query(where: OfferFilter) -> BsonDocument:
    """Return the query of a filter."""
    return all_of({"supplier": where.supplier, "is_removed": False, "sku": named(where.visible_skus)})
