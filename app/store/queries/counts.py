"""How counts and their lines are found."""

from pymongo import ASCENDING, DESCENDING, IndexModel

from app.domain.counting.count_line import CountLine
from app.services.counting.filters import CountFilter, CountLineFilter
from app.store.client import BsonDocument

_NEWEST_FIRST = [("created_at", DESCENDING), ("_id", DESCENDING)]

INDEXES = (
    IndexModel(_NEWEST_FIRST, name="newest"),
    IndexModel([("state", ASCENDING), *_NEWEST_FIRST], name="newest_in_state"),
    IndexModel([("location", ASCENDING), *_NEWEST_FIRST], name="newest_at_location"),
)
LINE_INDEXES = (
    IndexModel([("count", ASCENDING), ("sku", ASCENDING)], name="by_sku"),
    IndexModel([("count", ASCENDING), ("varies", ASCENDING), ("sku", ASCENDING)], name="by_variance"),
)


def query(where: CountFilter) -> BsonDocument:
    """Return the query of a filter."""
    found: BsonDocument = {}
    if where.states is not None:
        found["state"] = {"$in": [state.value for state in where.states]}
    if where.location is not None:
        found["location"] = where.location
    bounds = {"$gte": where.since, "$lt": where.until}
    if window := {operator: moment for operator, moment in bounds.items() if moment is not None}:
        found["created_at"] = window
    return found


def line_facts(line: CountLine) -> BsonDocument:
    """Return what finds a line beside its own fields: whether the record was wrong."""
    return {"varies": line.variance != 0}


def line_query(where: CountLineFilter) -> BsonDocument:
    """Return the query of a filter."""
    return {"count": where.count, **({"varies": True} if where.only_variances else {})}
