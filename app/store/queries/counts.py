"""The queries and indexes of counts and their lines."""

from pymongo import ASCENDING, IndexModel

from app.domain.counting.count_line import CountLine
from app.services.counting.filters import CountFilter, CountLineFilter
from app.store.driver.client import BsonDocument
from app.store.queries.conditions import all_of, at_visible, between, one_of
from app.store.queries.newest_first import newest

INDEXES = (newest("newest"), newest("newest_in_state", "state"), newest("newest_at_location", "location"))
LINE_INDEXES = (
    IndexModel([("count", ASCENDING), ("sku", ASCENDING)], name="by_sku"),
    IndexModel([("count", ASCENDING), ("varies", ASCENDING), ("sku", ASCENDING)], name="by_variance"),
)


def query(where: CountFilter) -> BsonDocument:
    """Return the query of a filter."""
    return all_of(
        {
            "state": one_of(where.states),
            "location": at_visible(where.location, where.visible_at),
            "created_at": between(where.since, where.until),
        }
    )


def line_index_fields(line: CountLine) -> BsonDocument:
    """Return the field that lists filter by besides the line's own: whether the record was wrong."""
    return {"varies": line.variance != 0}


def line_query(where: CountLineFilter) -> BsonDocument:
    """Return the query of a filter."""
    return {"count": where.count, **({"varies": True} if where.only_variances else {})}
