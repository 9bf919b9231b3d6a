"""The query and indexes of ranked levels: one index for each order, with everything that lists filter by behind it."""

from collections.abc import Mapping
from typing import Final

from pymongo import ASCENDING, IndexModel

from app.domain.insight.ranking import InsightOrder
from app.services.insight.ports import KeptFilter
from app.store.driver.client import BsonDocument
from app.store.queries.conditions import all_of, one_of

# The fields of the place of a level in each order. Figures are stored as they sort: the greatest first is below zero.
ORDERS: Final[Mapping[InsightOrder, tuple[str, ...]]] = {
    InsightOrder.SKU: ("sku", "location"),
    InsightOrder.LOCATION: ("location", "sku"),
    InsightOrder.SALES_VALUE: ("sales_value", "sku", "location"),
    InsightOrder.STOCK_VALUE: ("stock_value", "sku", "location"),
    InsightOrder.DAYS_OF_COVER: ("cover", "sku", "location"),
    InsightOrder.STOCK_OUT_DAYS: ("out_time", "sku", "location"),
}
FILTERED: Final = ("abc_class", "is_dead_stock")  # behind the place, in each index

RULES: BsonDocument = {
    "$jsonSchema": {"bsonType": "object", "required": ["sku", "location", "abc_class", "is_dead_stock"]}
}
LOCATION_RULES: BsonDocument = {"$jsonSchema": {"bsonType": "object", "required": ["at", "levels"]}}


# Values are stored below zero.
_VALUE: Final = {"$multiply": ["$stock_value", -1]}
SUMMED_BY_CLASS: Final[BsonDocument] = {
    "$group": {
        "_id": "$abc_class",
        "levels": {"$sum": 1},
        "dead_levels": {"$sum": {"$cond": ["$is_dead_stock", 1, 0]}},
        "sales_value": {"$sum": {"$multiply": ["$sales_value", -1]}},
        "stock_value": {"$sum": _VALUE},
        "dead_value": {"$sum": {"$cond": ["$is_dead_stock", _VALUE, 0]}},
    }
}


def index_name(order: InsightOrder) -> str:
    """Return the name of the index of an order."""
    return f"by_{order.lower()}"


INDEXES = tuple(
    IndexModel([(field, ASCENDING) for field in (*fields, *FILTERED)], name=index_name(order))
    for order, fields in ORDERS.items()
)


def kept_query(where: KeptFilter) -> BsonDocument:
    """Return the query of a filter."""
    return all_of(
        {
            "location": {"$in": list(where.locations)},
            "abc_class": one_of(where.classes),
            "is_dead_stock": where.is_dead_stock,
        }
    )
