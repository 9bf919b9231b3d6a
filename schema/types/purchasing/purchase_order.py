"""Purchase orders."""

from datetime import datetime
from decimal import Decimal
from typing import Self

import strawberry
from strawberry import relay

from app.domain.money import decimal_of
from app.domain.purchasing.purchase_order import PurchaseLine as DomainPurchaseLine
from app.domain.purchasing.purchase_order import PurchaseOrder as DomainPurchaseOrder
from app.domain.purchasing.purchase_order import StruckLine as DomainStruckLine
from app.domain.time import Moment, datetime_of
from app.services.paging import DEFAULT_PART_SIZE
from schema.context import Info
from schema.enums.purchasing import PurchaseOrderState
from schema.loading.awaitable_or_value import AwaitableOrValue
from schema.scalars import BigInt
from schema.types.catalog import Item, Location, item_of, location_of
from schema.types.connection import After, Connection, First
from schema.types.document_operations import OPERATIONS, Operations, OperationsFirst, document_operations
from schema.types.purchasing.supplier import Supplier, supplier_of
from schema.types.replenishment.order_reason import OrderReason


@strawberry.type(
    description="One item of a purchase order, in units. Each ordered unit is received, short or outstanding."
)
class PurchaseLine:
    """A line of a purchase order."""

    domain: strawberry.Private[DomainPurchaseLine]
    quantity: int = strawberry.field(description="Units ordered.")
    received: int = strawberry.field(description="Ordered units that arrived, damaged ones included.")
    short: int = strawberry.field(description="Ordered units that will not be delivered.")
    over: int = strawberry.field(description="Overage: units that arrived beyond those ordered.")
    outstanding: int = strawberry.field(
        description="Ordered units not yet received: `planned` at the location while the order is a draft, `incoming` "
        "from then on."
    )
    unit_cost: Decimal | None = strawberry.field(
        description="The cost of one unit, in the installation's currency; null where unknown."
    )

    set_by: str | None = strawberry.field(
        description="The actor who last set the line, with `purchaseOrderCreate` or `purchaseOrderUpdate`; null where "
        "only the server has. The server never changes a line that an actor has set."
    )
    set_at: datetime | None = strawberry.field(description="When `setBy` set it; null where only the server has.")

    @strawberry.field(description="The item.")
    def item(self, info: Info) -> AwaitableOrValue[Item]:
        return item_of(self.domain.sku, info)

    @strawberry.field(description="The cost of the ordered units; null where unknown.")
    def value(self) -> Decimal | None:
        return None if self.domain.unit_cost is None else decimal_of(self.domain.value)

    @strawberry.field(
        description="Why the server ordered automatically, the oldest reason first, the newest 5 at most; empty "
        "where it did not."
    )
    def reasons(self) -> list[OrderReason]:
        return [OrderReason.from_domain(reason) for reason in self.domain.reasons]

    @classmethod
    def from_domain(cls, line: DomainPurchaseLine) -> Self:
        return cls(
            domain=line,
            quantity=line.quantity,
            received=line.received,
            short=line.short,
            over=line.over,
            outstanding=line.outstanding,
            unit_cost=None if line.unit_cost is None else decimal_of(line.unit_cost),
            set_by=line.set_by,
            set_at=_time(line.set_at),
        )


@strawberry.type(description="A line that an actor removed from a draft. The server does not add it again.")
class StruckLine:
    domain: strawberry.Private[DomainStruckLine]
    quantity: int = strawberry.field(description="Its quantity, in units.")
    set_by: str = strawberry.field(description="The actor who removed it.")
    set_at: datetime = strawberry.field(description="When it was removed.")

    @strawberry.field(description="The item.")
    def item(self, info: Info) -> AwaitableOrValue[Item]:
        return item_of(self.domain.sku, info)

    @classmethod
    def from_domain(cls, line: DomainStruckLine) -> Self:
        return cls(domain=line, quantity=line.quantity, set_by=line.set_by, set_at=datetime_of(line.set_at))


@strawberry.type(description="An order from one supplier for delivery to one location.")
class PurchaseOrder(relay.Node):
    """A purchase order."""

    domain: strawberry.Private[DomainPurchaseOrder]
    identity: relay.NodeID[str]
    state: PurchaseOrderState = strawberry.field(description="The state.")
    reference: str | None = strawberry.field(
        description="The caller's document, for example an order number; null without."
    )
    note: str | None = strawberry.field(description="The note of the request that created it; null without.")
    is_automatic: bool = strawberry.field(description="Whether the server created it automatically.")
    version: int = strawberry.field(description="Grows by one with each change. The higher one is the newer.")
    created_at: datetime = strawberry.field(description="When it was created.")
    updated_at: datetime = strawberry.field(description="When it was last changed.")
    submitted_at: datetime | None = strawberry.field(description="When it was submitted to the supplier; null before.")
    confirmed_at: datetime | None = strawberry.field(description="When the supplier confirmed it; null before.")
    expected_at: datetime | None = strawberry.field(description="When delivery is expected; null in a draft.")
    closed_at: datetime | None = strawberry.field(description="When it was received in full or cancelled; null before.")

    @strawberry.field(description="The supplier.")
    def supplier(self, info: Info) -> AwaitableOrValue[Supplier]:
        return supplier_of(self.domain.supplier, info)

    @strawberry.field(description="The location that receives.")
    def location(self, info: Info) -> AwaitableOrValue[Location]:
        return location_of(self.domain.location, info)

    @strawberry.field(description="1 to 1,000 lines, each of another item, in the order given.")
    def lines(self, first: First = DEFAULT_PART_SIZE, after: After = None) -> Connection[PurchaseLine]:
        return Connection.of_all(self.domain.lines, PurchaseLine.from_domain, order="LINE", first=first, after=after)

    @strawberry.field(
        description="Lines that an actor removed from the draft, the oldest first, at most 1,000; not those whose "
        "item was added again."
    )
    def struck_lines(self, first: First = DEFAULT_PART_SIZE, after: After = None) -> Connection[StruckLine]:
        return Connection.of_all(self.domain.struck, StruckLine.from_domain, order="STRUCK", first=first, after=after)

    @strawberry.field(
        description="The actor who last set one of its lines; null where only the server has. A draft that an actor "
        "has edited is no longer automatic: the server adds nothing to it, and does not submit it."
    )
    def set_by(self) -> str | None:
        last = self.domain.set_last
        return None if last is None else last[1]

    @strawberry.field(description="When `setBy` set that line; null where only the server has.")
    def set_at(self) -> datetime | None:
        last = self.domain.set_last
        return None if last is None else datetime_of(last[0])

    @strawberry.field(
        description="The cost of all ordered units, in the installation's currency; those of unknown cost are not "
        "counted."
    )
    def value(self) -> Decimal:
        return decimal_of(self.domain.value)

    @strawberry.field(description="Ordered units of unknown cost, which `value` does not count.")
    def unvalued_units(self) -> BigInt:
        return BigInt(self.domain.unvalued)

    @strawberry.field(description=OPERATIONS)
    async def operations(
        self, info: Info, first: OperationsFirst = DEFAULT_PART_SIZE, after: After = None
    ) -> Operations:
        """Load a page of operations."""
        return await document_operations(self.domain.key, info, first=first, after=after)

    @classmethod
    def from_domain(cls, order: DomainPurchaseOrder) -> Self:
        return cls(
            domain=order,
            identity=order.id,
            state=order.state,
            reference=order.reference,
            note=order.note,
            is_automatic=order.is_automatic,
            version=order.version,
            created_at=datetime_of(order.created_at),
            updated_at=datetime_of(order.changed_at),
            submitted_at=_time(order.submitted_at),
            confirmed_at=_time(order.confirmed_at),
            expected_at=_time(order.expected_at),
            closed_at=_time(order.closed_at),
        )


def _time(moment: Moment | None) -> datetime | None:
    return None if moment is None else datetime_of(moment)
