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
from schema.inputs.mutation_input import LOCATION, SKU, MutationInput
from schema.inputs.purchasing.arrival import ArrivalInput
from schema.inputs.purchasing.supplier import SUPPLIER

_ID = "The purchase order: its global id."
_VERSION = "The version that you have seen: a draft that has changed since is refused. Left out, it does not matter."
_REFERENCE = "The movements go under the reference of the order unless you give another."


@strawberry.input(description="Units of one item that are to be ordered.")
class PurchaseLineInput:
    """See OrderedUnits."""

    sku: str = strawberry.field(description=SKU)
    quantity: int = strawberry.field(description="Units that are ordered, at least 1; in a change 0 takes it away.")
    unit_cost: Decimal | None = strawberry.field(
        default=None,
        description="What one unit costs, in the installation's currency, with at most four decimals. Left out, a new "
        "line costs what the supplier asks, and another one what it did.",
    )


@strawberry.input(
    description="Writes down what is to be ordered from a supplier. Its units are `planned` at the location until the "
    "draft is submitted or cancelled."
)
class PurchaseOrderCreateInput(MutationInput):
    """See CreatePurchaseOrder."""

    supplier: str = strawberry.field(description=SUPPLIER)
    location: str = strawberry.field(description=f"Where the goods are to go. {LOCATION}")
    lines: list[PurchaseLineInput] = strawberry.field(description="1 to 1,000 lines, each of another item.")

    def units(self) -> list[OrderedUnits]:
        """Convert."""
        return _units(self.lines)


@strawberry.input(
    description="Changes lines of a draft. Lines that are not named stay as they are, and items that are new are "
    "added. Of what is archived less may be ordered, and no more. What you name is decided, also as it is: the draft "
    "is yours from then on, the server adds nothing to it and does not submit it, and what a level needs beyond your "
    "quantity is declined."
)
class PurchaseOrderUpdateInput(MutationInput):
    """See UpdatePurchaseOrder."""

    id: strawberry.ID = strawberry.field(description=_ID)
    lines: list[PurchaseLineInput] = strawberry.field(
        description="1 to 1,000 lines as they should be, each of another item. One line at least must be left."
    )
    expected_version: int | None = strawberry.field(default=None, description=_VERSION)

    def units(self) -> list[OrderedUnits]:
        """Convert."""
        return _units(self.lines)


@strawberry.input(
    description=f"Sends a draft to its supplier, once: its units are `incoming` from then on. {_REFERENCE} Neither the "
    "supplier, the location nor any of the items may be archived."
)
class PurchaseOrderSubmitInput(MutationInput):
    """See SubmitPurchaseOrder."""

    id: strawberry.ID = strawberry.field(description=_ID)
    expected_version: int = strawberry.field(
        description="The version that you have seen, which names what you order: a draft that has changed since is "
        "refused as stale. Look at it again, and send the version that it has then."
    )
    expected_at: datetime | None = strawberry.field(
        default=None,
        description="When the goods are to arrive, not in the past. Left out, after the items' longest lead time.",
    )
    ignore_minimums: bool = strawberry.field(
        default=False,
        description="Whether to order although the supplier asks for larger quantities, whole packs or a higher value.",
    )

    def expected(self) -> Moment | None:
        """Convert."""
        return None if self.expected_at is None else moment_of(self.expected_at)


@strawberry.input(description="What the supplier sends of one item in fact.")
class PurchaseConfirmationInput:
    """See ConfirmPurchaseOrder."""

    sku: str = strawberry.field(description=SKU)
    quantity: int = strawberry.field(
        description="All units that come of it in the end, those that arrived among them; 0 for none. Fewer than are "
        "ordered leave the others `short`, more are ordered from now on."
    )
    unit_cost: Decimal | None = strawberry.field(
        default=None,
        description="What one unit costs, with at most four decimals, where that is not as on the order.",
    )


@strawberry.input(
    description="Notes what the supplier says of an order that was submitted: that it accepts it, when it delivers, "
    "and what it sends of some items in fact. What it revises later, lines or the time, can be said again."
)
class PurchaseOrderConfirmInput(MutationInput):
    """See ConfirmPurchaseOrder."""

    id: strawberry.ID = strawberry.field(description=_ID)
    expected_at: datetime | None = strawberry.field(
        default=None,
        description="When the goods are to arrive, where the supplier says so: from now on, at most ten years ahead. "
        "Left out, as expected.",
    )
    lines: list[PurchaseConfirmationInput] | None = strawberry.field(
        default=None,
        description="1 to 1,000 lines that come in another quantity, or at another price, each of another item. The "
        "others come as ordered.",
    )
    expected_version: int | None = strawberry.field(default=None, description=_VERSION)

    def expected(self) -> Moment | None:
        """Convert."""
        return None if self.expected_at is None else moment_of(self.expected_at)

    def units(self) -> list[OrderedUnits] | None:
        """Convert."""
        return None if self.lines is None else _units(self.lines)


@strawberry.input(description="Units of one item of a purchase order that arrived.")
class PurchaseArrivalInput(ArrivalInput):
    """See Arrival."""


@strawberry.input(
    description=f"Takes in what arrived of a purchase order. {_REFERENCE} The items that arrive and the location must "
    "not be archived: restore them first. What arrives after the order has ended is beyond what was ordered. The items "
    "are worth the weighted average of what they cost from then on."
)
class PurchaseOrderReceiveInput(MutationInput):
    """See ReceivePurchaseOrder."""

    id: strawberry.ID = strawberry.field(description=_ID)
    lines: list[PurchaseArrivalInput] | None = strawberry.field(
        default=None,
        description="What arrived: at most 1,000 lines, several of an item added up, with one unit at least unless the "
        "receipt is complete. Without it all that is outstanding arrived, undamaged.",
    )
    is_complete: bool = strawberry.field(
        default=False, description="Ends the order: what is still outstanding will never come, and is short."
    )

    def arrivals(self) -> list[Arrival] | None:
        """Convert."""
        return None if self.lines is None else [line.arrival() for line in self.lines]


@strawberry.input(description="Units of one item that did not arrive, although a receipt says so.")
class PurchaseReceiptLineInput:
    """See WrongUnits."""

    sku: str = strawberry.field(description=SKU)
    quantity: int = strawberry.field(
        description="Units that are taken back, at least 1: those that arrived beyond what was ordered first, "
        "undamaged ones first."
    )


@strawberry.input(
    description="Takes back what a receipt of a purchase order says arrived, because it was recorded by mistake: the "
    f"units are on hand no more, and outstanding again. {_REFERENCE}"
)
class PurchaseOrderReceiptReverseInput(MutationInput):
    """See ReversePurchaseReceipt."""

    id: strawberry.ID = strawberry.field(description=_ID)
    receipt: strawberry.ID = strawberry.field(
        description="The receipt: the global id of the operation that recorded it."
    )
    lines: list[PurchaseReceiptLineInput] | None = strawberry.field(
        default=None,
        description="1 to 1,000 lines of the receipt, each of another item, of which units are taken back. Without it "
        "all of the receipt is, and what it gave up as short is outstanding again, too.",
    )

    def units(self) -> list[WrongUnits] | None:
        """Convert."""
        return None if self.lines is None else [WrongUnits(sku=each.sku, quantity=each.quantity) for each in self.lines]


@strawberry.input(
    description=f"Gives up a purchase order: what is outstanding is expected no more, and what its levels need then is "
    f"declined. {_REFERENCE} What is archived stands in nobody's way."
)
class PurchaseOrderCancelInput(MutationInput):
    """See CancelPurchaseOrder."""

    id: strawberry.ID = strawberry.field(description=_ID)


@strawberry.input(
    name="PurchaseOrderFilter", description="Narrows a list of purchase orders. What is left out narrows nothing."
)
class PurchaseOrderFilterInput:
    """See PurchaseOrderFilter."""

    states: list[PurchaseOrderState] | None = strawberry.field(default=None, description="Orders that are this far.")
    supplier: str | None = strawberry.field(default=None, description="Orders from this supplier: its code.")
    location: str | None = strawberry.field(default=None, description="Orders for this location: its code.")
    sku: str | None = strawberry.field(default=None, description="Orders with a line of this item.")
    reference: str | None = strawberry.field(default=None, description="Orders with this reference.")
    is_automatic: bool | None = strawberry.field(
        default=None, description="Only orders that the server wrote by itself, or only the others."
    )
    since: datetime | None = strawberry.field(default=None, name="from", description="Created at this time or later.")
    until: datetime | None = strawberry.field(default=None, name="to", description="Created before this time.")

    def to_domain(self) -> PurchaseOrderFilter:
        """Convert."""
        return PurchaseOrderFilter(
            states=None if self.states is None else tuple(self.states),
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
