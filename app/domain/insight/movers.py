"""The items that move most within the last minutes or hours.

Rule: what counts is what the ledger recorded within the window: net units sold, and all units that came and went. A
transfer between two of the locations counts at both.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from app.domain.replenishment.demand import units_of
from app.domain.stock.movement import Movement
from app.domain.time import MICROSECONDS_PER_SECOND, Moment

MAX_MOVERS = 100  # more is a report: see lists of insight
MAX_LINES_READ = 100_000  # the newest of a window: some 0.5 s of the database


class MoversWindow(StrEnum):
    """The time that counts, back from now."""

    LAST_15_MINUTES = "LAST_15_MINUTES"
    LAST_HOUR = "LAST_HOUR"
    LAST_24_HOURS = "LAST_24_HOURS"

    @property
    def seconds(self) -> int:
        """Its length."""
        return _SECONDS[self]

    def since(self, now: Moment) -> Moment:
        """Return its first moment."""
        return Moment(now - self.seconds * MICROSECONDS_PER_SECOND)


_SECONDS = {
    MoversWindow.LAST_15_MINUTES: 900,
    MoversWindow.LAST_HOUR: 3_600,
    MoversWindow.LAST_24_HOURS: 86_400,
}


class MoversOrder(StrEnum):
    """What makes an item a mover."""

    UNITS_SOLD = "UNITS_SOLD"
    UNITS_MOVED = "UNITS_MOVED"


class Mover(NamedTuple):
    """An item, its net units sold, and its units that came and went, for whatever reason."""

    sku: str
    units_sold: int
    units_in: int
    units_out: int

    def weight(self, order: MoversOrder) -> int:
        """Return by how much it moved."""
        return self.units_sold if order is MoversOrder.UNITS_SOLD else self.units_in + self.units_out


@dataclass(frozen=True, slots=True, kw_only=True)
class TopMovers:
    """Those that moved most, as of `until`; equal ones by SKU. What did not move is left out.

    Lines count from `since` on: later than the window begins where it has more than MAX_LINES_READ lines. `oldest` is
    the moment of the oldest line that counts, None where there is none.
    """

    since: Moment
    until: Moment
    movers: tuple[Mover, ...]
    oldest: Moment | None

    @classmethod
    def of(
        cls, newest_first: Iterable[Movement], *, since: Moment, until: Moment, order: MoversOrder, first: int
    ) -> "TopMovers":
        """Return those that moved most by these lines."""
        sums: dict[str, Mover] = {}
        oldest: Moment | None = None
        for line in newest_first:
            sku, moved = line.after.key.sku, line.change.on_hand
            _, sold, came, went = sums.get(sku, Mover(sku, 0, 0, 0))
            sums[sku] = Mover(sku, sold + units_of(line), came + max(moved, 0), went + max(-moved, 0))
            oldest = line.recorded_at
        found = [mover for mover in sums.values() if mover.weight(order) > 0]
        found.sort(key=lambda mover: (-mover.weight(order), mover.sku))
        return cls(since=since, until=until, movers=tuple(found[:first]), oldest=oldest)
