"""Checks that the commands about one purchase order share."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from app.domain.command import Line, View, unknown
from app.domain.errors import ApprovalRequired, Field, InventoryError, QuantityOutOfRange, StaleDocument
from app.domain.limits import MAX_QUANTITY
from app.domain.money import Money, money_of
from app.domain.purchasing.commands.supplier_checks import known_offer
from app.domain.purchasing.purchase_order import PurchaseOrder, purchase_order_key
from app.domain.stock.level import LevelKey
from app.domain.stock.level_change import LevelChange
from app.domain.stock.movement import MovementReason
from app.domain.validation import money_errors, sku_errors


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderedUnits:
    """Units of one item to order, and the cost of one where it differs from the supplier's offer."""

    sku: str
    quantity: int
    unit_cost: Decimal | None = None

    @property
    def cost(self) -> Money | None:
        """The cost of one unit, if given."""
        return None if self.unit_cost is None else money_of(self.unit_cost)

    def content(self) -> object:
        """Return the input for a fingerprint."""
        return (self.sku, self.quantity, self.cost)

    def validate(self, *, least: int, prefix: Field) -> Iterator[InventoryError]:
        """Yield the errors that do not depend on the state."""
        yield from sku_errors(self.sku, field=(*prefix, "sku"))
        if not least <= self.quantity <= MAX_QUANTITY:
            yield QuantityOutOfRange(quantity=self.quantity, minimum=least, field=(*prefix, "quantity"))
        if self.unit_cost is not None:
            yield from money_errors(self.unit_cost, what="A unit cost", field=(*prefix, "unitCost"))

    def cost_from(self, view: View, supplier: str) -> Money | None:
        """Return the cost of one unit: as given, or else as offered by the supplier; None where unknown."""
        offer = None if self.unit_cost is not None else known_offer(view, supplier, self.sku)
        return self.cost if offer is None else offer.unit_cost


def check_version(order: PurchaseOrder, expected: int | None) -> None:
    """Raise StaleDocument where the order is not at the expected version."""
    if expected is not None and order.version != expected:
        kind, identity = PurchaseOrder.kind.value, order.id
        raise StaleDocument(kind=kind, id=identity, expected=expected, actual=order.version)


def approval_errors(
    order: PurchaseOrder, *, limit: Money | None, before: PurchaseOrder | None = None
) -> Iterator[InventoryError]:
    """Yield an error where the order is worth more than the limit, or has units of unknown cost.

    With `before`, only where it is worth more than before, or has more such units.
    """
    if limit is None or (order.value <= limit and not order.unvalued):
        return
    if before is None or order.value > before.value or order.unvalued > before.unvalued:
        yield ApprovalRequired(value=order.value, limit=limit, unvalued=order.unvalued)


def check_items(order: PurchaseOrder, seen: PurchaseOrder | None) -> None:
    """Raise StaleDocument where the order no longer has the items that it had when it was looked up."""
    if seen is None:
        raise unknown(purchase_order_key(order.id))
    if order.lines_by_sku.keys() != seen.lines_by_sku.keys():
        check_version(order, seen.version)


def purchase(key: LevelKey, *, planned: int = 0, incoming: int = 0) -> Line:
    """Return the movement that changes planned and incoming units."""
    return Line(key=key, change=LevelChange(planned=planned, incoming=incoming), reason=MovementReason.PURCHASE)
