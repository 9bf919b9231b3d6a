"""Note that the supplier has accepted an order."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.domain.command import Decision, Touches, View
from app.domain.commands.purchase_checks import known_order
from app.domain.errors import InventoryError
from app.domain.operation import Cause
from app.domain.purchase_order import PurchaseOrderState, purchase_order_key
from app.domain.time import Moment
from app.domain.validation import cause_faults

_SUBMITTED = frozenset({PurchaseOrderState.SUBMITTED})


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmPurchaseOrder:
    """The supplier's word, and when it will deliver where that is not as expected. No unit moves."""

    cause: Cause
    order_id: str
    expected_at: Moment | None = None

    def content(self) -> object:
        """See Command."""
        return (self.order_id, self.expected_at)

    def faults(self, *, now: Moment) -> Iterator[InventoryError]:
        """See Command."""
        yield from cause_faults(self.cause, now=now)

    def touches(self) -> Touches:
        """See Command."""
        return Touches(documents=(purchase_order_key(self.order_id),))

    def decide(self, view: View) -> Decision:
        """See Command. Raises UnknownDocument or WrongState."""
        order = known_order(view, self.order_id, states=_SUBMITTED)
        return Decision(documents=(order.confirmed(at=view.now, expected_at=self.expected_at or order.expected_at),))
