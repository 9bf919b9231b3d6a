"""The query and indexes of purchase orders, always the newest first."""

from app.services.purchasing.filters import PurchaseOrderFilter
from app.store.driver.client import BsonDocument
from app.store.queries.conditions import all_of, at_visible, between, in_any_form, one_of
from app.store.queries.newest_first import newest

INDEXES = (
    newest("newest"),
    newest("newest_in_state", "state"),
    newest("newest_from_supplier", "supplier"),
    newest("newest_to_location", "location"),
    newest("newest_of_sku", "lines.sku"),
    newest("newest_of_reference", "reference"),
    newest("newest_by_author", "is_automatic"),
)


def query(where: PurchaseOrderFilter) -> BsonDocument:
    """Return the query of a filter."""
    return all_of(
        {
            "supplier": where.supplier,
            "location": at_visible(where.location, where.visible_at),
            "lines.sku": where.sku,
            "reference": in_any_form(where.reference),
            "is_automatic": where.is_automatic,
            "state": one_of(where.states),
            "created_at": between(where.since, where.until),
        }
    )
