"""The ports of the audit."""

from collections.abc import Collection
from typing import NamedTuple, Protocol

from app.domain.audit.entry import AuditEntry
from app.domain.audit.page import AuditPage, Head
from app.domain.time import Moment
from app.services.audit.filters import AuditFilter
from app.services.paging import Page, PageRequest


class AuditTrail(Protocol):
    """Takes what is to be recorded. It never waits, and never fails."""

    def record(self, entry: AuditEntry) -> None:
        """Record an entry; its time is set."""


class PlacedEntry(NamedTuple):
    """An entry, and where it stands: the page, its day, and the index of its line."""

    page: int
    day: str
    line: int
    entry: AuditEntry


class StoredPage(NamedTuple):
    """A page, the hash that is stored beside it, and whether it is found by what its entries say.

    What it is looked up by is no part of what is hashed.
    """

    page: AuditPage
    hash: str
    is_indexed: bool


class AuditPages(Protocol):
    """Keeps the pages of the audit. Nothing changes a page. All methods raise Unavailable."""

    async def head(self) -> Head:
        """Return the newest page that a majority has, as a head; `Head()` where there is none."""

    async def hash_of(self, number: int) -> str | None:
        """Return the hash of a page that a majority has."""

    async def add(self, page: AuditPage, *, first_at: Moment, last_at: Moment, terms: Collection[str]) -> bool:
        """Add a page, and return True once a majority has it; False where its number is taken."""

    async def entries(self, where: AuditFilter, *, page: PageRequest) -> Page[PlacedEntry]:
        """Return entries, the newest first. Positions are (first_at of the page, its number, index of the line)."""

    async def count(self, where: AuditFilter) -> int:
        """Return how many entries match."""

    async def count_pages(self) -> int:
        """Return how many pages there are."""

    async def pages(self, *, page: PageRequest) -> Page[StoredPage]:
        """Return pages, the oldest first; fewer than asked for where they are large. Positions are (number,)."""

    async def last_before(self, day: str) -> Head | None:
        """Return the newest page of the days before this one."""

    async def remove_through(self, number: int) -> int:
        """Remove the pages up to this one, the oldest first, and return how many."""
