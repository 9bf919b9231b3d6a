"""The ports of insight: sums over the ledger, the levels that they are about, and what those were."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from app.domain.insight.abc import AbcClass
from app.domain.insight.class_totals import ClassTotals
from app.domain.insight.insight import LedgerSums
from app.domain.insight.level_history import Grid, Slice
from app.domain.insight.movers import MoversOrder, TopMovers
from app.domain.insight.ranking import InsightOrder, RankedLevel, StockedLevel
from app.domain.insight.window import Window
from app.domain.stock.level import LevelKey
from app.domain.time import Moment
from app.services.filters import LevelFilter
from app.services.paging import PageRequest


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


class KeptLocation(NamedTuple):
    """When all levels of a location were ranked, and how many there were."""

    at: Moment
    levels: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFilter:
    """Ranked levels by location, ABC class, and by whether they are dead stock."""

    locations: tuple[str, ...]
    classes: tuple[AbcClass, ...] | None = None
    is_dead_stock: bool | None = None


class KeptRankings(Protocol):
    """The places of all levels in every order, as of the last ranking of their location. All raise Unavailable."""

    async def locations(self, codes: Collection[str]) -> Mapping[str, KeptLocation]:
        """Return when these locations were ranked, of those that were."""

    async def keep(self, location: str, levels: Sequence[RankedLevel], *, at: Moment) -> int:
        """Replace what is kept of the levels of a location; return how many have changed."""

    async def page(self, where: KeptFilter, *, order: InsightOrder, page: PageRequest) -> Sequence[RankedLevel]:
        """Return the first levels after a place, and one more if more follow."""

    async def count(self, where: KeptFilter) -> int:
        """Return how many levels match."""

    async def totals(self, where: KeptFilter) -> Mapping[AbcClass, ClassTotals]:
        """Return the sums over the levels that match, by class."""

    async def levels_at(self, keys: Collection[LevelKey]) -> Sequence[RankedLevel]:
        """Return those of these levels that were ranked."""


class MoverReader(Protocol):
    """Finds the items that move most."""

    async def movers(
        self, locations: Sequence[str] | None, *, since: Moment, until: Moment, order: MoversOrder, first: int
    ) -> TopMovers:
        """Return the first of those that moved since a moment, at these locations, or all where None.

        Raises Unavailable.
        """


class HistoryReader(Protocol):
    """Reads the history of levels from the ledger."""

    async def slices_of(self, keys: Sequence[LevelKey], *, grid: Grid) -> Mapping[LevelKey, Mapping[int, Slice]]:
        """Return what the lines of each level come to by the numbers of the slices; those without lines are left out.

        Raises Unavailable.
        """
