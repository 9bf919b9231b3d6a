"""Receive goods of a purchase order: as ordered, less, more, or damaged."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.domain.command import Decision, ReadSet, View, required
from app.domain.errors import InventoryError
from app.domain.operation import CommandInfo
from app.domain.purchasing.commands.average_cost import costed, valued
from app.domain.purchasing.commands.purchase_checks import check_items
from app.domain.purchasing.purchase_order import (
    ON_ORDER,
    PurchaseLine,
    PurchaseOrder,
    PurchaseOrderState,
    purchase_order_key,
)
from app.domain.purchasing.purchase_receipt import PurchaseReceipt, ReceivedLine
from app.domain.stock.commands.receipt import Arrival, Receipt, arrival_errors, arrivals_by_sku
from app.domain.stock.movement import MovementReason
from app.domain.time import Moment
from app.domain.validation import info_errors

_ENDED = frozenset({PurchaseOrderState.RECEIVED, PurchaseOrderState.CANCELLED})


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivePurchaseOrder:
    """One receipt of several, or the only one. Without `lines`, all outstanding units arrived undamaged.

    `is_complete` ends the order: units still outstanding are short, and no longer incoming. Units that arrive after the
    end are over. The units are valued at the order's cost: see average_cost. `seen` is the order as it was looked up,
    for its items; None where there was none.
    """

    info: CommandInfo
    order_id: str
    seen: PurchaseOrder | None
    lines: tuple[Arrival, ...] | None = None
    is_complete: bool = False

    def content(self) -> object:
        """Return the input; what was looked up for it is not part of it."""
        lines = None if self.lines is None else tuple(line.content() for line in self.lines)
        return (self.order_id, lines, self.is_complete)

    def validate(self, *, now: Moment) -> Iterator[InventoryError]:
        yield from arrival_errors(self.lines, is_complete=self.is_complete)
        yield from info_errors(self.info, now=now)

    def read_set(self) -> ReadSet:
        """Return what the decision needs to read; the average cost needs the units on hand at all locations."""
        order = (purchase_order_key(self.order_id),)
        skus = arriving_skus(self.seen, None if self.lines is None else [line.sku for line in self.lines])
        return ReadSet(stock_of=order, items=skus, on_hand_of=skus)

    def decide(self, view: View) -> Decision:
        """Decide.

        Raises UnknownDocument, WrongState, StaleDocument where the order is not as it was looked up, or Refused with
        all errors of the lines.
        """
        may_have_ended = self.lines is not None and not self.is_complete
        order = required(
            view,
            purchase_order_key(self.order_id),
            PurchaseOrder,
            states=ON_ORDER | _ENDED if may_have_ended else ON_ORDER,
        )
        check_items(order, self.seen)
        receipt = Receipt(view, order, reason=MovementReason.RECEIPT, what="purchase order")
        receipt.take_in(self.lines)
        if self.is_complete:
            receipt.give_up_the_rest(MovementReason.PURCHASE)
        movements = receipt.lines()
        taken_in = self._receipt(view, order, receipt.after)
        return Decision(
            lines=movements,
            items=costed(view, taken_in.lines_by_sku),
            documents=(order.received(receipt.after, at=view.now), taken_in),
        )

    def _receipt(self, view: View, order: PurchaseOrder, after: dict[str, PurchaseLine]) -> PurchaseReceipt:
        damaged = {sku: arrival.damaged for sku, arrival in arrivals_by_sku(self.lines or ()).items()}
        before = order.lines_by_sku
        lines = (
            ReceivedLine(
                sku=sku,
                received=line.received - before[sku].received,
                over=line.over - before[sku].over,
                damaged=damaged.get(sku, 0),
                short=line.short - before[sku].short,
            )
            for sku, line in after.items()
        )
        return PurchaseReceipt(
            id=self.info.operation_id,
            created_at=view.now,
            order=order.id,
            lines=tuple(valued(view, line, before[line.sku].unit_cost) for line in lines if not line.is_empty),
        )


def arriving_skus(order: PurchaseOrder | None, named: list[str] | None) -> tuple[str, ...]:
    """Return the items that a receipt of an order names, or all of its items."""
    if order is None:
        return ()
    known = order.lines_by_sku
    return tuple(dict.fromkeys(known if named is None else (sku for sku in named if sku in known)))
