"""Items and locations, and references to them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Final, Self

import strawberry
from strawberry import relay

from app.domain.catalog.catalog import Item as DomainItem
from app.domain.catalog.catalog import Location as DomainLocation
from app.domain.money import decimal_of
from app.domain.time import datetime_of
from app.services.paging import DEFAULT_PART_SIZE
from schema.context import Info
from schema.enums.catalog import LocationKind, OversellPolicy
from schema.loading.awaitable_or_value import AwaitableOrValue
from schema.selections.rows import Column, Columns, Reference
from schema.types.reference import asks_only_for

if TYPE_CHECKING:
    from schema.types.purchasing.supplier import SupplierItem

from schema.types.connection import After, Connection, First


@strawberry.type(description="A category or a tag that items have.")
class ItemLabel:
    """A label."""

    name: str = strawberry.field(description="The label, as its first item by SKU spells it.")


@strawberry.type(description="A product that is stocked.")
class Item(relay.Node):
    """An item."""

    sku: str = strawberry.field(description="Its SKU: 1 to 64 printable characters, case-sensitive.")
    name: str = strawberry.field(description="Its name.")
    category: str | None = strawberry.field(description="Its category; null where it has none.")
    tags: list[str] = strawberry.field(description="Its tags, in the order given.")
    barcodes: list[str] = strawberry.field(description="The barcodes that identify it, in the order given.")
    unit_cost: Decimal | None = strawberry.field(
        description="The unit cost in the installation's currency: the last value set, with receipts of purchase "
        "orders since then averaged in (moving average cost). Null where unknown."
    )
    reorder_point: int = strawberry.field(
        description="In units: the reorder point of its levels, unless they have one of their own or a policy of the "
        "item sets one; 0 where more general policies apply."
    )
    backorder_limit: int = strawberry.field(
        description="The backorder limit of new levels of the item, in units. Changing it changes no existing level."
    )
    is_archived: bool = strawberry.field(
        description="Whether it is archived: no new sales, orders, transfers or counts, and no unit is available. "
        "Open work may be completed."
    )
    version: int = strawberry.field(
        description="Grows by one with each change: 1 for a new item. Movements of its levels do not change it; a "
        "receipt that changes its unit cost does."
    )
    created_at: datetime = strawberry.field(description="When it was first recorded.")
    updated_at: datetime = strawberry.field(description="When it was last changed.")

    @strawberry.field(description="The offers of suppliers, archived ones included, by the supplier's code.")
    async def offers(
        self, info: Info, first: First = DEFAULT_PART_SIZE, after: After = None
    ) -> Connection[Annotated["SupplierItem", strawberry.lazy("schema.types.purchasing.supplier")]]:
        """Load the offers of all items of a list at once."""
        from schema.types.purchasing.supplier import SupplierItem  # noqa: PLC0415 - offers refer to items

        offers = await info.context.loaders.offers_by_sku.load(self.sku)
        return Connection.of_all(offers, SupplierItem.from_domain, order="OFFER", first=first, after=after)

    @classmethod
    def resolve_id_attr(cls) -> str:
        """Name the field that the global id is made of."""
        return "sku"

    @classmethod
    def bare(cls, sku: str) -> Self:
        """Return an item of which nothing but the SKU is known."""
        item = cls.__new__(cls)
        item.sku = sku
        return item

    @classmethod
    def from_domain(cls, item: DomainItem) -> Self:
        return cls(
            sku=item.sku,
            name=item.name,
            category=item.category,
            tags=list(item.tags),
            barcodes=list(item.barcodes),
            unit_cost=None if item.unit_cost is None else decimal_of(item.unit_cost),
            reorder_point=item.reorder_point,
            backorder_limit=item.backorder_limit,
            is_archived=item.is_archived,
            version=item.version,
            created_at=datetime_of(item.created_at),
            updated_at=datetime_of(item.updated_at),
        )


@strawberry.type(description="A place that holds stock.")
class Location(relay.Node):
    """A location."""

    code: str = strawberry.field(
        description="Its code: 1 to 32 letters, digits, dots, dashes or underscores, case-sensitive."
    )
    name: str = strawberry.field(description="Its name.")
    kind: LocationKind = strawberry.field(description="The kind of place.")
    priority: int = strawberry.field(
        description="Its sourcing priority for orders that name no location: the lowest first."
    )
    oversell_policy: OversellPolicy = strawberry.field(
        description="How a `saleRecord` of more than is recorded is treated."
    )
    is_archived: bool = strawberry.field(
        description="Whether it is archived: no new sales, orders, transfers or counts, and no unit is available. "
        "Open work may be completed."
    )
    created_at: datetime = strawberry.field(description="When it was first recorded.")
    updated_at: datetime = strawberry.field(description="When it was last changed.")

    @classmethod
    def resolve_id_attr(cls) -> str:
        """Name the field that the global id is made of."""
        return "code"

    @classmethod
    def bare(cls, code: str) -> Self:
        """Return a location of which nothing but the code is known."""
        location = cls.__new__(cls)
        location.code = code
        return location

    @classmethod
    def from_domain(cls, location: DomainLocation) -> Self:
        return cls(
            code=location.code,
            name=location.name,
            kind=location.kind,
            priority=location.priority,
            oversell_policy=location.oversell_policy,
            is_archived=location.is_archived,
            created_at=datetime_of(location.created_at),
            updated_at=datetime_of(location.updated_at),
        )


def item_of(sku: str, info: Info) -> AwaitableOrValue[Item]:
    """Return the item that a row refers to; without a read where only its SKU is selected."""
    return Item.bare(sku) if asks_only_for(info, _ITEM_KEY) else _loaded_item(sku, info)


def location_of(code: str, info: Info) -> AwaitableOrValue[Location]:
    """Return the location that a row refers to; without a read where only its code is selected."""
    return Location.bare(code) if asks_only_for(info, _LOCATION_KEY) else _loaded_location(code, info)


_ITEM_KEY = frozenset({"id", "sku", "__typename"})
_LOCATION_KEY = frozenset({"id", "code", "__typename"})


async def items_by_sku(skus: Iterable[str], info: Info) -> Mapping[str, Item]:
    """Load the items that rows refer to; those that do not exist are left out."""
    found = await info.context.loaders.referred_item_by_sku.load_many(list(skus))
    return {item.sku: Item.from_domain(item) for item in found if item is not None}


async def locations_by_code(codes: Iterable[str], info: Info) -> Mapping[str, Location]:
    """Load the locations that rows refer to; those that do not exist are left out."""
    found = await info.context.loaders.referred_location_by_code.load_many(list(codes))
    return {location.code: Location.from_domain(location) for location in found if location is not None}


ITEM_OF_LEVEL: Final = Reference("key.sku", _ITEM_KEY, Item.bare, items_by_sku)
LOCATION_OF_LEVEL: Final = Reference("key.location", _LOCATION_KEY, Location.bare, locations_by_code)


async def _loaded_item(sku: str, info: Info) -> Item:
    item = await info.context.loaders.referred_item_by_sku.load(sku)
    assert item is not None, f"a level of the unknown item {sku}"
    return Item.from_domain(item)


async def _loaded_location(code: str, info: Info) -> Location:
    location = await info.context.loaders.referred_location_by_code.load(code)
    assert location is not None, f"a level at the unknown location {code}"
    return Location.from_domain(location)


# The fields of an item in rows; what is not here needs the whole item.
ITEM_COLUMNS: Final[Columns] = {
    **{
        name: Column(name)
        for name in ("sku", "name", "category", "reorder_point", "backorder_limit", "is_archived", "version")
    },
    "id": Column("sku"),
    "tags": Column("tags", list),
    "barcodes": Column("barcodes", list),
    "unit_cost": Column("unit_cost", lambda cost: None if cost is None else decimal_of(cost)),
    "created_at": Column("created_at", datetime_of),
    "updated_at": Column("updated_at", datetime_of),
}
