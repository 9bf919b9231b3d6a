"""The port of insight: sums over the ledger, and the levels that they are about."""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from app.domain.insight.insight import LedgerSums
from app.domain.insight.ranking import StockedLevel
from app.domain.insight.window import Window
from app.domain.stock.level import LevelKey
from app.domain.time import Moment
from app.services.filters import LevelFilter


class InsightReader(Protocol):
    """Reads sums over the ledger. All methods raise Unavailable; those about whole locations also RankingTooLarge."""

    async def sums_at(self, keys: Sequence[LevelKey], *, window: Window) -> Mapping[LevelKey, LedgerSums]:
        """Return the sums of those of these levels that moved within the window."""

    async def last_sold(self, keys: Sequence[LevelKey]) -> Mapping[LevelKey, Moment]:
        """Return when these levels sold something last, of those that ever did."""

    async def sums_in(self, locations: Sequence[str], *, window: Window) -> Mapping[LevelKey, LedgerSums]:
        """Return the sums of all levels at these locations that moved within the window."""

    async def sales_in(self, locations: Sequence[str], *, window: Window) -> Mapping[LevelKey, LedgerSums]:
        """Return the same without the sums over time, `moved_late`, `out_late` and `ended`: that is twice as fast."""

    async def stock_in(self, locations: Sequence[str], *, limit: int) -> Sequence[StockedLevel]:
        """Return all levels at these locations, in no particular order. Raises RankingTooLarge beyond `limit`."""

    async def matching(self, where: LevelFilter, *, limit: int) -> Collection[LevelKey]:
        """Return the keys of the levels that match. Raises RankingTooLarge beyond `limit`."""
