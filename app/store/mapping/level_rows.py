"""Rows of levels (see `rows.py`); their context are the codes of archived locations."""

from collections.abc import Container
from typing import Final

from msgspec import structs

from app.domain.stock.availability import available_units, status_of, unpromised_units
from app.domain.stock.level import Level, LevelKey
from app.domain.stock.level_change import UnavailableReason
from app.store.driver.client import BsonDocument
from app.store.mapping.catalog import WITHOUT_SEARCH_FIELDS
from app.store.mapping.levels import RARE_COUNTS, level_of
from app.store.mapping.rows import Read, RowCompiler, as_stored, with_default

_REASONS = tuple(reason.lower() for reason in UnavailableReason)
_UNITS = ("on_hand", "reserved", "unavailable", "backordered")


def level_as_it_stands(document: BsonDocument, archived: Container[str]) -> Level:
    """Return the level of a document: closed where its location is archived, though the document is not yet changed."""
    level = level_of(document)
    is_archived = document["is_item_archived"] or level.key.location in archived
    return level if is_archived == level.closed else structs.replace(level, archived=is_archived)


LEVEL_ROWS: Final = RowCompiler(
    {
        **as_stored("on_hand", "reserved", "incoming", "reorder_point", "version", "changed_at"),
        **with_default("0", *RARE_COUNTS, "backorder_limit", "counted_at"),
        "key.sku": Read("stored['sku']"),
        "key.location": Read("stored['location']"),
        "key": Read("LevelKey(stored['sku'], stored['location'])"),
        "is_closed": Read("stored['is_item_archived'] or stored['location'] in context", ("is_item_archived",)),
        "unavailable": Read(" + ".join(_REASONS), after=_REASONS),
        "unpromised": Read(f"unpromised_units({', '.join(_UNITS)})", after=_UNITS),
        "available": Read("available_units(unpromised, is_closed)", after=("unpromised", "is_closed")),
        "status": Read("status_of(available, reorder_point)", after=("available", "reorder_point")),
    },
    names={
        "LevelKey": LevelKey,
        "unpromised_units": unpromised_units,
        "available_units": available_units,
        "status_of": status_of,
    },
    position=("sku", "location"),
    whole=level_as_it_stands,
    whole_projection=WITHOUT_SEARCH_FIELDS,
)
