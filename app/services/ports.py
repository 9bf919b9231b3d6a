"""The ports that several rooms of use cases share. Each has an adapter over MongoDB and one in memory."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Protocol, TypeVar

from app.domain.catalog.catalog import Item, Location
from app.domain.catalog.labels import LabelKind
from app.domain.command import Command
from app.domain.document import Document, DocumentKey
from app.domain.excerpt import Extent
from app.domain.operation import Operation
from app.domain.outcome import Outcome
from app.domain.stock.level import Level, LevelKey
from app.domain.stock.movement import Movement
from app.domain.stock.summary import InventorySummary
from app.domain.time import Moment
from app.services.filters import (
    DocumentFilter,
    ItemFilter,
    ItemOrder,
    LevelFilter,
    LevelOrder,
    LevelSort,
    LocationFilter,
    MovementFilter,
)
from app.services.paging import Page, PageRequest, Row

LEASE_SECONDS = 15  # how long the holder's lease outlives it if it dies
RENEW_SECONDS = 5  # two renewals may fail before the lease is lost

D = TypeVar("D", bound=Document)
Named_co = TypeVar("Named_co", covariant=True)  # by what a worker knows it: an id, the key of a level

Clock = Callable[[], Moment]
Entropy = Callable[[], int]  # 74 random bits
Monotonic = Callable[[], float]  # seconds that never go back, for durations within the process


class Writer(Protocol):
    """The only way in which stock and catalog change."""

    async def run(self, command: Command) -> Outcome:
        """Commit a command, or return what its key recorded before.

        Raises Refused, and then nothing changed; Overloaded, and then nothing was tried; Unavailable, and then the
        outcome is unknown until the command is repeated with the same key.
        """


class LevelReader(Protocol):
    """Reads levels."""

    async def levels_at(self, keys: Sequence[LevelKey]) -> Mapping[LevelKey, Level]:
        """Return the levels that exist, by key."""

    async def levels(self, where: LevelFilter, *, order: LevelOrder = LevelOrder.SKU, page: PageRequest) -> Page[Level]:
        """Return a page of levels. Positions are (sku, location) or (location, sku), as the order says."""

    async def level_rows(
        self, where: LevelFilter, *, order: LevelOrder, page: PageRequest, attributes: tuple[str, ...]
    ) -> Page[Row]:
        """Return the same page, of each level these attributes alone: names such as `available` or `key.sku`."""

    async def sorted_levels(
        self, where: LevelFilter, *, sort: LevelSort, descending: bool, page: PageRequest
    ) -> Page[Level]:
        """Return a page of levels in an order that clients may choose.

        Positions are (sku, location) or (location, sku), and turn as a whole; by STATUS its rank, and by a number that,
        stand before SKU and location, which do not turn. Raises TooManyToSort by a number.
        """

    async def resupplied_from(self, location: str, *, limit: int) -> Sequence[LevelKey]:
        """Return the levels whose policy resupplies them from a location, by SKU and location."""

    async def count_levels(self, where: LevelFilter) -> int:
        """Return how many levels match."""


class SummaryReader(Protocol):
    """Sums up levels."""

    async def summary(self, where: LevelFilter, *, as_of: Moment) -> InventorySummary:
        """Return the exact sums over the levels that match, all as they were at `as_of` or at one moment after it.

        Raises SummaryTooLarge or Unavailable.
        """


class LedgerReader(Protocol):
    """Reads movements and operations."""

    async def movements_at(self, versions: Sequence[tuple[LevelKey, int]]) -> Mapping[tuple[LevelKey, int], Movement]:
        """Return the movements that exist, by the version that each gave to its level."""

    async def movements(self, where: MovementFilter, *, page: PageRequest) -> Page[Movement]:
        """Return a page of movements, the newest first. Positions are (moment, writer)."""

    async def count_movements(self, where: MovementFilter) -> int:
        """Return how many movements match."""

    async def operations(
        self, ids: Sequence[str], *, extent: Extent | None = None, asked_by: str | None = None
    ) -> Mapping[str, Operation]:
        """Return the operations that exist, by id; with an extent, perhaps no more of each than that, for display.

        Those that the actor `asked_by` recorded exist for that actor also where nothing of them is visible.
        """

    async def operations_of(
        self, document: DocumentKey, *, page: PageRequest, extent: Extent | None = None
    ) -> Page[Operation]:
        """Return a page of the operations that changed a published document, the newest first.

        With an extent, perhaps no more of each than that, for display. Positions are (moment of publication,).
        """

    async def count_operations_of(self, document: DocumentKey) -> int:
        """Return how many operations changed a published document."""

    async def movements_of(self, operations: Sequence[Operation]) -> Sequence[tuple[Movement, ...]]:
        """Return the movements of each operation, in the order of its lines."""


class CatalogReader(Protocol):
    """Reads items and locations."""

    async def items(self, skus: Sequence[str]) -> Mapping[str, Item]:
        """Return the items that exist, by SKU."""

    async def item_by_barcode(self, barcode: str) -> Item | None:
        """Return the item that has a barcode."""

    async def uncomposed_skus(self) -> Sequence[str]:
        """Return the SKUs that are not in normal form C, as an earlier version accepted them; 10,000 at most."""

    async def skus_in(self, categories: Collection[str], *, limit: int | None = None) -> frozenset[str]:
        """Return the SKUs of the items in any of these categories, however they are spelled; with a limit, so many."""

    async def labels(self, kind: LabelKind, *, beginning: str, within: Collection[str] | None = None) -> Sequence[str]:
        """Return the labels in use that begin like this, apart from case and width, in that order; MAX_LABELS at most.

        Only those of items in any of the categories `within`, where that is given.
        """

    async def items_alike(self, keys: Sequence[str]) -> Sequence[Item]:
        """Return the items whose SKUs equal one of these apart from case and width: see `alike`."""

    async def item_with(self, entry: str, *, besides: Sequence[str]) -> Item | None:
        """Return the first item by SKU that has this entry in the index and is none of `besides`."""

    async def locations_alike(self, code: str) -> Sequence[Location]:
        """Return the locations whose codes equal this one apart from case."""

    async def locations(self, codes: Sequence[str]) -> Mapping[str, Location]:
        """Return the locations that exist, by code."""

    async def page_of_items(
        self, where: ItemFilter, *, order: ItemOrder = ItemOrder.SKU, page: PageRequest
    ) -> Page[Item]:
        """Return a page of items. Positions are (sku,) or (name, sku), as the order says."""

    async def item_rows(
        self, where: ItemFilter, *, order: ItemOrder, page: PageRequest, attributes: tuple[str, ...]
    ) -> Page[Row]:
        """Return the same page, of each item these attributes alone."""

    async def page_of_locations(self, where: LocationFilter, *, page: PageRequest) -> Page[Location]:
        """Return a page of locations by code. Positions are (code,)."""

    async def count_items(self, where: ItemFilter) -> int:
        """Return how many items match."""

    async def count_locations(self, where: LocationFilter) -> int:
        """Return how many locations match."""


class DocumentReader(Protocol):
    """Reads documents. All methods raise Unavailable.

    With an `extent` they read of long lists no more than it asks for: the result is for display, and no decision may
    rest on it. An extent narrows nothing for kinds without a long list, and for stores that hold whole documents.
    """

    async def documents(self, kind: type[D], ids: Sequence[str], *, extent: Extent | None = None) -> Mapping[str, D]:
        """Return the documents of a kind that exist, by id."""

    async def page_of_documents(
        self, where: DocumentFilter[D], *, page: PageRequest, extent: Extent | None = None
    ) -> Page[D]:
        """Return a page of documents, the newest first. Positions are (created_at, id)."""

    async def count_documents(self, where: DocumentFilter[D]) -> int:
        """Return how many documents match."""


class WakeQueue(Protocol[Named_co]):
    """Finds what was snoozed until a moment that has come."""

    async def due(self, *, now: Moment, limit: int) -> Sequence[Named_co]:
        """Return what names them, at most so many, the earliest end first. Raises Unavailable."""


class Lease(Protocol):
    """Leases of one process, by name: they agree on which process does what only one should do.

    Rule: a lease lasts until it runs out by the database's clock, and no other process takes it before. A holder that
    dies is replaced after that time; a holder that was only slow learns from the term that it was replaced.
    Both methods raise Unavailable.
    """

    async def hold(self, name: str) -> int | None:
        """Take the lease, or hold it for `LEASE_SECONDS` from now on.

        Return its term, which is 1 at first and grows each time that another holder takes it; None while another has
        it.
        """

    async def release(self, name: str) -> None:
        """Give the lease back if this process has it, so that another may take it at once."""
