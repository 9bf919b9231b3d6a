"""Compares levels with their ledgers, with the documents that count in them, and with what derives from them.

Rule: the records of a level are read in one snapshot, and a discrepancy counts only if it is there in a second one. So
changes that are made meanwhile never look like discrepancies.
"""

from collections.abc import AsyncGenerator, Collection, Sequence

from app.domain.reconciliation.level_books import LevelBooks
from app.domain.stock.level import LevelKey
from app.services.background.cancellation import raise_if_cancelled
from app.services.reconciliation.ports import BooksFilter, BooksReader, CheckedPart

FEW_LEVELS = 20  # that are read again one by one; beyond, their whole chunk is


class LevelChecker:
    """Checker of levels."""

    title = "levels"

    def __init__(self, books: BooksReader) -> None:
        self._books = books

    async def count(self, where: BooksFilter) -> int:
        return await self._books.count_levels(where)

    async def check(self, where: BooksFilter) -> AsyncGenerator[CheckedPart, None]:
        after = None
        while True:
            chunk = await self._books.chunk(where, after=after)
            differing = {each.key: found for each in chunk.books if (found := list(each.discrepancies()))}
            again = await self._read_again(differing, where, after=after) if differing else ()
            confirmed = [
                discrepancy
                for each in again
                for discrepancy in each.discrepancies()
                if discrepancy.identity in {first.identity for first in differing.get(each.key, ())}
            ]
            yield CheckedPart(count=len(chunk.books), discrepancies=confirmed)
            after = chunk.until
            if after is None:
                return
            raise_if_cancelled()

    async def _read_again(
        self, keys: Collection[LevelKey], where: BooksFilter, *, after: str | None
    ) -> Sequence[LevelBooks]:
        if len(keys) > FEW_LEVELS:
            return (await self._books.chunk(where, after=after)).books
        return [await self._books.books_of(key) for key in keys]
