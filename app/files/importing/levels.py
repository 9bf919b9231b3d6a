"""Rows that count levels: each sets the units on hand, whatever was recorded before."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from app.domain.commands.set_stock import StockSetting
from app.domain.errors import InventoryError, UnknownItem
from app.domain.level import LevelKey
from app.domain.movement import MovementReason
from app.domain.policy_change import SettingsChange, field_of
from app.domain.unchanged import UNCHANGED, Unchanged
from app.files.importing.cells import Cells
from app.files.importing.kind import Kind

T = TypeVar("T")

_NUMBERS = ("target_level", "safety_stock", "order_quantity")  # of a policy

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
            **{field_of(name)[0]: value for name, value in setting.settings.values.items()},
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
        settings=SettingsChange(
            method=_said(cells.method("method")),
            target_level=_said(cells.whole("target_level")),
            safety_stock=_said(cells.whole("safety_stock")),
            order_quantity=_said(cells.whole("order_quantity")),
        ),
    )
    return LevelEntry(setting)


def _said(value: T | None) -> T | Unchanged:
    return UNCHANGED if value is None else value


LEVELS = Kind(
    name="levels",
    required=("sku", "location", "on_hand"),
    optional=("reorder_point", "backorder_limit", "reason", "method", *_NUMBERS),
    ignored=("reserved", "unavailable", "incoming", "available", "status", "version", "changed_at"),  # as exported
    read=_read,
    columns_by_field={
        "quantity": "on_hand",
        "reorderPoint": "reorder_point",
        "backorderLimit": "backorder_limit",
        **{field_of(name)[0]: name for name in _NUMBERS},
    },
    mutation=STOCK_SET_MANY,
    lines_field="lines",
)
