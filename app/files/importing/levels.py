"""Rows that count levels: each sets the units on hand, whatever was recorded before."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from app.domain.commands.set_stock import StockSetting
from app.domain.errors import InventoryError, UnknownItem
from app.domain.level import LevelKey
from app.domain.movement import MovementReason
from app.files.importing.cells import Cells
from app.files.importing.kind import Kind

STOCK_SET_MANY = """
mutation StockSetMany($input: StockSetManyInput!) {
  outcome: stockSetMany(input: $input) {
    replayed
    results { line userErrors { message field } }
    userErrors { message field }
  }
}"""


@dataclass(frozen=True, slots=True)
class LevelEntry:
    """One level as it should be."""

    setting: StockSetting

    @property
    def name(self) -> str:
        """The level."""
        return str(self.setting.key)

    @property
    def sku(self) -> str:
        """See Entry."""
        return self.setting.key.sku

    @property
    def location(self) -> str:
        """See Entry."""
        return self.setting.key.location

    def faults(self) -> Iterator[InventoryError]:
        """See Entry."""
        return self.setting.faults()

    def new_item_fault(self) -> InventoryError:
        """See Entry."""
        return UnknownItem(sku=self.sku, field=("sku",))

    def to_input(self) -> dict[str, Any]:
        """See Entry."""
        setting = self.setting
        told = {
            "sku": setting.key.sku,
            "location": setting.key.location,
            "quantity": setting.quantity,
            "reason": setting.reason.value,
            "force": True,
            "reorderPoint": setting.reorder_point,
            "backorderLimit": setting.backorder_limit,
        }
        return {name: value for name, value in told.items() if value is not None}


def _read(cells: Cells) -> LevelEntry:
    key = LevelKey(cells.required("sku"), cells.required("location"))
    cells.required("on_hand")
    setting = StockSetting(
        key=key,
        quantity=cells.whole("on_hand") or 0,
        reason=cells.reason("reason") or MovementReason.COUNT,
        is_forced=True,
        reorder_point=cells.whole("reorder_point"),
        backorder_limit=cells.whole("backorder_limit"),
    )
    return LevelEntry(setting)


LEVELS = Kind(
    name="levels",
    required=("sku", "location", "on_hand"),
    optional=("reorder_point", "backorder_limit", "reason"),
    ignored=("reserved", "unavailable", "incoming", "available", "status", "version", "changed_at"),  # as exported
    read=_read,
    columns_by_field={"quantity": "on_hand", "reorderPoint": "reorder_point", "backorderLimit": "backorder_limit"},
    mutation=STOCK_SET_MANY,
    lines_field="lines",
)
