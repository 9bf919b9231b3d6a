"""The lines of counts as clients see them. What is on record is kept from those who count blind, as long as they do."""

from datetime import datetime
from decimal import Decimal
from typing import Self

import strawberry

from app.domain.counting.count_line import CountEntry as DomainCountEntry
from app.domain.counting.count_line import CountLine as DomainCountLine
from app.domain.money import decimal_of
from app.domain.time import datetime_of
from schema.context import Info
from schema.types.catalog import Item, item_of
from schema.types.stock.ledger import Movement

BLIND = "Null while a blind count is open."


@strawberry.type(description="Somebody counted an item.")
class CountEntry:
    """An entry of a line."""

    counted_by: str = strawberry.field(description="Who counted.")
    counted_at: datetime = strawberry.field(description="When that was.")
    quantity: int = strawberry.field(description="Units that were there.")
    expected: int | None = strawberry.field(description=f"Units that were on record at that moment. {BLIND}")
    starts_over: bool = strawberry.field(description="Whether what was counted before counts no more.")

    @classmethod
    def from_domain(cls, entry: DomainCountEntry, *, is_secret: bool) -> Self:
        """Convert."""
        return cls(
            counted_by=entry.counted_by,
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
    counted: int = strawberry.field(description="Units counted: the last entry, or the sum of all, as the mode says.")
    expected: int | None = strawberry.field(
        description=f"Units that were on record when the item was counted last. {BLIND}"
    )
    variance: int | None = strawberry.field(
        description="Counted - expected: units that the record has too few of; below zero, too many. What was sold or "
        f"received since is no part of it. {BLIND}"
    )
    moved: int | None = strawberry.field(
        description="Units by which the record changed between partial counts that are added up. The variance holds if "
        f"they moved where nobody had counted yet. {BLIND}"
    )
    value: Decimal | None = strawberry.field(
        description="What the variance is worth, at the item's unit cost when it was counted; null where that was not "
        f"known. {BLIND}"
    )
    is_assumed: bool = strawberry.field(
        description="Whether nobody counted the item, and all that was on record was taken for gone."
    )
    posted_units: int | None = strawberry.field(
        description="Units that posting added on hand: the variance, less what other counts had corrected since the "
        "item was counted. Null until then."
    )

    @strawberry.field(description="What was counted.")
    def item(self, info: Info) -> Item:
        """Refer to the item."""
        return item_of(self.domain.sku, info)

    @strawberry.field(description="Who counted what, in the order in which it was counted; at most 50.")
    def entries(self) -> list[CountEntry]:
        """Convert only where asked for."""
        return [CountEntry.from_domain(entry, is_secret=self.is_secret) for entry in self.domain.entries]

    @strawberry.field(description="The line of the ledger that posting made; null until then.")
    async def movement(self, info: Info) -> Movement | None:
        """Refer to the movement."""
        if self.domain.posted_version is None:
            return None
        key = (self.domain.level_key, self.domain.posted_version)
        found = await info.context.loaders.movement_by_version.load(key)
        return None if found is None else Movement.from_domain(found)

    @classmethod
    def from_domain(cls, line: DomainCountLine, *, is_secret: bool) -> Self:
        """Convert."""
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
