"""Sums up levels in memory, computed by the domain alone."""

from collections.abc import Iterable, Mapping

from app.domain.catalog.catalog import Item
from app.domain.stock.level import Level
from app.domain.stock.summary import InventorySummary, StockTotals, SummaryLine, SummaryTally
from app.domain.time import Moment


def summary_of(levels: Iterable[Level], *, items: Mapping[str, Item], as_of: Moment) -> InventorySummary:
    """Return the sums over the levels, with the categories and costs of their items."""
    tally = SummaryTally()
    for level in levels:
        item = items[level.key.sku]
        totals = StockTotals.of(level, unit_cost=item.unit_cost)
        tally.add(SummaryLine(level.key.location, item.category, totals))
    return tally.summary(as_of=as_of)
