"""Submit a draft of a purchase order to its supplier."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.domain.command import Decision, ReadSet, View, required, unknown
from app.domain.errors import BelowOrderValue, InventoryError, QuantityNotOffered, Refused
from app.domain.money import Money
from app.domain.operation import CommandInfo
from app.domain.purchasing.commands.purchase_checks import approval_errors, check_version, purchase
from app.domain.purchasing.commands.supplier_checks import known_offer, known_supplier, supplier_refusals
from app.domain.purchasing.purchase_order import PurchaseOrder, PurchaseOrderState, purchase_order_key
from app.domain.purchasing.supplier import lead_time_of, supplier_item_key, supplier_key
from app.domain.stock.commands.line_checks import stock_refusal
from app.domain.time import MICROSECONDS_PER_DAY, Moment
from app.domain.validation import expected_errors, info_errors

_DRAFT = frozenset({PurchaseOrderState.DRAFT})


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitPurchaseOrder:
    """The units of a draft are incoming from now on, no longer planned.

    They are expected after the longest lead time of its lines, where no time is given. `seen` is the order as it was
    looked up, for the terms of its items; None where there was none. The order must be at `expected_version`. With
    `ignore_minimums` it need not meet the supplier's terms. `approval_limit` is the highest value that it may have;
    None without a limit.
    """

    info: CommandInfo
    order_id: str
    seen: PurchaseOrder | None
    expected_version: int
    expected_at: Moment | None = None
    ignore_minimums: bool = False
    approval_limit: Money | None = None

    def content(self) -> object:
        """Return the input; what was looked up for it, and what the caller may do, are not part of it."""
        return (self.order_id, self.expected_at, self.expected_version, self.ignore_minimums)

    def validate(self, *, now: Moment) -> Iterator[InventoryError]:
        yield from info_errors(self.info, now=now)

    def read_set(self) -> ReadSet:
        order = (purchase_order_key(self.order_id),)
        if self.seen is None:
            return ReadSet(stock_of=order)
        offers = tuple(supplier_item_key(self.seen.supplier, line.sku) for line in self.seen.lines)
        return ReadSet(documents=(supplier_key(self.seen.supplier), *offers), stock_of=order)

    def decide(self, view: View) -> Decision:
        """Decide.

        Raises UnknownDocument, WrongState, StaleDocument also where the order is not as it was looked up, or Refused
        with everything that is archived, every term of the supplier that it does not meet, and a value above the limit.
        """
        if self.seen is None:
            raise unknown(purchase_order_key(self.order_id))
        order = required(view, purchase_order_key(self.order_id), PurchaseOrder, states=_DRAFT)
        check_version(order, self.expected_version)
        check_version(order, self.seen.version)
        movements = [
            purchase(order.arriving(line.sku), planned=-line.quantity, incoming=line.quantity) for line in order.lines
        ]
        refusals = [
            *expected_errors(self.expected_at, now=view.now),
            *supplier_refusals(view, order.supplier, field=("id",)),
        ]
        for movement in movements:
            refusal = stock_refusal(view, movement.key, movement.change, line=None)
            refusals += [] if refusal is None else [refusal]
        if not self.ignore_minimums:
            refusals += _broken_terms(view, order)
        refusals += approval_errors(order, limit=self.approval_limit)
        if refusals:
            raise Refused(*dict.fromkeys(refusals))  # an archived location is reported once
        expected = self.expected_at or _arrival(view, order)
        return Decision(lines=tuple(movements), documents=(order.submitted(at=view.now, expected_at=expected),))


def _broken_terms(view: View, order: PurchaseOrder) -> Iterator[InventoryError]:
    for line in order.lines:
        offer = known_offer(view, order.supplier, line.sku)
        if offer is None:
            continue
        enough = offer.rounded(line.quantity)
        if enough != line.quantity:
            yield QuantityNotOffered(
                supplier=order.supplier,
                sku=line.sku,
                quantity=line.quantity,
                minimum_quantity=offer.minimum_quantity,
                pack_size=offer.pack_size,
                enough=enough,
            )
    supplier = known_supplier(view, order.supplier)
    minimum = None if supplier is None else supplier.minimum_order_value
    if minimum is not None and order.value < minimum:
        yield BelowOrderValue(supplier=order.supplier, value=order.value, minimum=minimum)


def _arrival(view: View, order: PurchaseOrder) -> Moment:
    """Return the expected arrival of the last line."""
    supplier = known_supplier(view, order.supplier)
    assert supplier is not None, order
    days = max(lead_time_of(known_offer(view, order.supplier, line.sku), supplier) for line in order.lines)
    return Moment(view.now + days * MICROSECONDS_PER_DAY)
