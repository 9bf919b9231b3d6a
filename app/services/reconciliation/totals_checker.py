"""Compares the totals that are kept behind the ledger with the sums of all levels."""

from collections.abc import AsyncGenerator

from app.domain.reconciliation.discrepancy import CheckKind, Discrepancy
from app.domain.stock.kept_totals import Sums
from app.services.reconciliation.ports import BooksFilter, BooksReader, CheckedPart
from app.services.stock.ports import TotalsAudit


class TotalsChecker:
    """Checker of kept totals. They are of all levels, so they are not compared where only some levels are.

    Nor are they while they are being built: summaries are counted meanwhile.
    """

    title = "levels in kept totals"

    def __init__(self, totals: TotalsAudit, books: BooksReader) -> None:
        self._totals, self._books = totals, books

    async def count(self, where: BooksFilter) -> int:
        return await self._books.count_levels(where) if where.is_whole else 0

    async def check(self, where: BooksFilter) -> AsyncGenerator[CheckedPart, None]:
        if not where.is_whole:
            return
        first = await self._totals.differences()
        if first is None:
            return
        again = (await self._totals.differences() or ()) if first else ()
        groups = {each.group for each in first}
        yield CheckedPart(
            count=await self.count(where),
            discrepancies=[
                Discrepancy(
                    kind=CheckKind.TOTALS,
                    subject=f"totals of {each.group}",
                    field=name,
                    expected=counted,
                    found=kept,
                    is_derived=True,
                )
                for each in again
                if each.group in groups
                for name, counted, kept in zip(Sums._fields, each.counted, each.kept, strict=True)
                if counted != kept
            ],
        )
