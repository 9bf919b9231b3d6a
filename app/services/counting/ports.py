"""The ports of counting: lines of counts, and the levels that are due."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from app.domain.counting.count_line import CountLine
from app.domain.money import Money
from app.domain.stock.level import Level
from app.domain.time import Moment
from app.services.counting.filters import CountLineFilter
from app.services.filters import LevelFilter
from app.services.paging import Page, PageRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class SoldItem:
    """The units of an item that were sold, less returns, and the cost of one, if known."""

    sku: str
    units: int
    unit_cost: Money | None


class CountReader(Protocol):
    """Reads lines of counts. All methods raise Unavailable."""

    async def page_of_lines(self, where: CountLineFilter, *, page: PageRequest) -> Page[CountLine]:
        """Return a page of lines by SKU. Positions are (sku,)."""

    async def count_lines(self, where: CountLineFilter) -> int:
        """Return how many lines match."""

    async def count_uncounted(self, count: str, levels: LevelFilter) -> int:
        """Return how many of these levels, all of one location, have no line in a count."""


class CycleReader(Protocol):
    """Reads sales and last counts of items that are not archived. All methods raise Unavailable."""

    async def sold(self, location: str, *, since: Moment) -> Sequence[SoldItem]:
        """Return the items with more units sold than returned since a moment, in no particular order."""

    async def longest_uncounted(
        self, location: str, *, until: Moment, without: Collection[str], first: int
    ) -> Sequence[Level]:
        """Return levels not counted after a moment, the longest ago first, then by SKU; none of the items `without`."""

    async def oversold(self, location: str, *, limit: int) -> Sequence[Level]:
        """Return oversold levels, by SKU."""
