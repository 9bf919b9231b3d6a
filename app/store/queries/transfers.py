"""How transfers are found: by state, by either end, by item and by reference, always the newest first."""

from pymongo import ASCENDING, DESCENDING, IndexModel

from app.domain.transfers.transfer import Transfer
from app.services.transfers.filters import TransferFilter
from app.store.client import BsonDocument
from app.store.queries.text_forms import in_any_form

_NEWEST_FIRST = [("created_at", DESCENDING), ("_id", DESCENDING)]

INDEXES = (
    IndexModel(_NEWEST_FIRST, name="newest"),
    IndexModel([("state", ASCENDING), *_NEWEST_FIRST], name="newest_in_state"),
    IndexModel([("source", ASCENDING), *_NEWEST_FIRST], name="newest_from_source"),
    IndexModel([("destination", ASCENDING), *_NEWEST_FIRST], name="newest_to_destination"),
    IndexModel([("places", ASCENDING), *_NEWEST_FIRST], name="newest_of_place"),
    IndexModel([("lines.sku", ASCENDING), *_NEWEST_FIRST], name="newest_of_sku"),
    IndexModel([("reference", ASCENDING), *_NEWEST_FIRST], name="newest_of_reference"),
)


def facts(transfer: Transfer) -> BsonDocument:
    """Return what finds a transfer beside its own fields: both ends in one list, for those who name either."""
    return {"places": [transfer.source, transfer.destination]}


def query(where: TransferFilter) -> BsonDocument:
    """Return the query of a filter."""
    found: BsonDocument = {
        name: value
        for name, value in {
            "source": where.source,
            "destination": where.destination,
            "places": where.location,
            "lines.sku": where.sku,
            "reference": in_any_form(where.reference),
        }.items()
        if value is not None
    }
    if where.states is not None:
        found["state"] = {"$in": [state.value for state in where.states]}
    if where.since is not None or where.until is not None:
        bounds = {"$gte": where.since, "$lt": where.until}
        found["created_at"] = {name: moment for name, moment in bounds.items() if moment is not None}
    return found
