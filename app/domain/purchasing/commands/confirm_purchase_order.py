"""Record a supplier's confirmation of an order: acceptance, time of delivery, confirmed quantities and costs."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.domain.command import Decision, ReadSet, View, required
from app.domain.errors import InvalidValue, InventoryError, Refused
from app.domain.money import Money
from app.domain.operation import CommandInfo
from app.domain.purchasing.commands.purchase_checks import OrderedUnits, approval_errors, check_version, purchase
from app.domain.purchasing.purchase_order import (
    ON_ORDER,
    PurchaseLine,
    PurchaseOrder,
    PurchaseOrderState,
    purchase_order_key,
)
from app.domain.stock.commands.line_checks import named_line_errors, stock_refusal
from app.domain.time import Moment
from app.domain.validation import expected_errors, info_errors, line_count_errors

_SUBMITTED = frozenset({PurchaseOrderState.SUBMITTED})


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmPurchaseOrder:
    """The time of delivery, and the `lines` that have another quantity or cost.

    The quantity of a line is its final total, received units included: with fewer than are ordered the others are
    short, with more the ordered quantity grows; to a value above the `approval_limit` it may not. A revision may be
    confirmed again while the order is under way; a mere acceptance is recorded once.
    """

    info: CommandInfo
    order_id: str
    expected_at: Moment | None = None
    lines: tuple[OrderedUnits, ...] | None = None
    expected_version: int | None = None
    approval_limit: Money | None = None

    def content(self) -> object:
        if self.lines is None and self.expected_version is None:
            return (self.order_id, self.expected_at)
        lines = None if self.lines is None else tuple(line.content() for line in self.lines)
        return (self.order_id, self.expected_at, lines, self.expected_version)

    def validate(self, *, now: Moment) -> Iterator[InventoryError]:
        if self.lines is not None:
            yield from line_count_errors(len(self.lines))
            for index, line in enumerate(self.lines):
                yield from line.validate(least=0, prefix=("lines", str(index)))
        yield from info_errors(self.info, now=now)

    def read_set(self) -> ReadSet:
        order = (purchase_order_key(self.order_id),)
        return ReadSet(documents=order) if self.lines is None else ReadSet(stock_of=order)

    def decide(self, view: View) -> Decision:
        """Decide. Raises UnknownDocument, WrongState, StaleDocument, or Refused with all errors of the lines."""
        is_revised = self.lines is not None or self.expected_at is not None
        order = required(
            view, purchase_order_key(self.order_id), PurchaseOrder, states=ON_ORDER if is_revised else _SUBMITTED
        )
        check_version(order, self.expected_version)
        after = self._confirmed(view, order)
        before = order.lines_by_sku
        movements = tuple(
            purchase(order.arriving(sku), incoming=line.outstanding - before[sku].outstanding)
            for sku, line in after.items()
            if line.outstanding != before[sku].outstanding
        )
        expected = self.expected_at or order.expected_at
        confirmed = order.confirmed(after, at=view.now, expected_at=expected)
        refusals = tuple(approval_errors(confirmed, limit=self.approval_limit, before=order))
        if refusals:
            raise Refused(*refusals)
        return Decision(lines=movements, documents=(confirmed,))

    def _confirmed(self, view: View, order: PurchaseOrder) -> dict[str, PurchaseLine]:
        """Return the lines that the supplier confirms with changes. Raises Refused."""
        lines = self.lines or ()
        known = order.lines_by_sku
        keys = [order.arriving(line.sku) for line in lines]
        errors = list(expected_errors(self.expected_at, now=view.now))
        errors += named_line_errors(keys, known={order.arriving(sku) for sku in known}, what="purchase order")
        if errors:
            raise Refused(*errors)
        after: dict[str, PurchaseLine] = {}
        for index, line in enumerate(lines):
            before = known[line.sku]
            if line.quantity < before.received:
                rule = f"must be at least {before.received}, the units that have arrived"
                field = ("lines", str(index), "quantity")
                errors.append(InvalidValue(what="A confirmed quantity", rule=rule, field=field))
                continue
            after[line.sku] = before.confirmed(line.quantity, unit_cost=line.cost)
            more = purchase(keys[index], incoming=after[line.sku].outstanding - before.outstanding)
            refusal = stock_refusal(view, more.key, more.change, line=index) if more.change.incoming > 0 else None
            errors += [] if refusal is None else [refusal]
        if errors:
            raise Refused(*errors)
        return after
