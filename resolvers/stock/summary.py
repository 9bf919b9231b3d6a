"""Sums over levels."""

from typing import Annotated

import strawberry

from app.services.filters import LevelFilter
from schema.context import Info
from schema.inputs.filters import StockLevelFilterInput
from schema.types.stock.summary import InventorySummary

SummarizedWhere = Annotated[
    StockLevelFilterInput | None,
    strawberry.argument(description="The levels that are summed up; all of them where left out."),
]


async def inventory(info: Info, filter: SummarizedWhere = None) -> InventorySummary:
    """Return the sums over the levels that match."""
    where = filter.to_domain() if filter else LevelFilter()
    return InventorySummary.from_domain(await info.context.services.summaries.summary(where))
