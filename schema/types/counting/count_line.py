"""The lines of counts. Rule: a blind count hides the recorded quantities while it is open."""

from datetime import datetime
from decimal import Decimal
from typing import Self

import strawberry

from app.domain.counting.count_line import CountEntry as DomainCountEntry
from app.domain.counting.count_line import CountLine as DomainCountLine
from app.domain.money import decimal_of
from app.domain.time import datetime_of
from schema.context import Info
from schema.loading.awaitable_or_value import AwaitableOrValue
from schema.types.catalog import Item, item_of
from schema.types.stock.ledger import Movement

BLIND = "Null while a blind count is open."


@strawberry.type(description="One count of an item by a person.")
class CountEntry:
    """An entry of a line."""

    counted_by: str = strawberry.field(description="The person who counted, as the request says.")
    recorded_by: str | None = strawberry.field(
        description="The actor who recorded it; null where an older version of the server has recorded it."
    )
    counted_at: datetime = strawberry.field(description="When it was counted.")
    quantity: int = strawberry.field(description="Units found.")
    expected: int | None = strawberry.field(description=f"Units on record at that moment. {BLIND}")
    starts_over: bool = strawberry.field(description="Whether it replaces the earlier entries of the item.")

    @classmethod
    def from_domain(cls, entry: DomainCountEntry, *, is_secret: bool) -> Self:
        return cls(
            counted_by=entry.counted_by,
            recorded_by=entry.recorded_by,
            counted_at=datetime_of(entry.counted_at),
            quantity=entry.quantity,
            expected=None if is_secret else entry.expected,
            starts_over=entry.starts_over,
        )


@strawberry.type(description="One item of a count, in units.")
class CountLine:
    """A line of a count."""

    domain: strawberry.Private[DomainCountLine]
    is_secret: strawberry.Private[bool]
    counted: int = strawberry.field(
        description="Units counted: the last entry, or the sum of all, by the mode of the count."
    )
    expected: int | None = strawberry.field(description=f"Units on record when the item was last counted. {BLIND}")
    variance: int | None = strawberry.field(
        description="Counted - expected, in units: a surplus above zero, a loss below. Sales and receipts after the "
        f"count are not part of it. {BLIND}"
    )
    moved: int | None = strawberry.field(
        description="Units by which the record changed between partial counts (SUM). The variance is right if they "
        f"moved in the part not yet counted. {BLIND}"
    )
    value: Decimal | None = strawberry.field(
        description="The value of the variance, at the unit cost when the item was counted; null where the cost was "
        f"unknown. {BLIND}"
    )
    is_assumed: bool = strawberry.field(
        description="Whether the item was not counted and assumed to be missing: see UncountedRule.ZERO."
    )
    posted_units: int | None = strawberry.field(
        description="Units that posting added on hand: the variance, less corrections by other counts since. Null "
        "until it is posted."
    )

    @strawberry.field(description="The item.")
    def item(self, info: Info) -> AwaitableOrValue[Item]:
        return item_of(self.domain.sku, info)

    @strawberry.field(description="The entries in the order of counting; at most 50.")
    def entries(self) -> list[CountEntry]:
        return [CountEntry.from_domain(entry, is_secret=self.is_secret) for entry in self.domain.entries]

    @strawberry.field(description="The movement that posting recorded; null until then.")
    async def movement(self, info: Info) -> Movement | None:
        if self.domain.posted_version is None:
            return None
        key = (self.domain.level_key, self.domain.posted_version)
        found = await info.context.loaders.movement_by_version.load(key)
        return None if found is None else Movement.from_domain(found)

    @classmethod
    def from_domain(cls, line: DomainCountLine, *, is_secret: bool) -> Self:
        return cls(
            domain=line,
            is_secret=is_secret,
            counted=line.counted,
            expected=None if is_secret else line.expected,
            variance=None if is_secret else line.variance,
            moved=None if is_secret else line.moved,
            value=None if is_secret or line.value is None else decimal_of(line.value),
            is_assumed=line.is_assumed,
            posted_units=line.posted_units,
        )
