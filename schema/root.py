"""The table of contents of the API. Who reads only this file knows what it can do."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from typing import Any, TypeVar

import strawberry
from strawberry import relay
from strawberry.schema.config import StrawberryConfig

from app.services.paging import MAX_PAGE_SIZE
from resolvers import by_id, catalog, live, stock
from schema.errors import USER_ERRORS
from schema.extensions.user_errors import UserErrors
from schema.payloads.catalog import ItemPayload, LocationPayload
from schema.payloads.payload import Payload
from schema.payloads.stock import SaleRecordPayload, StockAdjustManyPayload, StockPayload
from schema.scalars import DateTime
from schema.types.catalog import Item, Location
from schema.types.connection import Connection
from schema.types.events import MovementEvent, StockLevelEvent
from schema.types.ledger import Movement, Operation
from schema.types.level import StockLevel

P = TypeVar("P", bound=Payload)


def _query(resolver: Callable[..., Any], description: str) -> Any:
    return strawberry.field(resolver=resolver, description=description)


def _mutation(resolver: Callable[..., Awaitable[P]], payload: type[P], description: str) -> Any:
    return strawberry.mutation(resolver=resolver, extensions=[UserErrors(payload)], description=description)


def _subscription(resolver: Callable[..., AsyncIterator[Any]], description: str) -> Any:
    return strawberry.subscription(resolver=resolver, description=description)


@strawberry.type(description="Everything that can be read. What does not exist is null.")
class Query:
    """Reads."""

    node: relay.Node | None = _query(by_id.node, "Anything by its global id.")
    nodes: list[relay.Node | None] = _query(by_id.nodes, "Things by their global ids, in that order; at most 250.")
    item: Item | None = _query(catalog.item, "One item by its SKU.")
    item_by_barcode: Item | None = _query(catalog.item_by_barcode, "The item that a barcode stands for.")
    items: Connection[Item] = _query(catalog.items, "Items, ordered by SKU.")
    location: Location | None = _query(catalog.location, "One location by its code.")
    locations: Connection[Location] = _query(catalog.locations, "Locations, ordered by code.")
    stock_level: StockLevel | None = _query(stock.level, "The count of one item at one location.")
    stock_levels: Connection[StockLevel] = _query(stock.levels, "Counts of items at locations.")
    movements: Connection[Movement] = _query(stock.movements, "The ledger, the newest line first.")
    operation: Operation | None = _query(by_id.operation, "One recorded request by its global id.")


@strawberry.type(description="Everything that changes something. Each call is safe to repeat with its idempotency key.")
class Mutation:
    """Changes."""

    item_upsert: ItemPayload = _mutation(
        catalog.upsert_item, ItemPayload, "Create an item, or change what is given of it."
    )
    item_archive: ItemPayload = _mutation(
        catalog.archive_item, ItemPayload, "Close an item to stock changes, or open it again."
    )
    location_upsert: LocationPayload = _mutation(
        catalog.upsert_location, LocationPayload, "Create a location, or change what is given of it."
    )
    location_archive: LocationPayload = _mutation(
        catalog.archive_location, LocationPayload, "Close a location to stock changes, or open it again."
    )
    stock_adjust: StockPayload = _mutation(
        stock.adjust, StockPayload, "Add units to a level, or remove them; never more than are available."
    )
    stock_set: StockPayload = _mutation(
        stock.set_, StockPayload, "Set the units on hand of a level, if it is still what you believe it is."
    )
    stock_adjust_many: StockAdjustManyPayload = _mutation(
        stock.adjust_many, StockAdjustManyPayload, "Add or remove units at up to 1,000 levels."
    )
    stock_level_configure: StockPayload = _mutation(
        stock.configure, StockPayload, "Set the reorder point or the backorder limit of a level."
    )
    sale_record: SaleRecordPayload = _mutation(
        stock.record_sale, SaleRecordPayload, "Record a receipt or an invoice: all lines, or none."
    )


@strawberry.type(description="Everything that can be watched, over a websocket.")
class Subscription:
    """Feeds."""

    stock_levels: StockLevelEvent = _subscription(
        live.stock_levels,
        "The levels as they are now, then each change. Nothing is missed: the last event of a level is its state.",
    )
    movements: MovementEvent = _subscription(
        live.movements,
        "Each line of the ledger once, in order per level. With the cursor of an event it goes on after that event.",
    )


def build_schema(*, is_sorted: bool = False) -> strawberry.Schema:
    """Return the schema. Only to be printed may it be sorted: sorting loses how Strawberry reads enums from inputs."""
    return strawberry.Schema(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        types=USER_ERRORS,
        config=StrawberryConfig(
            sort_schema=is_sorted, relay_max_results=MAX_PAGE_SIZE, scalar_map={datetime: DateTime}
        ),
    )


schema = build_schema()
