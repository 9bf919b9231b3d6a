"""Stock counts."""

from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Annotated, Self

import strawberry
from strawberry import relay

from app.domain.counting.count import Count, CountList
from app.domain.time import datetime_of
from app.services.paging import DEFAULT_PAGE_SIZE
from schema.context import Info
from schema.deprecations import former_name
from schema.enums.counting import CountMode, CountState, UncountedRule
from schema.loading.awaitable_or_value import AwaitableOrValue
from schema.scalars import BigInt
from schema.types.catalog import Location, location_of
from schema.types.connection import Connection
from schema.types.counting.count_line import BLIND, CountLine

First = Annotated[int, strawberry.argument(description="The most lines to return, 0 to 250.")]
After = Annotated[str | None, strawberry.argument(description="Return the lines after this cursor.")]
OnlyVariances = Annotated[
    bool,
    strawberry.argument(
        description="Leave out lines whose variance is zero. Refused for a blind count while it is open."
    ),
]


@strawberry.type(description="The sums over the lines of a count.")
class CountSummary:
    """The totals of a count."""

    domain: strawberry.Private[Count]
    lines: int = strawberry.field(description="Items counted, or assumed to be missing.")
    units_counted: BigInt = strawberry.field(description="Units counted.")
    surplus_units: BigInt | None = strawberry.field(
        description=f"Units counted beyond what was on record: what the record has too few of. {BLIND}"
    )
    missing_units: BigInt | None = strawberry.field(
        description=f"Units on record beyond what was counted: what the record has too many of. {BLIND}"
    )
    surplus_value: Decimal | None = strawberry.field(
        description=f"The value of the surplus units, at known unit costs. {BLIND}"
    )
    missing_value: Decimal | None = strawberry.field(
        description=f"The value of the missing units, at known unit costs. {BLIND}"
    )
    counted_units: float = former_name("units_counted", float, now="unitsCounted", convert=float)
    units_up: float | None = former_name("surplus_units", float | None, now="surplusUnits", convert=float)
    units_down: float | None = former_name("missing_units", float | None, now="missingUnits", convert=float)
    value_up: Decimal | None = former_name("surplus_value", Decimal | None, now="surplusValue")
    value_down: Decimal | None = former_name("missing_value", Decimal | None, now="missingValue")

    @strawberry.field(
        description="Levels in scope that are not counted, or were not when posting began; null where it was "
        "cancelled. Counted only when selected."
    )
    async def uncounted(self, info: Info) -> int | None:
        """Count."""
        async with info.context.reads:
            return await info.context.services.counts.uncounted(self.domain)

    @classmethod
    def from_domain(cls, count: Count) -> Self:
        totals, is_secret = count.totals, count.is_secret
        return cls(
            domain=count,
            lines=count.lines,
            units_counted=BigInt(totals.counted),
            surplus_units=None if is_secret else BigInt(totals.up),
            missing_units=None if is_secret else BigInt(totals.down),
            surplus_value=None if is_secret else totals.value_up,
            missing_value=None if is_secret else totals.value_down,
        )


@strawberry.type(description="The items of the location that a count covers: those that match all conditions.")
class CountScope:
    """The scope of a count."""

    domain: strawberry.Private[Count]
    category: str | None = strawberry.field(description="The category of the items; null for any.")
    tags: list[str] = strawberry.field(description="The tags that the items must have, all of them.")

    @strawberry.field(description="The SKUs of the items, at most 1,000; null for any.")
    async def skus(self, info: Info) -> list[str] | None:
        """Load the SKUs."""
        if not self.domain.is_listed:
            return None
        listed = await info.context.loaders.document(CountList, self.domain.id)
        return None if listed is None else list(listed.skus)


@strawberry.type(
    description="A stock count of a location, or of some of its items: the quantities found, their variances, and the "
    "posting of those."
)
class StockCount(relay.Node):
    """A count."""

    domain: strawberry.Private[Count]
    identity: relay.NodeID[str]
    state: CountState = strawberry.field(description="The state.")
    mode: CountMode = strawberry.field(description="How several entries for one item are combined.")
    is_blind: bool = strawberry.field(
        description="Whether it is a blind count: recorded quantities are hidden while it is open."
    )
    opened_by: str = strawberry.field(description="The actor who opened it.")
    reference: str | None = strawberry.field(
        description="The caller's document, for example a stocktaking order; null without."
    )
    note: str | None = strawberry.field(description="The note of the request that opened it; null without.")
    opened_at: datetime = strawberry.field(description="When it was opened.")
    updated_at: datetime = strawberry.field(description="When it was last changed.")
    posted_at: datetime | None = strawberry.field(description="When the last of its lines was posted; null before.")
    uncounted_rule: UncountedRule | None = strawberry.field(
        description="How levels that were not counted are treated; null until posting begins."
    )
    levels_in_scope: int = strawberry.field(description="Levels in scope when it was opened.")
    lines_counted: int = strawberry.field(description="Items counted, or assumed to be missing.")
    lines_posted: int = strawberry.field(description="Counted items whose variance is posted.")
    entry_count: int = strawberry.field(
        description="How many entries were recorded: an item may be counted repeatedly."
    )
    progress: float = strawberry.field(
        description="The share of the levels in scope that is counted, 0 to 1. Items that were never stocked add to "
        "both."
    )
    version: int = strawberry.field(description="Grows by one with each change. The higher one is the newer.")
    matching: int = former_name("levels_in_scope", int, now="levelsInScope")
    entries: int = former_name("entry_count", int, now="entryCount")

    @strawberry.field(description="The location that is counted.")
    def location(self, info: Info) -> AwaitableOrValue[Location]:
        return location_of(self.domain.location, info)

    @strawberry.field(description="The items that it covers.")
    def scope(self) -> CountScope:
        return CountScope(domain=self.domain, category=self.domain.category, tags=list(self.domain.tags))

    @strawberry.field(description="The counted items, by SKU.")
    async def lines(
        self,
        info: Info,
        first: First = DEFAULT_PAGE_SIZE,
        after: After = None,
        only_variances: OnlyVariances = False,
    ) -> Connection[CountLine]:
        """Load a page of lines."""
        counts, count = info.context.services.counts, self.domain
        async with info.context.reads:
            page = await counts.lines(count, only_variances=only_variances, first=first, after=after)
        return Connection.of(
            page,
            partial(CountLine.from_domain, is_secret=count.is_secret),
            counter=partial(counts.count_lines, count, only_variances=only_variances),
            after=after,
        )

    @strawberry.field(description="The sums over its lines.")
    def summary(self) -> CountSummary:
        return CountSummary.from_domain(self.domain)

    @classmethod
    def from_domain(cls, count: Count) -> Self:
        return cls(
            domain=count,
            identity=count.id,
            state=count.state,
            mode=count.mode,
            is_blind=count.is_blind,
            opened_by=count.opened_by,
            reference=count.reference,
            note=count.note,
            opened_at=datetime_of(count.created_at),
            updated_at=datetime_of(count.changed_at),
            posted_at=None if count.posted_at is None else datetime_of(count.posted_at),
            uncounted_rule=count.rule,
            levels_in_scope=count.matching,
            lines_counted=count.lines,
            lines_posted=count.lines_posted,
            entry_count=count.entries,
            progress=count.progress,
            version=count.version,
        )
