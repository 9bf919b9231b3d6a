"""Transfers as clients see them."""

from datetime import datetime
from typing import Self

import strawberry
from strawberry import relay

from app.domain.time import datetime_of
from app.domain.transfers.transfer import Transfer as DomainTransfer
from app.domain.transfers.transfer import TransferLine as DomainTransferLine
from app.services.paging import DEFAULT_PART_SIZE
from schema.context import Info
from schema.enums.transfers import TransferState
from schema.types.catalog import Item, Location, item_of, location_of
from schema.types.connection import After, Connection, First
from schema.types.replenishment.order_reason import OrderReason


@strawberry.type(
    description="One item of a transfer, in units. Of those that were shipped, each is received, lost, returned or "
    "outstanding."
)
class TransferLine:
    """A line of a transfer."""

    sku: strawberry.Private[str]
    quantity: int = strawberry.field(description="Units that were asked for.")
    shipped: int = strawberry.field(description="Units that left the source.")
    received: int = strawberry.field(description="Units of those shipped that arrived, damaged ones among them.")
    lost: int = strawberry.field(description="Units of those shipped that never arrived.")
    returned: int = strawberry.field(description="Units of those shipped that went back to the source.")
    over: int = strawberry.field(description="Units that arrived beyond those shipped.")
    outstanding: int = strawberry.field(
        description="Units of those shipped that are still on their way: they are incoming at the destination."
    )
    reason: OrderReason | None = strawberry.field(
        description="Why the server proposed it; null where somebody else wrote it down."
    )

    @strawberry.field(description="What is sent.")
    def item(self, info: Info) -> Item:
        """Refer to the item."""
        return item_of(self.sku, info)

    @classmethod
    def from_domain(cls, line: DomainTransferLine) -> Self:
        """Convert."""
        return cls(
            sku=line.sku,
            quantity=line.quantity,
            shipped=line.shipped,
            received=line.received,
            lost=line.lost,
            returned=line.returned,
            over=line.over,
            outstanding=line.outstanding,
            reason=None if line.reason is None else OrderReason.from_domain(line.reason),
        )


@strawberry.type(description="Items that one location sends to another.")
class Transfer(relay.Node):
    """A transfer."""

    domain: strawberry.Private[DomainTransfer]
    identity: relay.NodeID[str]
    state: TransferState = strawberry.field(description="How far it has come.")
    reference: str | None = strawberry.field(description="The partner's document, for example a transfer order.")
    is_proposal: bool = strawberry.field(
        description="Whether the server wrote it down because the destination needs it. As long as it is a draft its "
        "units are `planned` there; ship it to accept it, or cancel it."
    )
    version: int = strawberry.field(description="Grows by one with each change. The higher one is the newer.")
    created_at: datetime = strawberry.field(description="When it was written down.")
    updated_at: datetime = strawberry.field(description="When it was last changed.")

    @strawberry.field(description="The location that the items leave.")
    def source(self, info: Info) -> Location:
        """Refer to the location."""
        return location_of(self.domain.source, info)

    @strawberry.field(description="The location that the items go to.")
    def destination(self, info: Info) -> Location:
        """Refer to the location."""
        return location_of(self.domain.destination, info)

    @strawberry.field(description="What is sent: 1 to 1,000 lines, each of another item, in the order given.")
    def lines(self, first: First = DEFAULT_PART_SIZE, after: After = None) -> Connection[TransferLine]:
        """Convert only where asked for."""
        return Connection.of_all(self.domain.lines, TransferLine.from_domain, order="LINE", first=first, after=after)

    @classmethod
    def from_domain(cls, transfer: DomainTransfer) -> Self:
        """Convert."""
        return cls(
            domain=transfer,
            identity=transfer.id,
            state=transfer.state,
            reference=transfer.reference,
            is_proposal=transfer.is_proposal,
            version=transfer.version,
            created_at=datetime_of(transfer.created_at),
            updated_at=datetime_of(transfer.changed_at),
        )
