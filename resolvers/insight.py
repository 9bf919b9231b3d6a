"""Insight into levels."""

from functools import partial

from app.domain.insight.ranking import InsightOrder
from app.domain.insight.window import SALES_DAYS
from app.services.insight.filters import InsightFilter
from app.services.paging import DEFAULT_PAGE_SIZE
from schema.arguments import After, First, InsightDays, InsightOrderBy, InsightsWhere
from schema.context import Info
from schema.types.connection import Connection
from schema.types.insight import AbcClassTotals, InventoryInsight


async def insights(
    info: Info,
    *,
    filter: InsightsWhere = None,
    days: InsightDays = SALES_DAYS,
    order_by: InsightOrderBy = InsightOrder.SKU,
    first: First = DEFAULT_PAGE_SIZE,
    after: After = None,
) -> Connection[InventoryInsight]:
    """Return a page of insight."""
    service = info.context.services.insights
    where = filter.to_insight() if filter else InsightFilter()
    page = await service.page(where, days=days, order=order_by, first=first, after=after)
    return Connection.of(
        page, InventoryInsight.from_domain, counter=partial(service.count, where, days=days), after=after
    )


async def class_totals(
    info: Info, *, filter: InsightsWhere = None, days: InsightDays = SALES_DAYS
) -> list[AbcClassTotals]:
    """Return the sums of each class."""
    where = filter.to_insight() if filter else InsightFilter()
    totals = await info.context.services.insights.class_totals(where, days=days)
    return [AbcClassTotals.from_domain(abc_class, of_it) for abc_class, of_it in sorted(totals.items())]
