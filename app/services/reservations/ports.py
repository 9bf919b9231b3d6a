"""The ports of reservations: those that expire, those that wait for stock, and those that are short."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from app.domain.reservations.shortage import Holding
from app.domain.stock.level import Level, LevelKey
from app.domain.time import Moment


class WaitingReservation(NamedTuple):
    """A reservation that waits for an item: its id, and the codes of the locations at which its units are counted."""

    id: str
    homes: tuple[str, ...]


class ReservationQueue(Protocol):
    """Reads ids of open reservations. All methods raise Unavailable."""

    async def due(self, *, now: Moment, limit: int, keys: Sequence[LevelKey] | None = None) -> Sequence[str]:
        """Return the expired ones, the earliest end first; only those with units at `keys`, where given."""

    async def next_expiry(self) -> Moment | None:
        """Return the next moment at which one expires, or did; None where none ever will."""

    async def waiting(self, key: LevelKey, *, limit: int, skip: int = 0) -> Sequence[WaitingReservation]:
        """Return those that wait for units of a level, there or at any location, the oldest first."""

    async def waited_for_anywhere(self, skus: Sequence[str] | None = None) -> Sequence[str]:
        """Return the items that any reservation waits for at any location, by SKU; of these only, where given."""

    async def waiting_longer(self, key: LevelKey, *, than: Moment, limit: int) -> Sequence[str]:
        """Return those that wait for units of a level and need them only after a moment, in no particular order."""

    async def free(self, skus: Sequence[str]) -> Sequence[LevelKey]:
        """Return the levels of items that have free units, by SKU and location, save those at archived locations."""

    async def assignable(self, *, limit: int) -> Sequence[LevelKey]:
        """Return levels with units both free and waited for, by SKU and location."""


class ShortageReader(Protocol):
    """Reads what is short. All methods raise Unavailable."""

    async def short_levels(self, *, sku: str | None, location: str | None, limit: int) -> Sequence[Level]:
        """Return levels with a shortfall, by SKU and location; of one item or location only, where given."""

    async def newest_holding(self, key: LevelKey, *, units: int) -> Sequence[Holding]:
        """Return the open reservations that hold units of a level, the newest first, until they hold so many."""
