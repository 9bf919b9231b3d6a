"""Cycle counting: the levels that are due."""

from datetime import datetime
from decimal import Decimal
from typing import Self

import strawberry

from app.domain.money import decimal_of
from app.domain.time import datetime_of
from app.services.counting.cycle_counts import DueCount
from schema.context import Info
from schema.enums.counting import CountDueReason
from schema.enums.insight import AbcClass
from schema.loading.awaitable_or_value import AwaitableOrValue
from schema.types.catalog import Item, item_of
from schema.types.stock.level import StockLevel


@strawberry.type(description="A level that is due for a cycle count.")
class CountDue:
    sku: strawberry.Private[str]
    level: StockLevel = strawberry.field(description="The level.")
    reason: CountDueReason = strawberry.field(description="Why it is due.")
    abc_class: AbcClass = strawberry.field(description="The ABC class of the item at the location.")
    last_counted_at: datetime | None = strawberry.field(
        description="When it was last counted; null where it never was."
    )
    due_at: datetime | None = strawberry.field(
        description="Since when it is due; null where it was never counted, and so always due. Of an OVERSOLD level, "
        "when it last changed."
    )
    value: Decimal = strawberry.field(
        description="Net sales of the item at the location within 90 days, at unit cost; 0 where the cost is unknown."
    )

    @strawberry.field(description="The item.")
    def item(self, info: Info) -> AwaitableOrValue[Item]:
        return item_of(self.sku, info)

    @classmethod
    def from_domain(cls, due: DueCount) -> Self:
        counted_at = due.level.counted_at
        return cls(
            sku=due.level.key.sku,
            level=StockLevel.from_domain(due.level),
            reason=due.reason,
            abc_class=due.abc_class,
            last_counted_at=datetime_of(counted_at) if counted_at else None,
            due_at=datetime_of(due.due_at) if due.due_at else None,
            value=decimal_of(due.value),
        )
