"""Rows that describe items: each creates one, or changes what it says of one."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from app.domain.commands.catalog import ItemChange
from app.domain.document import DocumentKey
from app.domain.errors import InventoryError
from app.domain.time import NEVER
from app.domain.unchanged import UNCHANGED, Unchanged
from app.files.importing.cells import Cells
from app.files.importing.kind import Kind

ITEMS_UPSERT_MANY = """
mutation ItemsUpsertMany($input: ItemsUpsertManyInput!) {
  outcome: itemsUpsertMany(input: $input) {
    replayed
    results { line userErrors { message field } }
    userErrors { message field }
  }
}"""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ItemEntry:
    """One item as it should be."""

    change: ItemChange

    @property
    def name(self) -> str:
        """The SKU."""
        return self.change.sku

    @property
    def sku(self) -> str:
        """See Entry."""
        return self.change.sku

    @property
    def location(self) -> None:
        """See Entry."""
        return None

    def faults(self) -> Iterator[InventoryError]:
        """See Entry."""
        return self.change.faults()

    def new_item_fault(self) -> InventoryError | None:
        """See Entry."""
        try:
            self.change.decide(_EmptyCatalog())
        except InventoryError as error:
            return error
        return None

    def to_input(self) -> dict[str, Any]:
        """See Entry."""
        change = self.change
        told = {
            "sku": change.sku,
            "name": change.name,
            "category": change.category,
            "tags": change.tags,
            "barcodes": change.barcodes,
            "unitCost": change.unit_cost if isinstance(change.unit_cost, Unchanged) else str(change.unit_cost),
            "reorderPoint": change.reorder_point,
            "backorderLimit": change.backorder_limit,
        }
        return {name: value for name, value in told.items() if not isinstance(value, Unchanged)}


class _EmptyCatalog:
    """What the change of an item that does not exist yet is decided on."""

    now = NEVER

    def item(self, _: str) -> None:
        return None

    def document(self, _: DocumentKey) -> None:
        return None


def _read(cells: Cells) -> ItemEntry:
    change = ItemChange(
        sku=cells.required("sku"),
        name=_given(cells.text("name")),
        category=_given(cells.text("category")),
        tags=_given(cells.texts("tags")),
        barcodes=_given(cells.texts("barcodes")),
        unit_cost=_given(cells.amount("unit_cost")),
        reorder_point=_given(cells.whole("reorder_point")),
        backorder_limit=_given(cells.whole("backorder_limit")),
    )
    return ItemEntry(change)


def _given(value: T | None) -> T | Unchanged:
    return UNCHANGED if value is None else value


ITEMS = Kind(
    name="items",
    required=("sku",),
    optional=("name", "category", "reorder_point", "tags", "barcodes", "unit_cost", "backorder_limit"),
    read=_read,
    columns_by_field={"unitCost": "unit_cost", "reorderPoint": "reorder_point", "backorderLimit": "backorder_limit"},
    mutation=ITEMS_UPSERT_MANY,
    lines_field="items",
)
