"""Purchase orders as clients ask for them, and what they narrow lists of them to."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

import strawberry

from app.domain.purchasing.commands.purchase_checks import OrderedUnits
from app.domain.purchasing.commands.reverse_purchase_receipt import WrongUnits
from app.domain.stock.commands.receipt import Arrival
from app.domain.time import Moment, moment_of
from app.services.purchasing.filters import PurchaseOrderFilter
from schema.enums.purchasing import PurchaseOrderState
from schema.inputs.given import each_once
from schema.inputs.mutation_input import SKU, MutationInput
from schema.inputs.purchasing.arrival import ArrivalInput
from schema.inputs.purchasing.supplier import SUPPLIER

_ID = "The purchase order: its global id."
_VERSION = (
    "The version that the order must have: a draft that has changed since is refused. Not checked where left out."
)
_REFERENCE = "The movements get the reference of the order unless another is given."


@strawberry.input(description="An ordered quantity of one item.")
class PurchaseLineInput:
    sku: str = strawberry.field(description=SKU)
    quantity: int = strawberry.field(description="Units to order, at least 1; in an update 0 removes the line.")
    unit_cost: Decimal | None = strawberry.field(
        default=None,
        description="The cost of one unit, in the installation's currency, with at most four decimals. Left out, a "
        "new line has the cost of the supplier's offer, and another one keeps its own.",
    )


@strawberry.input(
    description="Creates a draft purchase order. Its units are `planned` at the location until the draft is submitted "
    "or cancelled."
)
class PurchaseOrderCreateInput(MutationInput):
    supplier: str = strawberry.field(description=SUPPLIER)
    location: str = strawberry.field(description="The location that receives: its code.")
    lines: list[PurchaseLineInput] = strawberry.field(description="1 to 1,000 lines, each of another item.")

    def units(self) -> list[OrderedUnits]:
        return _units(self.lines)


@strawberry.input(
    description="Updates lines of a draft. Lines that are not named stay unchanged, and new items are added. The "
    "quantity of an archived item may only be lowered. A line that is named counts as decided by the "
    "caller, even if unchanged: from then on the server neither adds to the draft nor submits it, and "
    "what a level needs beyond that quantity is declined."
)
class PurchaseOrderUpdateInput(MutationInput):
    id: strawberry.ID = strawberry.field(description=_ID)
    lines: list[PurchaseLineInput] = strawberry.field(
        description="1 to 1,000 lines as they should be, each of another item. At least one line must remain."
    )
    expected_version: int | None = strawberry.field(default=None, description=_VERSION)

    def units(self) -> list[OrderedUnits]:
        return _units(self.lines)


@strawberry.input(
    description=f"Submits a draft to its supplier, once: its units are `incoming` from then on. {_REFERENCE} Neither "
    "the supplier, the location nor any of the items may be archived."
)
class PurchaseOrderSubmitInput(MutationInput):
    id: strawberry.ID = strawberry.field(description=_ID)
    expected_version: int = strawberry.field(
        description="The version of the draft that the caller has read, so that nothing unseen is ordered: a draft "
        "that has changed since is refused as stale. Read it again, and send its present version."
    )
    expected_at: datetime | None = strawberry.field(
        default=None,
        description="The expected delivery, not in the past. Left out, after the items' longest lead time.",
    )
    ignore_minimums: bool = strawberry.field(
        default=False,
        description="Whether to order below the supplier's minimum quantities, pack sizes or order value.",
    )

    def expected(self) -> Moment | None:
        return None if self.expected_at is None else moment_of(self.expected_at)


@strawberry.input(description="The confirmed quantity and cost of one item.")
class PurchaseConfirmationInput:
    sku: str = strawberry.field(description=SKU)
    quantity: int = strawberry.field(
        description="The total units that will be delivered, received ones included; 0 for none. With fewer than "
        "ordered the rest is `short`; more raises the order."
    )
    unit_cost: Decimal | None = strawberry.field(
        default=None,
        description="The cost of one unit, with at most four decimals, where it differs from the order.",
    )


@strawberry.input(
    description="Records the supplier's confirmation of a submitted order: its acceptance, the delivery date, and "
    "revised quantities or costs. It may be repeated when the supplier revises them."
)
class PurchaseOrderConfirmInput(MutationInput):
    id: strawberry.ID = strawberry.field(description=_ID)
    expected_at: datetime | None = strawberry.field(
        default=None,
        description="The confirmed delivery: from now on, at most ten years ahead. Unchanged where left out.",
    )
    lines: list[PurchaseConfirmationInput] | None = strawberry.field(
        default=None,
        description="1 to 1,000 lines with a revised quantity or cost, each of another item. The others are confirmed "
        "as ordered.",
    )
    expected_version: int | None = strawberry.field(default=None, description=_VERSION)

    def expected(self) -> Moment | None:
        return None if self.expected_at is None else moment_of(self.expected_at)

    def units(self) -> list[OrderedUnits] | None:
        return None if self.lines is None else _units(self.lines)


@strawberry.input(description="Received units of one item of a purchase order.")
class PurchaseArrivalInput(ArrivalInput): ...


@strawberry.input(
    description=f"Receives units of a purchase order. {_REFERENCE} Ordered units also arrive where the item or the "
    "location is archived; overage does not. Receipts after the order has closed are overage. Received units with a "
    "cost move the unit cost of their item to the weighted average."
)
class PurchaseOrderReceiveInput(MutationInput):
    id: strawberry.ID = strawberry.field(description=_ID)
    lines: list[PurchaseArrivalInput] | None = strawberry.field(
        default=None,
        description="The received units: at most 1,000 lines, several of an item added up, with one unit at least "
        "unless the receipt is complete. Without it all outstanding units are received undamaged.",
    )
    is_complete: bool = strawberry.field(
        default=False, description="Closes the order: units still outstanding are short."
    )

    def arrivals(self) -> list[Arrival] | None:
        return None if self.lines is None else [line.arrival() for line in self.lines]


@strawberry.input(description="Units of one item that a receipt records by mistake.")
class PurchaseReceiptLineInput:
    sku: str = strawberry.field(description=SKU)
    quantity: int = strawberry.field(
        description="Units to reverse, at least 1: overage first, and undamaged units first."
    )


@strawberry.input(
    description="Reverses a receipt of a purchase order that was recorded by mistake: the units are no longer on "
    f"hand, and outstanding again. {_REFERENCE}"
)
class PurchaseOrderReceiptReverseInput(MutationInput):
    id: strawberry.ID = strawberry.field(description=_ID)
    receipt: strawberry.ID = strawberry.field(
        description="The receipt: the global id of the operation that recorded it."
    )
    lines: list[PurchaseReceiptLineInput] | None = strawberry.field(
        default=None,
        description="1 to 1,000 lines of the receipt to reverse, each of another item. Without it all of the receipt "
        "is reversed, and units that it closed as short are outstanding again.",
    )

    def units(self) -> list[WrongUnits] | None:
        return None if self.lines is None else [WrongUnits(sku=each.sku, quantity=each.quantity) for each in self.lines]


@strawberry.input(
    description="Cancels a purchase order: outstanding units are no longer expected, and the resulting needs of its "
    f"levels are declined. {_REFERENCE} Archived items and locations do not prevent it."
)
class PurchaseOrderCancelInput(MutationInput):
    id: strawberry.ID = strawberry.field(description=_ID)


@strawberry.input(
    name="PurchaseOrderFilter",
    description="Filters a list of purchase orders. All conditions must hold; those left out do not restrict.",
)
class PurchaseOrderFilterInput:
    states: list[PurchaseOrderState] | None = strawberry.field(default=None, description="Orders in these states.")
    supplier: str | None = strawberry.field(default=None, description="Orders from this supplier: its code.")
    location: str | None = strawberry.field(default=None, description="Orders for this location: its code.")
    sku: str | None = strawberry.field(default=None, description="Orders with a line of this item.")
    reference: str | None = strawberry.field(default=None, description="Orders with this reference.")
    is_automatic: bool | None = strawberry.field(
        default=None, description="Only orders that the server created automatically, or only the others."
    )
    since: datetime | None = strawberry.field(default=None, name="from", description="Created at this time or later.")
    until: datetime | None = strawberry.field(default=None, name="to", description="Created before this time.")

    def to_domain(self) -> PurchaseOrderFilter:
        return PurchaseOrderFilter(
            states=each_once(self.states),
            supplier=self.supplier,
            location=self.location,
            sku=self.sku,
            reference=self.reference,
            is_automatic=self.is_automatic,
            since=None if self.since is None else moment_of(self.since),
            until=None if self.until is None else moment_of(self.until),
        )


def _units(lines: Iterable[PurchaseLineInput | PurchaseConfirmationInput]) -> list[OrderedUnits]:
    return [OrderedUnits(sku=line.sku, quantity=line.quantity, unit_cost=line.unit_cost) for line in lines]
