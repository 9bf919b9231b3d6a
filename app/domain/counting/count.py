"""Counts: people go and see what is there, and the record follows.

Rule: a count posts by how much the record was wrong, never how much is there. What was sold or received since an item
was counted is neither lost nor found.
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from app.domain.catalog.catalog import Item
from app.domain.counting.count_line import CountLine, CountMode
from app.domain.document import Document, DocumentKey, DocumentKind
from app.domain.folding import alike
from app.domain.money import Money, decimal_of
from app.domain.time import Moment

MAX_LISTED = 1_000  # SKUs named by one count; a longer list is a category, or a count of everything


class CountState(StrEnum):
    """How far a count has come."""

    OPEN = "OPEN"
    POSTING = "POSTING"
    POSTED = "POSTED"
    CANCELLED = "CANCELLED"


class UncountedRule(StrEnum):
    """What becomes of levels that nobody counted."""

    IGNORE = "IGNORE"
    ZERO = "ZERO"


@dataclass(frozen=True, slots=True, kw_only=True)
class CountScope:
    """What of a location is to be counted: the items that match all that is given. Nothing given is everything."""

    category: str | None = None
    tags: tuple[str, ...] = ()
    skus: frozenset[str] | None = None

    def covers(self, item: Item) -> bool:
        """Tell whether an item is to be counted."""
        return (
            (self.category is None or (item.category is not None and alike(self.category) == alike(item.category)))
            and set(map(alike, self.tags)) <= set(map(alike, item.tags))
            and (self.skus is None or item.sku in self.skus)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CountTotals:
    """What all lines come to: units counted, units too many and too few on record, and what those are worth."""

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
        """Return the totals with a line more, or with one less where the sign is negative."""
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
    """A count of a location, or of some of its items. What was counted stands in lines of their own.

    `category`, `tags` and `is_listed` never change: see CountScope; the listed SKUs stand in a CountList. `matching`
    are the levels in scope when it was opened. When posting begins, `uncounted` are those that nobody has counted,
    `rule` says what becomes of them, and `posting_at` is the moment; `posted_at` is when it has ended.
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

    @property
    def is_secret(self) -> bool:
        """Whether what is on record must not be told to those who count."""
        return self.is_blind and self.state is CountState.OPEN

    @property
    def progress(self) -> float:
        """The share of what is to be counted that was counted, 0 to 1; of nothing, all was."""
        whole = max(self.matching, self.lines)
        return self.lines / whole if whole else 1.0

    def scope(self, listed: "CountList | None") -> CountScope:
        """Return what is to be counted."""
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
        """Return the count as it is while its lines are posted. Where that has begun already it is as it was."""
        if self.state is CountState.POSTING:
            return self
        return replace(self, state=CountState.POSTING, rule=rule, uncounted=uncounted, posting_at=at)

    def with_posted(self, lines: int) -> "Count":
        """Return the count after as many more of its lines were posted."""
        return replace(self, lines_posted=self.lines_posted + lines)

    def posted(self, *, at: Moment) -> "Count":
        """Return the count with all of its lines posted."""
        assert self.lines_posted == self.lines, self
        return replace(self, state=CountState.POSTED, posted_at=at)

    def cancelled(self) -> "Count":
        """Return the count as one that is never posted."""
        return replace(self, state=CountState.CANCELLED)


@dataclass(frozen=True, slots=True, kw_only=True)
class CountList(Document):
    """The SKUs that a count names, under the count's id. Apart from it, because the count is told at every change."""

    kind: ClassVar[DocumentKind] = DocumentKind.COUNT_LIST
    is_published: ClassVar[bool] = False

    skus: tuple[str, ...]


def count_key(identity: str) -> DocumentKey:
    """Return the key of a count."""
    return DocumentKey(DocumentKind.COUNT, identity)


def count_list_key(identity: str) -> DocumentKey:
    """Return the key of the SKUs that a count names."""
    return DocumentKey(DocumentKind.COUNT_LIST, identity)
