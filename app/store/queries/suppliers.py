"""The queries and indexes of suppliers, by code, and of their offers, by supplier and by item."""

from pymongo import ASCENDING, IndexModel

from app.services.purchasing.filters import OfferFilter, SupplierFilter
from app.store.client import BsonDocument
from app.store.queries.conditions import all_of, named

INDEXES = (IndexModel([("is_archived", ASCENDING), ("_id", ASCENDING)], name="by_code"),)
OFFER_INDEXES = (
    IndexModel([("supplier", ASCENDING), ("is_removed", ASCENDING), ("sku", ASCENDING)], name="by_sku"),
    IndexModel([("sku", ASCENDING), ("is_removed", ASCENDING), ("supplier", ASCENDING)], name="of_item"),
)


def query(where: SupplierFilter) -> BsonDocument:
    """Return the query of a filter."""
    return {} if where.is_archived is None else {"is_archived": where.is_archived}


def offer_query(where: OfferFilter) -> BsonDocument:
    """Return the query of a filter."""
    return all_of({"supplier": where.supplier, "is_removed": False, "sku": named(where.visible_skus)})
