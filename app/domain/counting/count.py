"""Stock counts: people count the units on hand, and the record is corrected.

Rule: a count posts the variance of the record, never an absolute quantity. Units that were sold or received since an
item was counted are neither lost nor found.
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from app.domain.access.visibility import Visibility
from app.domain.catalog.catalog import Item
from app.domain.counting.count_line import CountLine, CountMode
from app.domain.document import Document, DocumentKey, DocumentKind
from app.domain.folding import alike
from app.domain.money import Money, decimal_of
from app.domain.time import Moment

MAX_LISTED = 1_000  # SKUs named by one count; a longer list is a category, or a count of everything


class CountState(StrEnum):
    """States of a count."""

    OPEN = "OPEN"
    POSTING = "POSTING"
    POSTED = "POSTED"
    CANCELLED = "CANCELLED"


class UncountedRule(StrEnum):
    """What posting does with levels that were not counted."""

    IGNORE = "IGNORE"
    ZERO = "ZERO"


@dataclass(frozen=True, slots=True, kw_only=True)
class CountScope:
    """The scope of a count at a location: the items that match all criteria. Without criteria it is every item."""

    category: str | None = None
    tags: tuple[str, ...] = ()
    skus: frozenset[str] | None = None

    def covers(self, item: Item) -> bool:
        """Tell whether an item is in scope."""
        return (
            (self.category is None or (item.category is not None and alike(self.category) == alike(item.category)))
            and set(map(alike, self.tags)) <= set(map(alike, item.tags))
            and (self.skus is None or item.sku in self.skus)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CountTotals:
    """Totals of all lines: counted units, surplus and missing units, and their values."""

    counted: int = 0
    up: int = 0
    down: int = 0
    value_up: Decimal = Decimal("0.00")
    value_down: Decimal = Decimal("0.00")

    def changed(self, old: CountLine | None, new: CountLine) -> "CountTotals":
        """Return the totals after a line changed."""
        totals = self if old is None else self.plus(old, sign=-1)
        return totals.plus(new, sign=+1)

    def plus(self, line: CountLine, *, sign: int) -> "CountTotals":
        """Return the totals with one more line, or with one less where the sign is negative."""
        value = decimal_of(line.value or Money(0))
        return CountTotals(
            counted=self.counted + sign * line.counted,
            up=self.up + sign * max(line.variance, 0),
            down=self.down + sign * max(-line.variance, 0),
            value_up=self.value_up + sign * max(value, Decimal(0)),
            value_down=self.value_down + sign * max(-value, Decimal(0)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Count(Document):
    """A count of a location, or of some of its items. Its lines are documents of their own.

    `category`, `tags` and `is_listed` never change: see CountScope; the listed SKUs stand in a CountList. `matching`
    are the levels in scope when it was opened. When posting begins, at `posting_at`, `uncounted` are the levels that
    were not counted, and `rule` is what happens to them; `posted_at` is the end.
    """

    kind: ClassVar[DocumentKind] = DocumentKind.COUNT

    location: str
    category: str | None = None
    tags: tuple[str, ...] = ()
    is_listed: bool = False
    is_blind: bool = False
    mode: CountMode = CountMode.LAST
    state: CountState = CountState.OPEN
    opened_by: str
    reference: str | None = None
    note: str | None = None
    matching: int
    lines: int = 0
    lines_posted: int = 0
    entries: int = 0
    totals: CountTotals = CountTotals()
    rule: UncountedRule | None = None
    uncounted: int | None = None
    posting_at: Moment | None = None
    posted_at: Moment | None = None

    def is_within(self, visibility: Visibility) -> bool:
        return visibility.categories is None and visibility.shows_location(self.location)

    @property
    def is_secret(self) -> bool:
        """Whether the quantity on record is hidden from those who count (a blind count)."""
        return self.is_blind and self.state is CountState.OPEN

    @property
    def progress(self) -> float:
        """The share of the levels in scope that was counted, 0 to 1; 1 where there are none."""
        whole = max(self.matching, self.lines)
        return self.lines / whole if whole else 1.0

    def scope(self, listed: "CountList | None") -> CountScope:
        """Return the scope of the count."""
        assert self.is_listed == (listed is not None), self
        skus = None if listed is None else frozenset(listed.skus)
        return CountScope(category=self.category, tags=self.tags, skus=skus)

    def with_line(self, old: CountLine | None, new: CountLine) -> "Count":
        """Return the count after an item was counted for the first time, or again."""
        return replace(
            self,
            lines=self.lines + (old is None),
            entries=self.entries + len(new.entries) - (len(old.entries) if old else 0),
            totals=self.totals.changed(old, new),
        )

    def posting(self, rule: UncountedRule, *, uncounted: int, at: Moment) -> "Count":
        """Return the count in the state POSTING; unchanged where posting has begun already."""
        if self.state is CountState.POSTING:
            return self
        return replace(self, state=CountState.POSTING, rule=rule, uncounted=uncounted, posting_at=at)

    def with_posted(self, lines: int) -> "Count":
        """Return the count after so many more of its lines were posted."""
        return replace(self, lines_posted=self.lines_posted + lines)

    def posted(self, *, at: Moment) -> "Count":
        """Return the count with all of its lines posted."""
        assert self.lines_posted == self.lines, self
        return replace(self, state=CountState.POSTED, posted_at=at)

    def cancelled(self) -> "Count":
        """Return the cancelled count, which is never posted."""
        return replace(self, state=CountState.CANCELLED)


@dataclass(frozen=True, slots=True, kw_only=True)
class CountList(Document):
    """The SKUs that a count names, under the count's id.

    A document of its own, because the count is published at every change.
    """

    kind: ClassVar[DocumentKind] = DocumentKind.COUNT_LIST
    is_published: ClassVar[bool] = False

    skus: tuple[str, ...]

    def is_within(self, visibility: Visibility) -> bool:
        return visibility.categories is None  # its count has the location


def count_key(identity: str) -> DocumentKey:
    """Return the key of a count."""
    return DocumentKey(DocumentKind.COUNT, identity)


def count_list_key(identity: str) -> DocumentKey:
    """Return the key of the SKUs that a count names."""
    return DocumentKey(DocumentKind.COUNT_LIST, identity)
