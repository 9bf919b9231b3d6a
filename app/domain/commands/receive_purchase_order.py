"""Take in what arrived from a supplier: as ordered, less, more, or damaged."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.domain.command import Decision, Touches, View
from app.domain.commands.purchase_checks import known_order
from app.domain.commands.receipt import Arrival, Receipt, arrival_faults
from app.domain.errors import InventoryError
from app.domain.movement import MovementReason
from app.domain.operation import Cause
from app.domain.purchase_order import ON_ORDER, purchase_order_key
from app.domain.time import Moment
from app.domain.validation import cause_faults


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivePurchaseOrder:
    """One receipt of several, or the only one. Without `lines`, all that is outstanding arrived, and undamaged.

    `is_complete` ends the order: what is outstanding then is short, and incoming no more.
    """

    cause: Cause
    order_id: str
    lines: tuple[Arrival, ...] | None = None
    is_complete: bool = False

    def content(self) -> object:
        """See Command."""
        lines = None if self.lines is None else tuple(line.content() for line in self.lines)
        return (self.order_id, lines, self.is_complete)

    def faults(self, *, now: Moment) -> Iterator[InventoryError]:
        """See Command."""
        yield from arrival_faults(self.lines, is_complete=self.is_complete)
        yield from cause_faults(self.cause, now=now)

    def touches(self) -> Touches:
        """See Command."""
        return Touches(stock_of=(purchase_order_key(self.order_id),))

    def decide(self, view: View) -> Decision:
        """See Command. Raises UnknownDocument, WrongState, or Refused with all that is wrong with the lines."""
        order = known_order(view, self.order_id, states=ON_ORDER)
        receipt = Receipt(view, order, reason=MovementReason.RECEIPT, what="purchase order")
        receipt.take_in(self.lines)
        if self.is_complete:
            receipt.give_up_the_rest(MovementReason.PURCHASE)
        return Decision(lines=receipt.lines(), documents=(order.received(receipt.after, at=view.now),))
