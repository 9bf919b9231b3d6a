"""Levels, movements and operations."""

from functools import partial

from app.domain.stock.level import LevelKey
from app.services.filters import INDEXED_SORTS, LevelFilter, MovementFilter
from app.services.paging import DEFAULT_PAGE_SIZE
from schema.arguments import After, Code, Descending, First, Input, LevelsWhere, MovementsWhere, OrderBy, Sku
from schema.context import Info
from schema.enums.stock import LevelSort
from schema.inputs.stock import (
    SaleRecordInput,
    StockAdjustInput,
    StockAdjustManyInput,
    StockLevelConfigureInput,
    StockReclassifyInput,
    StockSetInput,
    StockSetManyInput,
    StockWriteOffInput,
)
from schema.payloads.stock import (
    SaleRecordPayload,
    StockAdjustManyPayload,
    StockAdjustPayload,
    StockLevelConfigurePayload,
    StockReclassifyPayload,
    StockSetManyPayload,
    StockSetPayload,
    StockWriteOffPayload,
)
from schema.selections.rows import columns_asked, reads_rows, with_references
from schema.types.connection import Connection
from schema.types.stock.ledger import Movement
from schema.types.stock.level import LEVEL_COLUMNS, StockLevel


async def level(info: Info, sku: Sku, location: Code) -> StockLevel | None:
    """Return one level."""
    found = await info.context.loaders.level_by_key.load(LevelKey(sku, location))
    return None if found is None else StockLevel.from_domain(found)


@reads_rows(LEVEL_COLUMNS)
async def levels(
    info: Info,
    *,
    filter: LevelsWhere = None,
    order_by: OrderBy = LevelSort.SKU,
    descending: Descending = False,
    first: First = DEFAULT_PAGE_SIZE,
    after: After = None,
) -> Connection[StockLevel]:
    """Return a page of levels."""
    stock = info.context.services.stock
    where = filter.to_domain() if filter else LevelFilter()
    counter = partial(stock.count_levels, where)
    indexed = None if descending else INDEXED_SORTS.get(order_by)
    if indexed and (asked := columns_asked(info)):
        read = await stock.level_rows(where, order=indexed, first=first, after=after, attributes=asked.attributes)
        rows = await with_references(read.nodes, asked, info)
        if rows is not None:
            return Connection.of_rows(read, rows, counter=counter, after=after)
    page = await stock.sorted_levels(where, sort=order_by, descending=descending, first=first, after=after)
    return Connection.of(page, StockLevel.from_domain, counter=counter, after=after)


async def movements(
    info: Info,
    filter: MovementsWhere = None,
    first: First = DEFAULT_PAGE_SIZE,
    after: After = None,
) -> Connection[Movement]:
    """Return a page of movements, the newest first."""
    stock = info.context.services.stock
    where = filter.to_domain() if filter else MovementFilter()
    page = await stock.movements(where, first=first, after=after)
    return Connection.of(page, Movement.from_domain, counter=partial(stock.count_movements, where), after=after)


async def adjust(info: Info, input: Input[StockAdjustInput]) -> StockAdjustPayload:
    """Add or remove units at one level."""
    outcome = await info.context.services.stock.adjust(
        LevelKey(input.sku, input.location),
        delta=input.delta,
        reason=input.reason,
        confirm_oversell=input.confirm_oversell,
        request=input.request(info.context.principal),
    )
    return StockAdjustPayload.from_outcome(outcome)


async def set_(info: Info, input: Input[StockSetInput]) -> StockSetPayload:
    """Set the units on hand of one level."""
    outcome = await info.context.services.stock.set(
        LevelKey(input.sku, input.location),
        quantity=input.quantity,
        reason=input.reason,
        expected_on_hand=input.expected_on_hand,
        expected_version=input.expected_version,
        is_forced=input.force,
        request=input.request(info.context.principal),
    )
    return StockSetPayload.from_outcome(outcome)


async def adjust_many(info: Info, input: Input[StockAdjustManyInput]) -> StockAdjustManyPayload:
    """Add or remove units at many levels."""
    outcome = await info.context.services.stock.adjust_many(
        input.adjustments(),
        is_atomic=input.atomic,
        confirm_oversell=input.confirm_oversell,
        request=input.request(info.context.principal),
    )
    return StockAdjustManyPayload.from_outcome(outcome)


async def set_many(info: Info, input: Input[StockSetManyInput]) -> StockSetManyPayload:
    """Set the units on hand of many levels."""
    outcome = await info.context.services.stock.set_many(
        input.settings(), is_atomic=input.atomic, request=input.request(info.context.principal)
    )
    return StockSetManyPayload.from_outcome(outcome)


async def record_sale(info: Info, input: Input[SaleRecordInput]) -> SaleRecordPayload:
    """Record a sale."""
    outcome = await info.context.services.stock.record_sale(
        input.location,
        input.sale_lines(),
        channel=input.channel,
        confirm_oversell=input.confirm_oversell,
        return_of=input.return_of,
        request=input.request(info.context.principal),
    )
    return SaleRecordPayload.from_outcome(outcome)


async def reclassify(info: Info, input: Input[StockReclassifyInput]) -> StockReclassifyPayload:
    """Reclassify units between available and the reasons of being unavailable."""
    outcome = await info.context.services.stock.reclassify(
        LevelKey(input.sku, input.location),
        quantity=input.quantity,
        source=input.source,
        target=input.target,
        request=input.request(info.context.principal),
    )
    return StockReclassifyPayload.from_outcome(outcome)


async def write_off(info: Info, input: Input[StockWriteOffInput]) -> StockWriteOffPayload:
    """Write off unavailable units."""
    outcome = await info.context.services.stock.write_off(
        LevelKey(input.sku, input.location),
        quantity=input.quantity,
        reason=input.reason,
        request=input.request(info.context.principal),
    )
    return StockWriteOffPayload.from_outcome(outcome)


async def configure(info: Info, input: Input[StockLevelConfigureInput]) -> StockLevelConfigurePayload:
    """Set the policy and the backorder limit of one level."""
    outcome = await info.context.services.stock.configure(
        LevelKey(input.sku, input.location),
        settings=input.settings(),
        backorder_limit=input.backorder_limit,
        request=input.request(info.context.principal),
    )
    return StockLevelConfigurePayload.from_outcome(outcome)
