"""What is to be counted next, as clients see it."""

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
from schema.types.catalog import Item, item_of
from schema.types.stock.level import StockLevel


@strawberry.type(description="A level that is to be counted.")
class CountDue:
    """See DueCount."""

    sku: strawberry.Private[str]
    level: StockLevel = strawberry.field(description="The level.")
    reason: CountDueReason = strawberry.field(description="Why it is to be counted.")
    abc_class: AbcClass = strawberry.field(description="How much the item matters at the location.")
    last_counted_at: datetime | None = strawberry.field(
        description="When people counted it last; null where they never did."
    )
    due_at: datetime | None = strawberry.field(
        description="When it was to be counted; null where it never was, so that it has been due ever since. Where "
        "more was sold than the record had, when the level last changed."
    )
    value: Decimal = strawberry.field(
        description="What was sold of it at the location within 90 days, less what came back, at unit cost; 0 where "
        "that is not known."
    )

    @strawberry.field(description="What is to be counted.")
    def item(self, info: Info) -> Item:
        """Refer to the item."""
        return item_of(self.sku, info)

    @classmethod
    def from_domain(cls, due: DueCount) -> Self:
        """Convert."""
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
