"""The query and indexes of transfers: by state, either end, item and reference, always the newest first."""

from app.domain.transfers.transfer import Transfer
from app.services.transfers.filters import TransferFilter
from app.store.driver.client import BsonDocument
from app.store.queries.conditions import all_of, between, in_any_form, one_of
from app.store.queries.newest_first import newest

INDEXES = (
    newest("newest"),
    newest("newest_in_state", "state"),
    newest("newest_from_source", "source"),
    newest("newest_to_destination", "destination"),
    newest("newest_of_place", "places"),
    newest("newest_of_sku", "lines.sku"),
    newest("newest_of_reference", "reference"),
)


def index_fields(transfer: Transfer) -> BsonDocument:
    """Return the field that lists filter by besides the transfer's own: both ends, for filters that name either."""
    return {"places": [transfer.source, transfer.destination]}


def query(where: TransferFilter) -> BsonDocument:
    """Return the query of a filter."""
    seen = None if where.visible_at is None else [{"places": {"$in": list(where.visible_at)}}]
    return all_of(
        {
            "source": where.source,
            "destination": where.destination,
            "places": where.location,
            "$and": seen,
            "lines.sku": where.sku,
            "reference": in_any_form(where.reference),
            "state": one_of(where.states),
            "created_at": between(where.since, where.until),
        }
    )
