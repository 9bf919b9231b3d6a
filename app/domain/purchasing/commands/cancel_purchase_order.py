"""Cancel a purchase order: its outstanding units are given up."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.domain.command import Decision, Line, ReadSet, View, required
from app.domain.errors import InventoryError
from app.domain.operation import CommandInfo
from app.domain.purchasing.commands.purchase_checks import purchase
from app.domain.purchasing.purchase_order import (
    NOT_ENDED,
    PurchaseLine,
    PurchaseOrder,
    PurchaseOrderState,
    purchase_order_key,
)
from app.domain.replenishment.commands.declining import Declining
from app.domain.replenishment.declined import DeclineReason
from app.domain.time import Moment
from app.domain.validation import info_errors


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelPurchaseOrder:
    """The outstanding units of a draft are no longer planned, those of another order no longer incoming.

    The cancellation declines what its levels need then.
    """

    info: CommandInfo
    order_id: str

    def content(self) -> object:
        return self.order_id

    def validate(self, *, now: Moment) -> Iterator[InventoryError]:
        yield from info_errors(self.info, now=now)

    def read_set(self) -> ReadSet:
        return ReadSet(stock_of=(purchase_order_key(self.order_id),))

    def decide(self, view: View) -> Decision:
        """Decide, also for archived items and locations.

        Raises UnknownDocument or WrongState.
        """
        order = required(view, purchase_order_key(self.order_id), PurchaseOrder, states=NOT_ENDED)
        declining = Declining(view=view, info=self.info, order=order.id)
        movements = tuple(
            declining.declined(_no_more(order, line), DeclineReason.ORDER_CANCELLED, quantity=0)
            for line in order.lines
            if line.outstanding
        )
        return Decision(lines=movements, documents=(order.cancelled(at=view.now),))


def _no_more(order: PurchaseOrder, line: PurchaseLine) -> Line:
    key = order.arriving(line.sku)
    if order.state is PurchaseOrderState.DRAFT:
        return purchase(key, planned=-line.outstanding)
    return purchase(key, incoming=-line.outstanding)
