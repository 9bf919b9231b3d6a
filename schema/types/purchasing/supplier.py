"""Suppliers and their offers."""

from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Annotated, Self

import strawberry
from strawberry import relay

from app.domain.money import Money, decimal_of
from app.domain.purchasing.lead_times import MAX_MEASURED_ORDERS, LeadTimes
from app.domain.purchasing.supplier import Supplier as DomainSupplier
from app.domain.purchasing.supplier import SupplierItem as DomainSupplierItem
from app.domain.time import datetime_of
from app.services.paging import DEFAULT_PAGE_SIZE
from app.services.purchasing.filters import OfferFilter
from schema.context import Info
from schema.loading.awaitable_or_value import AwaitableOrValue
from schema.types.catalog import Item, item_of
from schema.types.connection import Connection
from schema.types.reference import asks_only_for

First = Annotated[int, strawberry.argument(description="The most entries to return, 0 to 250.")]
After = Annotated[str | None, strawberry.argument(description="Return the entries after this cursor.")]

_SUPPLIER_KEY = frozenset({"id", "code", "__typename"})


@strawberry.type(
    description="How long a supplier took, in days of 24 hours, from the submission of an order to its end: when its "
    "last unit arrived, or the rest was given up."
)
class SupplierLeadTimes:
    """Measured lead times."""

    orders: int = strawberry.field(description="Received orders that were measured.")
    mean_days: float | None = strawberry.field(description="The mean; null without an order.")
    fastest_days: float | None = strawberry.field(description="The fastest order; null without one.")
    slowest_days: float | None = strawberry.field(description="The slowest order; null without one.")
    mean_promised_days: float | None = strawberry.field(
        description="The mean time to the dates on which they were expected, as last confirmed; null without such "
        "dates."
    )
    on_time_share: float | None = strawberry.field(
        description="The share of orders that ended on the day on which they were expected or before, in UTC, 0 to 1; "
        "null without such dates."
    )

    @classmethod
    def from_domain(cls, found: LeadTimes) -> Self:
        return cls(
            orders=found.orders,
            mean_days=found.mean_days,
            fastest_days=found.fastest_days,
            slowest_days=found.slowest_days,
            mean_promised_days=found.mean_promised_days,
            on_time_share=found.on_time_share,
        )


@strawberry.type(description="The terms on which a supplier sells one item.")
class SupplierItem(relay.Node):
    """An offer."""

    domain: strawberry.Private[DomainSupplierItem]
    identity: relay.NodeID[str]
    supplier_sku: str | None = strawberry.field(description="The supplier's own code of the item; null without.")
    unit_cost: Decimal | None = strawberry.field(
        description="The cost of one unit, in the installation's currency; null where unknown."
    )
    minimum_quantity: int = strawberry.field(description="The minimum order quantity, in units.")
    pack_size: int = strawberry.field(description="Units per pack; only whole packs are ordered.")
    lead_time_days: int | None = strawberry.field(description="Lead time in days; null for that of the supplier.")
    is_preferred: bool = strawberry.field(
        description="Whether it is preferred to other suppliers' offers, whatever those cost."
    )
    is_removed: bool = strawberry.field(description="Whether the supplier has stopped offering the item.")
    version: int = strawberry.field(description="Grows by one with each change. The higher one is the newer.")
    created_at: datetime = strawberry.field(description="When it was first recorded.")
    updated_at: datetime = strawberry.field(description="When it was last changed.")

    @strawberry.field(description="The supplier.")
    def supplier(self, info: Info) -> AwaitableOrValue["Supplier"]:
        return supplier_of(self.domain.supplier, info)

    @strawberry.field(description="The item.")
    def item(self, info: Info) -> AwaitableOrValue[Item]:
        return item_of(self.domain.sku, info)

    @classmethod
    def from_domain(cls, offer: DomainSupplierItem) -> Self:
        return cls(
            domain=offer,
            identity=offer.id,
            supplier_sku=offer.supplier_sku,
            unit_cost=_amount(offer.unit_cost),
            minimum_quantity=offer.minimum_quantity,
            pack_size=offer.pack_size,
            lead_time_days=offer.lead_time_days,
            is_preferred=offer.is_preferred,
            is_removed=offer.is_removed,
            version=offer.version,
            created_at=datetime_of(offer.created_at),
            updated_at=datetime_of(offer.changed_at),
        )


@strawberry.type(description="A vendor that items are ordered from.")
class Supplier(relay.Node):
    """A supplier."""

    code: str = strawberry.field(
        description="Its code: 1 to 32 letters, digits, dots, dashes or underscores, case-sensitive."
    )
    name: str = strawberry.field(description="Its name.")
    email: str | None = strawberry.field(description="The e-mail address for orders; null without.")
    lead_time_days: int = strawberry.field(description="Lead time in days, of offers that have none of their own.")
    ordering_cost: Decimal | None = strawberry.field(
        description="The fixed cost of placing one order, in the installation's currency; null where unknown."
    )
    minimum_order_value: Decimal | None = strawberry.field(
        description="The minimum value of an order, in the installation's currency; null for none."
    )
    auto_submit: bool = strawberry.field(description="Whether automatic orders are submitted without approval.")
    is_archived: bool = strawberry.field(description="Whether it is archived: no more orders.")
    version: int = strawberry.field(description="Grows by one with each change. The higher one is the newer.")
    created_at: datetime = strawberry.field(description="When it was first recorded.")
    updated_at: datetime = strawberry.field(description="When it was last changed.")

    @strawberry.field(description="Its offers, by SKU.")
    async def items(
        self, info: Info, first: First = DEFAULT_PAGE_SIZE, after: After = None
    ) -> Connection[SupplierItem]:
        """Load a page of offers."""
        suppliers, where = info.context.services.suppliers, OfferFilter(supplier=self.code)
        async with info.context.reads:
            page = await suppliers.page_of_offers(where, first=first, after=after)
        return Connection.of(
            page,
            SupplierItem.from_domain,
            counter=partial(suppliers.count_offers, where),
            after=after,
        )

    @strawberry.field(
        description=f"How long it really took, measured on its newest received orders, {MAX_MEASURED_ORDERS} at most; "
        "`leadTimeDays` is what is planned with."
    )
    async def lead_times(self, info: Info) -> SupplierLeadTimes:
        """Measure."""
        async with info.context.reads:
            return SupplierLeadTimes.from_domain(await info.context.services.purchase_orders.lead_times(self.code))

    @classmethod
    def resolve_id_attr(cls) -> str:
        """Name the field that the global id is made of."""
        return "code"

    @classmethod
    def bare(cls, code: str) -> Self:
        """Return a supplier of which nothing but the code is known."""
        supplier = cls.__new__(cls)
        supplier.code = code
        return supplier

    @classmethod
    def from_domain(cls, supplier: DomainSupplier) -> Self:
        return cls(
            code=supplier.code,
            name=supplier.name,
            email=supplier.email,
            lead_time_days=supplier.lead_time_days,
            ordering_cost=_amount(supplier.ordering_cost),
            minimum_order_value=_amount(supplier.minimum_order_value),
            auto_submit=supplier.auto_submit,
            is_archived=supplier.is_archived,
            version=supplier.version,
            created_at=datetime_of(supplier.created_at),
            updated_at=datetime_of(supplier.changed_at),
        )


def supplier_of(code: str, info: Info) -> AwaitableOrValue[Supplier]:
    """Return the supplier that a row refers to; without a read where only its code is selected."""
    return Supplier.bare(code) if asks_only_for(info, _SUPPLIER_KEY) else _loaded_supplier(code, info)


async def _loaded_supplier(code: str, info: Info) -> Supplier:
    supplier = await info.context.loaders.document(DomainSupplier, code)
    assert supplier is not None, f"a reference to the unknown supplier {code}"
    return Supplier.from_domain(supplier)


def _amount(money: Money | None) -> Decimal | None:
    return None if money is None else decimal_of(money)
