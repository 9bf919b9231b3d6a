"""Counts as clients ask for them, and what they narrow lists of them to."""

from datetime import datetime

import strawberry

from app.domain.counting.commands.record_count import CountedUnits
from app.domain.time import moment_of
from app.services.counting.filters import CountFilter
from schema.enums.counting import CountMode, CountState, UncountedRule
from schema.enums.insight import AbcClass
from schema.inputs.mutation_input import LOCATION, MutationInput

_ID = "The count: its global id."


@strawberry.input(
    description="What of a location is to be counted: the items that match all that is given. Nothing given is "
    "everything."
)
class CountScopeInput:
    """See CountScope."""

    category: str | None = strawberry.field(default=None, description="Items of this category.")
    tags: list[str] | None = strawberry.field(default=None, description="Items with all of these tags, at most 20.")
    skus: list[str] | None = strawberry.field(default=None, description="These items: 1 to 1,000 SKUs that differ.")


@strawberry.input(description="Begins a count.")
class CountOpenInput(MutationInput):
    """See OpenCount."""

    location: str = strawberry.field(description=LOCATION)
    scope: CountScopeInput | None = strawberry.field(
        default=None, description="What is to be counted; all items at the location where left out."
    )
    is_blind: bool = strawberry.field(
        default=False, description="Whether it is a blind count: recorded quantities are hidden while it is open."
    )
    mode: CountMode = strawberry.field(default=CountMode.LAST, description="What several entries for one item mean.")


@strawberry.input(description="Units that somebody counted of an item. Name the item by its SKU or by a barcode.")
class CountLineInput:
    """See CountedUnits."""

    sku: str | None = strawberry.field(default=None, description="The item: its SKU.")
    barcode: str | None = strawberry.field(default=None, description="The item: a barcode that stands for it.")
    quantity: int = strawberry.field(description="Units that are there; 0 for none.")
    starts_over: bool = strawberry.field(
        default=False, description="Whether what was counted of the item before counts no more: for mistakes."
    )


@strawberry.input(
    description="Takes in what somebody counted, all lines or none. With `occurredAt`, for example of a scanner that "
    "was offline, it is compared with what was on record then."
)
class CountRecordInput(MutationInput):
    """See RecordCount."""

    id: strawberry.ID = strawberry.field(description=_ID)
    lines: list[CountLineInput] = strawberry.field(
        description="1 to 1,000 lines, each of another item. Where entries add up (SUM), an item may stand on several, "
        "as scanners send a line per scan: they are one entry."
    )
    counted_by: str | None = strawberry.field(
        default=None, description="Who counted, 1 to 200 printable characters; you where left out."
    )

    def counted(self) -> list[CountedUnits]:
        """Convert."""
        return [
            CountedUnits(sku=line.sku, barcode=line.barcode, quantity=line.quantity, starts_over=line.starts_over)
            for line in self.lines
        ]


@strawberry.input(
    description="Lets the record follow a count, whatever was promised of what is gone: see `shortfall`. Lines that "
    "cannot be posted, for example of an archived item, are named and keep no other from it: the count is "
    "left POSTING, and posting it again goes on. The movements go under the reference of the count unless "
    "you give another."
)
class CountPostInput(MutationInput):
    """See PostCount."""

    id: strawberry.ID = strawberry.field(description=_ID)
    uncounted: UncountedRule = strawberry.field(
        default=UncountedRule.IGNORE, description="How levels in scope that were not counted are treated."
    )


@strawberry.input(description="Gives up a count that is open. What was counted can still be read.")
class CountCancelInput(MutationInput):
    """See CancelCount."""

    id: strawberry.ID = strawberry.field(description=_ID)


@strawberry.input(name="CountFilter", description="Narrows a list of counts. What is left out narrows nothing.")
class CountFilterInput:
    """See CountFilter."""

    states: list[CountState] | None = strawberry.field(default=None, description="Counts that are this far.")
    location: str | None = strawberry.field(default=None, description="Counts of this location: its code.")
    since: datetime | None = strawberry.field(default=None, name="from", description="Opened at this time or later.")
    until: datetime | None = strawberry.field(default=None, name="to", description="Opened before this time.")

    def to_domain(self) -> CountFilter:
        """Convert."""
        return CountFilter(
            states=None if self.states is None else tuple(self.states),
            location=self.location,
            since=None if self.since is None else moment_of(self.since),
            until=None if self.until is None else moment_of(self.until),
        )


@strawberry.input(description="How often items of a class are to be counted.")
class CountIntervalInput:
    """An interval of cycle counting."""

    abc_class: AbcClass = strawberry.field(name="class", description="The class.")
    every_days: int = strawberry.field(description="Once in so many days, 1 to 3,650.")
