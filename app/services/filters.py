"""What a list may be narrowed to.

None narrows nothing. An empty tuple leaves nothing where one of its values must match, and all where all of them must.

Rule: what a principal may see is a condition of the filter itself. `within` returns a filter of what both show, so that
lists, counts, sums and feeds, and what is cached by filter, cannot differ in it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, ClassVar, Final, Literal, Protocol, Self, TypeVar

from app.domain.access.visibility import Visibility
from app.domain.catalog.catalog import Item, Location
from app.domain.catalog.search import SearchTerms, entries_of_facts, entry_of_category, entry_of_state, search_terms
from app.domain.document import Document, DocumentKind
from app.domain.failures import BadArgument
from app.domain.limits import MAX_TAGS
from app.domain.replenishment.policy import ReplenishmentMethod
from app.domain.stock.availability import LevelStatus
from app.domain.stock.level import Level
from app.domain.stock.movement import Movement, MovementReason
from app.domain.time import Moment

Reads_co = TypeVar("Reads_co", bound=Document, covariant=True)

MAX_SORTED_LEVELS = 100_000  # by a number that no index has: a quarter of a second of the server
MAX_SEARCH_WORDS = 50  # more than people type; the server tries an index scan for each


def check_words(words: Sequence[str]) -> None:
    """Raise BadArgument where a search has more words than a client may ask for."""
    if len(words) > MAX_SEARCH_WORDS:
        raise BadArgument(f"A search may have at most {MAX_SEARCH_WORDS} words, not {len(words)}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFilter:
    """Items by search words, beginning of the SKU, barcode, category, tags, and whether archived.

    All words and all tags must match, and any of `categories`. `words` are as `search_words` returns them.
    Categories and tags ignore upper and lower case, `sku_prefix` does not; a barcode is its number, however it is
    written. Raises BadArgument where there are more words or tags than a client may ask for.
    """

    words: tuple[str, ...] = ()
    sku_prefix: str | None = None
    barcode: str | None = None
    category: str | None = None
    categories: frozenset[str] | None = None
    tags: tuple[str, ...] = ()
    is_archived: bool | None = None

    def __post_init__(self) -> None:
        check_words(self.words)
        if len(self.tags) > MAX_TAGS:
            raise BadArgument(f"`tags` may hold at most {MAX_TAGS} tags, not {len(self.tags)}.")

    @property
    def search_terms(self) -> SearchTerms:
        """What an item must match, its SKU apart."""
        facts = entries_of_facts(
            category=self.category, tags=self.tags, barcodes=() if self.barcode is None else (self.barcode,)
        )
        state = set() if self.is_archived is None else {entry_of_state(is_archived=self.is_archived)}
        terms = search_terms(self.words, facts | state)
        if self.categories is None:
            return terms
        return replace(terms, any_of=tuple(sorted(set(map(entry_of_category, self.categories)))))

    def within(self, visibility: Visibility) -> Self:
        """Return the filter of the matching items that are visible, too."""
        return self if visibility.categories is None else replace(self, categories=visibility.categories)

    def matches_sku(self, sku: str) -> bool:
        """Tell whether an item with this SKU may match."""
        return self.sku_prefix is None or sku.startswith(self.sku_prefix)

    def matches_item(self, item: Item) -> bool:
        """Tell whether an item matches."""
        return self.matches_sku(item.sku) and self.search_terms.match(item)


class ItemOrder(StrEnum):
    """How items are ordered."""

    SKU = "SKU"
    NAME = "NAME"


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelFilter(ItemFilter):
    """Levels by item, SKU, location, status and replenishment method, and whether something is to be ordered.

    `needs_reorder` selects levels for which something is to be ordered, `is_declined` those whose need was declined,
    and `is_wanting` both; none of them can select the others.
    """

    skus: tuple[str, ...] | None = None
    locations: tuple[str, ...] | None = None
    statuses: tuple[LevelStatus, ...] | None = None
    methods: tuple[ReplenishmentMethod, ...] | None = None
    needs_reorder: Literal[True] | None = None
    is_declined: Literal[True] | None = None
    is_wanting: Literal[True] | None = None

    def within(self, visibility: Visibility) -> Self:
        """Return the filter of the matching levels that are visible, too."""
        if not visibility.is_limited:
            return self
        there = super(LevelFilter, self).within(visibility)
        return replace(there, locations=visible(self.locations, visibility.locations))

    @property
    def names_a_state(self) -> bool:
        """Whether a movement may bring a level into the selection, or out of it."""
        needs = (self.needs_reorder, self.is_declined, self.is_wanting)
        return any(asked is not None for asked in (self.statuses, self.methods, *needs))

    def matches_state(self, level: Level) -> bool:
        """Tell whether a level is in a state that is asked for, whatever its item and location."""
        return (
            (self.statuses is None or level.status in self.statuses)
            and (self.methods is None or level.policy.method in self.methods)
            and (self.needs_reorder is None or level.is_short)
            and (self.is_declined is None or level.declined is not None)
            and (self.is_wanting is None or level.is_wanting)
        )


def visible(named: tuple[str, ...] | None, shown: Iterable[str] | None) -> tuple[str, ...] | None:
    """Return which of these names are shown; all that are shown where none are named, None where all are."""
    if shown is None:
        return named
    return tuple(sorted(shown)) if named is None else tuple(name for name in named if name in frozenset(shown))


class LevelOrder(StrEnum):
    """How levels are ordered: an index has either order, whatever the filter."""

    SKU = "SKU"
    LOCATION = "LOCATION"


class LevelSort(StrEnum):
    """By what clients may have levels sorted."""

    SKU = "SKU"
    LOCATION = "LOCATION"
    STATUS = "STATUS"
    ON_HAND = "ON_HAND"
    AVAILABLE = "AVAILABLE"
    CHANGED_AT = "CHANGED_AT"


INDEXED_SORTS: Final = {LevelSort.SKU: LevelOrder.SKU, LevelSort.LOCATION: LevelOrder.LOCATION}
STATUS_RANKS: Final = {LevelStatus.OUT: 0, LevelStatus.LOW: 1, LevelStatus.IN_STOCK: 2}  # what is most urgent first


def list_order(sort: LevelSort, *, descending: bool) -> str:
    """Return the name of an order: the cursors of one belong to no other."""
    return f"{sort.value}_DESCENDING" if descending else sort.value


@dataclass(frozen=True, slots=True, kw_only=True)
class MovementFilter:
    """Movements by level, reasons, reference and time of recording: from `since`, before `until`.

    Only those at `visible_at`, and of `visible_skus`.
    """

    sku: str | None = None
    location: str | None = None
    reason: MovementReason | None = None
    reasons: tuple[MovementReason, ...] | None = None
    reference: str | None = None
    since: Moment | None = None
    until: Moment | None = None
    visible_at: tuple[str, ...] | None = None
    visible_skus: frozenset[str] | None = None

    def matches(self, movement: Movement) -> bool:
        """Tell whether a movement is in the list."""
        key = movement.after.key
        return (
            self.sku in (None, key.sku)
            and self.location in (None, key.location)
            and self.reason in (None, movement.reason)
            and (self.reasons is None or movement.reason in self.reasons)
            and self.reference in (None, movement.reference)
            and (self.since is None or movement.recorded_at >= self.since)
            and (self.until is None or movement.recorded_at < self.until)
            and (self.visible_at is None or key.location in self.visible_at)
            and (self.visible_skus is None or key.sku in self.visible_skus)
        )

    def within(self, visibility: Visibility) -> Self:
        """Return the filter of the matching movements at visible locations. Their items are the caller's to check."""
        return replace(self, visible_at=visible(self.visible_at, visibility.locations))

    def of_items(self, skus: frozenset[str]) -> Self:
        """Return the filter of the matching movements of these items."""
        return replace(self, visible_skus=skus)


@dataclass(frozen=True, slots=True, kw_only=True)
class LocationFilter:
    """Locations by whether they are archived, and by code."""

    is_archived: bool | None = None
    codes: tuple[str, ...] | None = None

    def matches_location(self, location: Location) -> bool:
        """Tell whether a location matches."""
        return self.is_archived in (None, location.is_archived) and (self.codes is None or location.code in self.codes)

    def within(self, visibility: Visibility) -> Self:
        """Return the filter of the matching locations that are visible, too."""
        return replace(self, codes=visible(self.codes, visibility.locations))


class DocumentFilter(Protocol[Reads_co]):
    """What a list of one kind is narrowed to. Lists, counts and feeds use the same filter."""

    kind: ClassVar[DocumentKind]

    def within(self, visibility: Visibility, /) -> Self:
        """Return the filter of the matching documents that are visible, too, as far as that does not depend on items.

        A kind whose items decide, too, has `of_items`, which narrows to those of given items.
        """

    def matches(self, document: Any, /) -> bool:  # noqa: ANN401 - a document of the kind
        """Tell whether a document of the kind is in the list."""
