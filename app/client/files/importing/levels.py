"""Rows that count levels: each sets the units on hand, whatever was recorded before."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from app.client.files.importing.kind import Difference, ImportTerms, Kind, Present
from app.client.files.importing.reading.cells import Cells
from app.domain.catalog.warning import InputWarning
from app.domain.errors import InventoryError, UnknownItem
from app.domain.partial_update import UNCHANGED, Unchanged
from app.domain.replenishment.policy_change import NO_CHANGE, SettingsChange, field_of
from app.domain.stock.commands.set_stock import StockSetting
from app.domain.stock.level import LevelKey
from app.domain.stock.movement import MovementReason

T = TypeVar("T")

_NUMBERS = ("target_level", "safety_stock", "order_quantity")  # of a policy

STOCK_SET_MANY = """
mutation StockSetMany($input: StockSetManyInput!) {
  outcome: stockSetMany(input: $input) {
    replayed
    results { line userErrors { ...Why } }
    userErrors { ...Why }
  }
}"""


@dataclass(frozen=True, slots=True)
class LevelEntry:
    """One level as it should be."""

    setting: StockSetting
    version: int | None = None  # that of the level when it was exported

    @property
    def name(self) -> str:
        """The level."""
        return str(self.setting.key)

    @property
    def sku(self) -> str:
        return self.setting.key.sku

    @property
    def location(self) -> str:
        return self.setting.key.location

    @property
    def barcodes(self) -> None:
        """Return none: a count says nothing of them."""
        return None

    def validate(self) -> Iterator[InventoryError]:
        return self.setting.validate()

    def warnings(self) -> Iterator[InputWarning]:
        """Return none: a count has none."""
        return iter(())

    def new_item_error(self) -> InventoryError:
        return UnknownItem(sku=self.sku, field=("sku",))

    def loss_error(self, present: Present | None) -> None:
        """See Entry: a count takes nothing away that it does not name."""

    def winds_down(self, present: Present | None) -> bool:
        return present is not None and self.setting.quantity <= present["onHand"]

    def differences(self, present: Present | None) -> Iterator[Difference]:
        setting = self.setting
        old = None if present is None else present["onHand"]
        if old != setting.quantity:
            yield Difference("on_hand", old, setting.quantity)
        if setting.backorder_limit is not None and setting.backorder_limit != (present or {}).get("backorderLimit"):
            yield Difference("backorder_limit", (present or {}).get("backorderLimit"), setting.backorder_limit)
        own = {} if setting.reorder_point is None else {"reorder_point": setting.reorder_point}
        for name, new in {**own, **setting.settings.values}.items():
            before = _own_setting(present, name)
            if before != new:
                yield Difference(name, before, new)

    def stale_error(self, present: Present | None, terms: ImportTerms) -> str | None:
        actual = 0 if present is None else present["version"]
        if self.version in (None, actual) or terms.is_forced:
            return None
        return LEVELS.moved_since(self.version, actual) if any(self.differences(present)) else None

    def to_input(self, terms: ImportTerms) -> dict[str, Any]:
        """See Entry. A row of an export says what it was exported as, and confirms nothing that is so already."""
        setting = self.setting
        is_compared = self.version is not None and not terms.is_forced
        fields = {
            "sku": setting.key.sku,
            "location": setting.key.location,
            "quantity": setting.quantity,
            "reason": setting.reason.value,
            "force": None if is_compared else True,
            "expectedVersion": self.version if is_compared else None,
            "onlyIfDifferent": True if terms.is_repeat or self.version is not None else None,
            "reorderPoint": setting.reorder_point,
            "backorderLimit": setting.backorder_limit,
            **{field_of(name)[0]: value for name, value in setting.settings.values.items()},
        }
        return {name: value for name, value in fields.items() if value is not None}


def _own_setting(present: Present | None, name: str) -> object:
    """Return a setting of a level's policy that is its own, and None where it is inherited."""
    if present is None or name.upper() not in present["policy"]["overrides"]:
        return None
    value: object = present["policy"][field_of(name)[0]]
    return value


def _read(cells: Cells) -> LevelEntry:
    key = LevelKey(cells.required("sku"), cells.required("location"))
    cells.required("on_hand")
    version = cells.version("version")
    setting = StockSetting(
        key=key,
        quantity=cells.whole("on_hand") or 0,
        reason=cells.reason("reason") or MovementReason.COUNT,
        is_forced=True,
        only_if_different=version is not None,
        reorder_point=cells.whole("reorder_point"),
        backorder_limit=cells.whole("backorder_limit"),
        settings=_settings(cells),
    )
    return LevelEntry(setting, version)


def _settings(cells: Cells) -> SettingsChange:
    said: dict[str, Any] = {name: value for name in _NUMBERS if (value := cells.whole(name)) is not None}
    method = cells.method("method")
    return NO_CHANGE if method is None and not said else SettingsChange(method=_said(method), **said)


def _said(value: T | None) -> T | Unchanged:
    return UNCHANGED if value is None else value


LEVELS = Kind(
    name="levels",
    thing="level",
    stale_code="STALE_LEVEL",
    required=("sku", "location", "on_hand"),
    optional=("reorder_point", "backorder_limit", "reason", "method", *_NUMBERS, "version"),
    ignored=(  # as exported
        "reserved",
        "unavailable",
        "incoming",
        "available",
        "effective_reorder_point",
        "status",
        "changed_at",
    ),
    read=_read,
    columns_by_field={
        "quantity": "on_hand",
        "expectedVersion": "version",
        "reorderPoint": "reorder_point",
        "backorderLimit": "backorder_limit",
        **{field_of(name)[0]: name for name in _NUMBERS},
    },
    mutation=STOCK_SET_MANY,
    lines_field="lines",
    present_fields="onHand version backorderLimit "
    "policy { method reorderPoint targetLevel safetyStock orderQuantity overrides }",
)
