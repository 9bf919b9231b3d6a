"""Items and locations."""

from functools import partial
from typing import Annotated

import strawberry

from app.services.filters import ItemFilter, LocationFilter
from app.services.paging import DEFAULT_PAGE_SIZE
from schema.arguments import After, BarcodeText, Code, First, Input, ItemOrderBy, ItemsWhere, LocationsWhere, Sku
from schema.context import Info
from schema.enums.catalog import ItemOrder, LabelKind
from schema.inputs.catalog import (
    ItemArchiveInput,
    ItemsUpsertManyInput,
    ItemUpsertInput,
    LocationArchiveInput,
    LocationUpsertInput,
)
from schema.inputs.given import given
from schema.payloads.catalog import ItemPayload, ItemsUpsertManyPayload, LocationPayload
from schema.selections.rows import columns_asked, reads_rows
from schema.types.catalog import ITEM_COLUMNS, Item, ItemLabel, Location
from schema.types.connection import Connection


async def item(info: Info, sku: Sku) -> Item | None:
    """Return one item."""
    found = await info.context.loaders.item_by_sku.load(sku)
    return None if found is None else Item.from_domain(found)


async def item_by_barcode(info: Info, barcode: BarcodeText) -> Item | None:
    """Return the item that a barcode identifies."""
    found = await info.context.services.catalog.item_by_barcode(barcode)
    return None if found is None else Item.from_domain(found)


async def labels(
    info: Info,
    kind: Annotated[LabelKind, strawberry.argument(description="Whether categories or tags.")],
    beginning: Annotated[
        str | None, strawberry.argument(description="Only those that begin like this; upper and lower case are alike.")
    ] = None,
) -> list[ItemLabel]:
    """Return labels in use."""
    found = await info.context.services.catalog.labels(kind, beginning=beginning or "")
    return [ItemLabel(name=label) for label in found]


@reads_rows(ITEM_COLUMNS)
async def items(
    info: Info,
    filter: ItemsWhere = None,
    order_by: ItemOrderBy = ItemOrder.SKU,
    first: First = DEFAULT_PAGE_SIZE,
    after: After = None,
) -> Connection[Item]:
    """Return a page of items."""
    catalog = info.context.services.catalog
    where = filter.to_domain() if filter else ItemFilter()
    counter = partial(catalog.count_items, where)
    if asked := columns_asked(info):
        rows = await catalog.item_rows(where, order=order_by, first=first, after=after, attributes=asked.attributes)
        return Connection.of_rows(rows, rows.nodes, counter=counter, after=after)
    page = await catalog.page_of_items(where, order=order_by, first=first, after=after)
    return Connection.of(page, Item.from_domain, counter=counter, after=after)


async def location(info: Info, code: Code) -> Location | None:
    """Return one location."""
    found = await info.context.loaders.location_by_code.load(code)
    return None if found is None else Location.from_domain(found)


async def locations(
    info: Info, filter: LocationsWhere = None, first: First = DEFAULT_PAGE_SIZE, after: After = None
) -> Connection[Location]:
    """Return a page of locations."""
    catalog = info.context.services.catalog
    where = filter.to_domain() if filter else LocationFilter()
    page = await catalog.page_of_locations(where, first=first, after=after)
    return Connection.of(page, Location.from_domain, counter=partial(catalog.count_locations, where), after=after)


async def upsert_item(info: Info, input: Input[ItemUpsertInput]) -> ItemPayload:
    """Create an item, or update the fields that are given."""
    catalog, change = info.context.services.catalog, input.change()
    outcome = await catalog.change_item(change, request=input.request(info.context.principal))
    [warnings] = await catalog.item_warnings([change])
    return ItemPayload.of(outcome, await item(info, input.sku), warnings=warnings)


async def upsert_items(info: Info, input: Input[ItemsUpsertManyInput]) -> ItemsUpsertManyPayload:
    """Create many items, or update the fields that are given."""
    catalog, changes = info.context.services.catalog, input.changes()
    outcome = await catalog.upsert_items(changes, is_atomic=input.atomic, request=input.request(info.context.principal))
    return ItemsUpsertManyPayload.of(outcome, [change.sku for change in changes], await catalog.item_warnings(changes))


async def archive_item(info: Info, input: Input[ItemArchiveInput]) -> ItemPayload:
    """Archive an item, or restore it."""
    outcome = await info.context.services.catalog.archive_item(
        input.sku,
        is_archived=input.is_archived,
        winds_down=input.wind_down,
        request=input.request(info.context.principal),
    )
    catalog, scopes = info.context.services.catalog, info.context.principal.scopes
    found = await catalog.open_work_of_item(input.sku, scopes=scopes) if input.is_archived else ()
    return ItemPayload.of(outcome, await item(info, input.sku), open_work=found)


async def upsert_location(info: Info, input: Input[LocationUpsertInput]) -> LocationPayload:
    """Create a location, or update the fields that are given."""
    outcome = await info.context.services.catalog.upsert_location(
        input.code,
        name=given(input.name),
        kind=given(input.kind),
        priority=given(input.priority),
        oversell_policy=given(input.oversell_policy),
        request=input.request(info.context.principal),
    )
    warnings = await info.context.services.catalog.location_warnings(input.code)
    return LocationPayload.of(outcome, await location(info, input.code), warnings=warnings)


async def archive_location(info: Info, input: Input[LocationArchiveInput]) -> LocationPayload:
    """Archive a location, or restore it."""
    outcome = await info.context.services.catalog.archive_location(
        input.code,
        is_archived=input.is_archived,
        winds_down=input.wind_down,
        request=input.request(info.context.principal),
    )
    catalog, scopes = info.context.services.catalog, info.context.principal.scopes
    found = await catalog.open_work_of_location(input.code, scopes=scopes) if input.is_archived else ()
    return LocationPayload.of(outcome, await location(info, input.code), open_work=found)
