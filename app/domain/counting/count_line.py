"""Count line: all entries for one item of a count, and the variance of the record (ADR 14).

The formula. Let T be the units in fact and H the units on record; both change with every sale and receipt, so that the
error T - H stays the same while goods move. A count of q units at a moment t observes T(t) = q, hence

    variance = q - H(t)                     LAST: the entry that was counted last counts

An item may lie in several places. With SUM each entry i is the count of one place at its moment t(i), the last one at
t(n). A movement between two entries changes H. It also changes the units still to be counted if it is at a place not
counted yet, but is missed at a place counted already. The ledger has no places, so a rule of the trade decides:
**between partial counts of one item, goods move only at places not counted yet.** Then at t(n) there are exactly the
counted units, and H(t(n)) includes all movements:

    variance = q(1) + ... + q(n) - H(t(n))  SUM

`moved` is the sum of the changes of H from each of these entries to the next, in absolute units. Where goods only came,
or only went, it bounds the error of the variance if the rule of the trade was broken.

Rule: a movement of reason COUNT moves nothing, it corrects H. Those recorded since t(n), by other counts or by hand,
have taken their part of the variance away, and posting leaves that part out. Where one of them is based on an
observation after t(n), it supersedes this one, and nothing is left to post.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise
from typing import ClassVar

from app.domain.access.visibility import Visibility
from app.domain.document import Document, DocumentKey, DocumentKind
from app.domain.errors import StaleLevel
from app.domain.limits import MAX_QUANTITY
from app.domain.money import Money
from app.domain.stock.level import Level, LevelKey
from app.domain.time import Moment

MAX_ENTRIES = 50  # of one item in one count


class CountMode(StrEnum):
    """How several entries for one item are combined."""

    LAST = "LAST"
    SUM = "SUM"


@dataclass(frozen=True, slots=True, kw_only=True)
class CountEntry:
    """One entry: an item was counted at a moment at which the record `expected` so many units.

    `counted_by` is the person who counted, as the request says; `recorded_by` is who sent it, None of entries of older
    versions. `version` is the level's at that moment, and `corrected_at` the moment of its last movement of reason
    COUNT. With `starts_over` the entries before it are superseded.
    """

    counted_by: str
    quantity: int
    counted_at: Moment
    expected: int
    version: int
    corrected_at: Moment
    starts_over: bool = False
    recorded_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """The units that movements of reason COUNT added to a level since it was counted, the last of them at `until`.

    `is_newer` where one of them is based on a later observation.
    """

    units: int
    until: Moment
    is_newer: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CountLine(Document):
    """An item of a count, its entries in the order in which they were counted; see the module.

    `counted`, `expected` and `moved` follow from the entries. `unit_cost` is the item's when it was counted last.
    `is_assumed` where it was not counted and has no entry: zero units were assumed.
    """

    kind: ClassVar[DocumentKind] = DocumentKind.COUNT_LINE
    is_published: ClassVar[bool] = False

    count: str
    sku: str
    location: str
    entries: tuple[CountEntry, ...] = ()
    counted: int = 0
    expected: int = 0
    moved: int = 0
    unit_cost: Money | None = None
    is_assumed: bool = False
    posted_units: int | None = None
    posted_version: int | None = None

    def is_within(self, visibility: Visibility) -> bool:
        return visibility.categories is None and visibility.shows_location(self.location)

    @property
    def level_key(self) -> LevelKey:
        """The level that is counted."""
        return LevelKey(self.sku, self.location)

    @property
    def level_keys(self) -> tuple[LevelKey, ...]:
        return (self.level_key,)

    @property
    def counted_at(self) -> Moment:
        """When it was counted last."""
        return self.entries[-1].counted_at

    @property
    def variance(self) -> int:
        """Units that are missing on record; below zero, units too many on record."""
        return self.counted - self.expected

    @property
    def value(self) -> Money | None:
        """The value of the variance; None where the item's cost is unknown."""
        return None if self.unit_cost is None else Money(self.variance * self.unit_cost)

    @property
    def is_posted(self) -> bool:
        """Whether it has been posted."""
        return self.posted_version is not None

    def with_entry(self, entry: CountEntry, *, mode: CountMode, unit_cost: Money | None) -> "CountLine":
        """Return the line with one more entry, whatever the order in which entries arrive."""
        entries = tuple(sorted((*self.entries, entry), key=lambda each: each.counted_at))
        ruling = _ruling(entries, mode)
        return replace(
            self,
            entries=entries,
            counted=sum(each.quantity for each in ruling),
            expected=ruling[-1].expected,
            moved=min(sum(abs(next_.expected - entry.expected) for entry, next_ in pairwise(ruling)), MAX_QUANTITY),
            unit_cost=unit_cost,
        )

    def is_corrected(self, level: Level) -> bool:
        """Tell whether the record was corrected after the item was counted."""
        return level.counted_at > self.entries[-1].corrected_at

    def outstanding(self, level: Level, correction: Correction | None) -> int:
        """Return the units that are to be added to the level: the variance, less what was corrected since.

        Raises StaleLevel where `correction` is not all that was corrected: read it again.
        """
        if not self.is_corrected(level):
            return self.variance
        if correction is None or correction.until != level.counted_at:
            raise StaleLevel(
                sku=self.sku, location=self.location, expected=self.entries[-1].version, actual=level.version
            )
        return 0 if correction.is_newer else self.variance - correction.units

    def posted(self, units: int, *, version: int) -> "CountLine":
        """Return the line after it was posted by the movement that gave the level this version."""
        return replace(self, posted_units=units, posted_version=version)


def count_line_key(count: str, sku: str) -> DocumentKey:
    """Return the key of an item of a count."""
    return DocumentKey(DocumentKind.COUNT_LINE, f"{count}/{sku}")


def _ruling(entries: tuple[CountEntry, ...], mode: CountMode) -> tuple[CountEntry, ...]:
    """Return the entries that make up the counted quantity."""
    if mode is CountMode.LAST:
        return entries[-1:]
    first = max((index for index, entry in enumerate(entries) if entry.starts_over), default=0)
    return entries[first:]
