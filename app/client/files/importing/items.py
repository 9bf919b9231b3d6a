"""Rows that describe items: each creates one, or changes what it says of one."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, TypeVar

from app.client.files.importing.kind import Difference, ImportTerms, Kind, Present
from app.client.files.importing.reading.cells import Cells
from app.domain.catalog.catalog import Item
from app.domain.catalog.commands.upsert_item import ItemChange
from app.domain.catalog.warning import InputWarning, barcode_warnings, similar_among
from app.domain.document import DocumentKey
from app.domain.errors import InventoryError
from app.domain.partial_update import UNCHANGED, Unchanged
from app.domain.time import NEVER

ITEMS_UPSERT_MANY = """
mutation ItemsUpsertMany($input: ItemsUpsertManyInput!) {
  outcome: itemsUpsertMany(input: $input) {
    replayed
    results { line warnings { message field } userErrors { ...Why } }
    userErrors { ...Why }
  }
}"""

T = TypeVar("T")

_AMOUNT = re.compile(r"[0-9]+\.[0-9]+|[0-9]+")


@dataclass(frozen=True, slots=True)
class ItemEntry:
    """One item as it should be. The change expects the version that the item had when it was exported."""

    change: ItemChange

    @property
    def name(self) -> str:
        """The SKU."""
        return self.change.sku

    @property
    def sku(self) -> str:
        return self.change.sku

    @property
    def location(self) -> None:
        return None

    @property
    def barcodes(self) -> tuple[str, ...] | None:
        return None if isinstance(self.change.barcodes, Unchanged) else self.change.barcodes

    def validate(self) -> Iterator[InventoryError]:
        return self.change.validate()

    def warnings(self) -> Iterator[InputWarning]:
        if not isinstance(self.change.barcodes, Unchanged):
            yield from barcode_warnings(self.change.barcodes)
        if not isinstance(self.change.tags, Unchanged):
            yield from similar_among(self.change.tags, what="The tag", field=("tags",))

    def new_item_error(self) -> InventoryError | None:
        try:
            replace(self.change, expected_version=None).decide(_EmptyCatalog())
        except InventoryError as error:
            return error
        return None

    def loss_error(self, present: Present | None) -> InventoryError | None:
        return None if present is None else self.change.loss_error(present["barcodes"])

    def winds_down(self, present: Present | None) -> bool:
        """See Entry: an item may be edited, archived or not."""
        return False

    def differences(self, present: Present | None) -> Iterator[Difference]:
        for name, new in self._said().items():
            old = None if present is None or name == "sku" else present[name]
            if name != "sku" and _plain(new, like=old) != old:
                yield Difference(ITEMS.columns_by_field.get(name, name), old, new)

    def stale_error(self, present: Present | None, terms: ImportTerms) -> str | None:
        expected, actual = self.change.expected_version, 0 if present is None else present["version"]
        if expected in (None, actual) or terms.is_forced:
            return None
        return ITEMS.moved_since(expected, actual) if any(self.differences(present)) else None

    def to_input(self, terms: ImportTerms) -> dict[str, Any]:
        """See Entry. A row that changes nothing leaves its item alone."""
        fields = {**self._said(), "onlyIfDifferent": True}
        expected = None if terms.is_forced else self.change.expected_version
        return fields if expected is None else {**fields, "expectedVersion": expected}

    def _said(self) -> dict[str, Any]:
        change = self.change
        fields = {
            "sku": change.sku,
            "name": change.name,
            "category": change.category,
            "tags": change.tags,
            "barcodes": change.barcodes,
            "unitCost": str(change.unit_cost) if isinstance(change.unit_cost, Decimal) else change.unit_cost,
            "reorderPoint": change.reorder_point,
            "backorderLimit": change.backorder_limit,
        }
        return {name: value for name, value in fields.items() if not isinstance(value, Unchanged)}


def _plain(new: Any, *, like: object) -> object:  # noqa: ANN401 - any value of an input
    """Return a new value as the API would write it: amounts by their worth, lists as lists."""
    if isinstance(new, tuple):
        return list(new)
    if isinstance(new, str) and isinstance(like, str) and _AMOUNT.fullmatch(new) and _AMOUNT.fullmatch(like):
        return like if Decimal(new) == Decimal(like) else new
    return new


class _EmptyCatalog:
    """What the change of an item that does not exist yet is decided on."""

    now = NEVER

    def item(self, _: str) -> None:
        return None

    def check_item(self, _: Item) -> None:
        return None

    def document(self, _: DocumentKey) -> None:
        return None


def _read(cells: Cells) -> ItemEntry:
    change = ItemChange(
        expected_version=cells.version("version"),
        sku=cells.required("sku"),
        name=_given(cells.text("name")),
        category=None if cells.is_cleared("category") else _given(cells.clearable("category")),
        tags=_given(cells.texts("tags")),
        barcodes=_given(cells.codes("barcodes")),
        unit_cost=None if cells.is_cleared("unit_cost") else _given(cells.amount("unit_cost")),
        reorder_point=_given(cells.whole("reorder_point")),
        backorder_limit=_given(cells.whole("backorder_limit")),
    )
    return ItemEntry(change)


def _given(value: T | None) -> T | Unchanged:
    return UNCHANGED if value is None else value


ITEMS = Kind(
    name="items",
    required=("sku",),
    thing="item",
    stale_code="STALE_DOCUMENT",
    optional=("name", "category", "reorder_point", "tags", "barcodes", "unit_cost", "backorder_limit", "version"),
    ignored=("is_archived", "created_at", "updated_at"),  # as exported
    read=_read,
    columns_by_field={
        "unitCost": "unit_cost",
        "reorderPoint": "reorder_point",
        "backorderLimit": "backorder_limit",
        "expectedVersion": "version",
    },
    mutation=ITEMS_UPSERT_MANY,
    lines_field="items",
    present_fields="name category tags barcodes unitCost reorderPoint backorderLimit version",
)
