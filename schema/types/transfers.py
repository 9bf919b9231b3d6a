"""Transfers."""

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
from schema.loading.awaitable_or_value import AwaitableOrValue
from schema.types.catalog import Item, Location, item_of, location_of
from schema.types.connection import After, Connection, First
from schema.types.document_operations import OPERATIONS, Operations, OperationsFirst, document_operations
from schema.types.replenishment.order_reason import OrderReason


@strawberry.type(
    description="One item of a transfer, in units. Each shipped unit is received, lost, returned or outstanding."
)
class TransferLine:
    """A line of a transfer."""

    sku: strawberry.Private[str]
    quantity: int = strawberry.field(description="Units requested.")
    shipped: int = strawberry.field(description="Units that left the source.")
    received: int = strawberry.field(description="Shipped units that arrived, damaged ones included.")
    lost: int = strawberry.field(description="Shipped units that were lost.")
    returned: int = strawberry.field(description="Shipped units that returned to the source.")
    over: int = strawberry.field(description="Overage: units that arrived beyond those shipped.")
    outstanding: int = strawberry.field(description="Shipped units in transit: they are `incoming` at the destination.")
    reason: OrderReason | None = strawberry.field(
        description="Why the server proposed it; null where a client created it."
    )

    @strawberry.field(description="The item.")
    def item(self, info: Info) -> AwaitableOrValue[Item]:
        return item_of(self.sku, info)

    @classmethod
    def from_domain(cls, line: DomainTransferLine) -> Self:
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


@strawberry.type(description="A movement of items from one location to another.")
class Transfer(relay.Node):
    """A transfer."""

    domain: strawberry.Private[DomainTransfer]
    identity: relay.NodeID[str]
    state: TransferState = strawberry.field(description="The state.")
    reference: str | None = strawberry.field(
        description="The caller's document, for example a transfer order; null without."
    )
    is_proposal: bool = strawberry.field(
        description="Whether the server proposed it because the destination needs the units. While it is a draft they "
        "are `planned` there; ship it to accept it, or cancel it."
    )
    version: int = strawberry.field(description="Grows by one with each change. The higher one is the newer.")
    created_at: datetime = strawberry.field(description="When it was created.")
    updated_at: datetime = strawberry.field(description="When it was last changed.")

    @strawberry.field(description="The location that ships.")
    def source(self, info: Info) -> AwaitableOrValue[Location]:
        return location_of(self.domain.source, info)

    @strawberry.field(description="The location that receives.")
    def destination(self, info: Info) -> AwaitableOrValue[Location]:
        return location_of(self.domain.destination, info)

    @strawberry.field(description="1 to 1,000 lines, each of another item, in the order given.")
    def lines(self, first: First = DEFAULT_PART_SIZE, after: After = None) -> Connection[TransferLine]:
        return Connection.of_all(self.domain.lines, TransferLine.from_domain, order="LINE", first=first, after=after)

    @strawberry.field(description=OPERATIONS)
    async def operations(
        self, info: Info, first: OperationsFirst = DEFAULT_PART_SIZE, after: After = None
    ) -> Operations:
        """Load a page of operations."""
        return await document_operations(self.domain.key, info, first=first, after=after)

    @classmethod
    def from_domain(cls, transfer: DomainTransfer) -> Self:
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
