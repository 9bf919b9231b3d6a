"""Rows of items (see `rows.py`)."""

from typing import Final

from app.store.mapping.catalog import WITHOUT_SEARCH_FIELDS, item_of
from app.store.mapping.rows import Read, RowCompiler, as_stored, with_default

ITEM_ROWS: Final = RowCompiler(
    {
        "sku": Read("stored['_id']", ("_id",)),
        **as_stored("name", "category", "reorder_point", "is_archived", "created_at", "updated_at"),
        **with_default("()", "tags", "barcodes"),
        **with_default("None", "unit_cost"),
        **with_default("0", "backorder_limit"),
        **with_default("1", "version"),
    },
    names={},
    position=("_id", "name"),
    whole=lambda document, _: item_of(document),
    whole_projection=WITHOUT_SEARCH_FIELDS,
)
