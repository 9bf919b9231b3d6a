"""Create, change and remove the offers of suppliers."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from app.domain.command import Decision, ReadSet, View, unknown
from app.domain.errors import Field, InventoryError, QuantityOutOfRange, Refused, UnknownItem
from app.domain.limits import MAX_QUANTITY, MAX_SKU_LENGTH
from app.domain.money import Money, given_money
from app.domain.operation import CommandInfo
from app.domain.partial_update import UNCHANGED, Unchanged, given, updated
from app.domain.purchasing.commands.supplier_checks import known_offer, known_supplier
from app.domain.purchasing.supplier import SupplierItem, supplier_item_id, supplier_item_key, supplier_key
from app.domain.time import Moment
from app.domain.validation import (
    code_errors,
    info_errors,
    lead_time_errors,
    money_errors,
    sku_errors,
    supplier_code_errors,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class UpsertSupplierItem:
    """Create an offer of an item, or change the given values of it. A removed offer begins anew."""

    info: CommandInfo
    supplier: str
    sku: str
    supplier_sku: str | Unchanged | None = UNCHANGED
    unit_cost: Decimal | Unchanged | None = UNCHANGED
    minimum_quantity: int | Unchanged = UNCHANGED
    pack_size: int | Unchanged = UNCHANGED
    lead_time_days: int | Unchanged | None = UNCHANGED
    is_preferred: bool | Unchanged = UNCHANGED

    def content(self) -> object:
        return (
            self.supplier,
            self.sku,
            given(self.supplier_sku),
            given(self._cost),
            given(self.minimum_quantity),
            given(self.pack_size),
            given(self.lead_time_days),
            given(self.is_preferred),
        )

    def validate(self, *, now: Moment) -> Iterator[InventoryError]:
        yield from supplier_code_errors(self.supplier)
        yield from sku_errors(self.sku)
        if isinstance(self.supplier_sku, str):
            what, field = "A supplier's SKU", ("supplierSku",)
            yield from code_errors(self.supplier_sku, what=what, maximum=MAX_SKU_LENGTH, field=field)
        if isinstance(self.unit_cost, Decimal):
            yield from money_errors(self.unit_cost, what="A unit cost", field=("unitCost",))
        yield from _units_errors(self.minimum_quantity, field=("minimumQuantity",))
        yield from _units_errors(self.pack_size, field=("packSize",))
        if isinstance(self.lead_time_days, int):
            yield from lead_time_errors(self.lead_time_days)
        yield from info_errors(self.info, now=now)

    def read_set(self) -> ReadSet:
        keys = (supplier_key(self.supplier), supplier_item_key(self.supplier, self.sku))
        return ReadSet(items=(self.sku,), documents=keys)

    def decide(self, view: View) -> Decision:
        """Decide. Raises Refused where the supplier or the item does not exist."""
        refusals: list[InventoryError] = []
        if known_supplier(view, self.supplier) is None:
            refusals.append(unknown(supplier_key(self.supplier), field=("supplier",)))
        if view.item(self.sku) is None:
            refusals.append(UnknownItem(sku=self.sku, field=("sku",)))
        if refusals:
            raise Refused(*refusals)
        old = known_offer(view, self.supplier, self.sku) or SupplierItem(
            id=supplier_item_id(self.supplier, self.sku), supplier=self.supplier, sku=self.sku, created_at=view.now
        )
        offer = replace(
            old,
            supplier_sku=updated(self.supplier_sku, old.supplier_sku),
            unit_cost=updated(self._cost, old.unit_cost),
            minimum_quantity=updated(self.minimum_quantity, old.minimum_quantity),
            pack_size=updated(self.pack_size, old.pack_size),
            lead_time_days=updated(self.lead_time_days, old.lead_time_days),
            is_preferred=updated(self.is_preferred, old.is_preferred),
        )
        return Decision(documents=(offer,))

    @property
    def _cost(self) -> Money | Unchanged | None:
        return given_money(self.unit_cost)


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveSupplierItem:
    """Remove an offer. Orders that name it stay as they are."""

    info: CommandInfo
    supplier: str
    sku: str

    def content(self) -> object:
        return (self.supplier, self.sku)

    def validate(self, *, now: Moment) -> Iterator[InventoryError]:
        yield from supplier_code_errors(self.supplier)
        yield from sku_errors(self.sku)
        yield from info_errors(self.info, now=now)

    def read_set(self) -> ReadSet:
        return ReadSet(documents=(supplier_item_key(self.supplier, self.sku),))

    def decide(self, view: View) -> Decision:
        """Decide. Raises UnknownDocument where the supplier does not offer the item."""
        offer = known_offer(view, self.supplier, self.sku)
        if offer is None:
            raise unknown(supplier_item_key(self.supplier, self.sku), field=("sku",))
        return Decision(documents=(replace(offer, is_removed=True),))


def _units_errors(units: int | Unchanged, *, field: Field) -> Iterator[InventoryError]:
    if isinstance(units, int) and not 1 <= units <= MAX_QUANTITY:
        yield QuantityOutOfRange(quantity=units, minimum=1, field=field)
