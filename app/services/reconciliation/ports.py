"""What a reconciliation needs of the store."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Protocol

from app.domain.reconciliation.discrepancy import Discrepancy
from app.domain.reconciliation.level_books import LevelBooks
from app.domain.stock.level import LevelKey


@dataclass(frozen=True, slots=True, kw_only=True)
class BooksFilter:
    """The levels of one item, of one location, or of both; all where neither is named."""

    sku: str | None = None
    location: str | None = None

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left out."""
        return self.sku is None and self.location is None


@dataclass(frozen=True, slots=True, kw_only=True)
class BooksChunk:
    """The books of the levels of some items that follow each other, all read at one moment.

    `until` is the last of these items, and None where no item follows.
    """

    books: Sequence[LevelBooks]
    until: str | None


class BooksReader(Protocol):
    """Reads all records of levels, each chunk in one snapshot."""

    async def count_levels(self, where: BooksFilter) -> int:
        """Return how many levels there are, or nearly so."""

    async def chunk(self, where: BooksFilter, *, after: str | None) -> BooksChunk:
        """Return the books of the items that follow one, or of the first ones. Raises Unavailable."""

    async def books_of(self, key: LevelKey) -> LevelBooks:
        """Return the books of one level. Raises Unavailable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedPart:
    """How many records were compared in one part of a check, and where they differ."""

    count: int
    discrepancies: Sequence[Discrepancy] = ()


class Checker(Protocol):
    """Compares records of one kind with all others that they must agree with, part by part.

    A discrepancy was found twice, in two reads, before it is returned. `title` names the records, in the plural.
    """

    title: str

    async def count(self, where: BooksFilter) -> int:
        """Return how many records there are, or nearly so. Raises Unavailable."""

    def check(self, where: BooksFilter) -> AsyncGenerator[CheckedPart, None]:
        """Compare all of them, and yield after each part. Raises Unavailable."""


class Repairs(Protocol):
    """Rebuilds what is derived. What changes meanwhile is never overwritten."""

    async def rebuild(self, discrepancy: Discrepancy) -> bool:
        """Rebuild what a discrepancy is about; return whether it is as it should be now. Raises Unavailable."""
