"""Inputs of counts, and the filter of their list."""

from datetime import datetime

import strawberry

from app.domain.counting.commands.record_count import CountedUnits
from app.domain.time import moment_of
from app.services.counting.filters import CountFilter
from schema.enums.counting import CountMode, CountState, UncountedRule
from schema.enums.insight import AbcClass
from schema.inputs.given import each_once
from schema.inputs.mutation_input import LOCATION, MutationInput

_ID = "The count: its global id."


@strawberry.input(
    description="The items of the location to count: those that match all conditions. Without any, all items."
)
class CountScopeInput:
    category: str | None = strawberry.field(default=None, description="Items of this category.")
    tags: list[str] | None = strawberry.field(default=None, description="Items with all of these tags, at most 20.")
    skus: list[str] | None = strawberry.field(default=None, description="These items: 1 to 1,000 different SKUs.")


@strawberry.input(
    description="Opens a count of a location or of some of its items. Stock may move while it is open: each entry is "
    "compared with the record of its own moment."
)
class CountOpenInput(MutationInput):
    location: str = strawberry.field(description=LOCATION)
    scope: CountScopeInput | None = strawberry.field(
        default=None, description="The items to count; all items at the location where left out."
    )
    is_blind: bool = strawberry.field(
        default=False, description="Whether it is a blind count: recorded quantities are hidden while it is open."
    )
    mode: CountMode = strawberry.field(
        default=CountMode.LAST, description="How several entries for one item are combined."
    )


@strawberry.input(description="Counted units of one item, which is named by its SKU or by a barcode.")
class CountLineInput:
    sku: str | None = strawberry.field(default=None, description="The item's SKU.")
    barcode: str | None = strawberry.field(default=None, description="The item: a barcode that identifies it.")
    quantity: int = strawberry.field(description="Units found; 0 for none.")
    starts_over: bool = strawberry.field(
        default=False, description="Whether it replaces the earlier entries of the item: to correct a mistake."
    )


@strawberry.input(
    description="Records counted quantities, all lines or none. With `occurredAt`, for example from a scanner that "
    "was offline, they are compared with the record of that time."
)
class CountRecordInput(MutationInput):
    id: strawberry.ID = strawberry.field(description=_ID)
    lines: list[CountLineInput] = strawberry.field(
        description="1 to 1,000 lines, each of another item. In mode SUM an item may be on several lines, as scanners "
        "send a line per scan: they are one entry."
    )
    counted_by: str | None = strawberry.field(
        default=None,
        description="The person who counted, 1 to 200 printable characters; the actor of the request where left out. "
        "`recordedBy` is that actor in any case.",
    )

    def counted(self) -> list[CountedUnits]:
        return [
            CountedUnits(sku=line.sku, barcode=line.barcode, quantity=line.quantity, starts_over=line.starts_over)
            for line in self.lines
        ]


@strawberry.input(
    description="Posts the variances of a count to the stock ledger, also where reserved units are missing: see "
    "`shortfall`. Lines that cannot be posted, for example of units that have left since, are reported and do not "
    "stop the others: the count stays POSTING, and posting it again resumes. The movements get the "
    "reference of the count unless another is given."
)
class CountPostInput(MutationInput):
    id: strawberry.ID = strawberry.field(description=_ID)
    uncounted: UncountedRule = strawberry.field(
        default=UncountedRule.IGNORE, description="How levels in scope that were not counted are treated."
    )


@strawberry.input(description="Cancels an open count. Its entries can still be read.")
class CountCancelInput(MutationInput):
    id: strawberry.ID = strawberry.field(description=_ID)


@strawberry.input(
    name="CountFilter",
    description="Filters a list of counts. All conditions must hold; those left out do not restrict.",
)
class CountFilterInput:
    states: list[CountState] | None = strawberry.field(default=None, description="Counts in these states.")
    location: str | None = strawberry.field(default=None, description="Counts of this location: its code.")
    since: datetime | None = strawberry.field(default=None, name="from", description="Opened at this time or later.")
    until: datetime | None = strawberry.field(default=None, name="to", description="Opened before this time.")

    def to_domain(self) -> CountFilter:
        return CountFilter(
            states=each_once(self.states),
            location=self.location,
            since=None if self.since is None else moment_of(self.since),
            until=None if self.until is None else moment_of(self.until),
        )


@strawberry.input(description="The cycle counting interval of an ABC class.")
class CountIntervalInput:
    """An interval of cycle counting."""

    abc_class: AbcClass = strawberry.field(name="class", description="The class.")
    every_days: int = strawberry.field(description="The interval in days, 1 to 3,650.")
