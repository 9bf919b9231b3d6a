"""Stock of one item at one location, and the only ways it may change.

Rule: 0 <= reserved, 0 <= unavailable, reserved + unavailable <= on hand. Available is derived, never stored.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from app.domain.errors import InsufficientStock, InventoryError, QuantityOutOfRange
from app.domain.limits import MAX_QUANTITY
from app.domain.time import NEVER, Moment


class LevelKey(NamedTuple):
    """Names a level: one item at one location."""

    sku: str
    location: str

    def __str__(self) -> str:
        return f"{self.sku} at {self.location}"


class LevelStatus(StrEnum):
    """How a level stands against its reorder point."""

    IN_STOCK = "IN_STOCK"
    LOW = "LOW"
    OUT = "OUT"


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelChange:
    """What one operation does to one level, in units. `reorder_point` replaces the present one where it is given."""

    on_hand: int = 0
    reserved: int = 0
    unavailable: int = 0
    incoming: int = 0
    reorder_point: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """The count of one item at one location, in units. `version` grows by one with each movement."""

    key: LevelKey
    on_hand: int = 0
    reserved: int = 0
    unavailable: int = 0
    incoming: int = 0
    reorder_point: int = 0
    version: int = 0
    changed_at: Moment = NEVER

    def __post_init__(self) -> None:
        assert self.reserved >= 0 <= self.unavailable, self
        assert self.reserved + self.unavailable <= self.on_hand <= MAX_QUANTITY, self

    @property
    def available(self) -> int:
        """Units that may be sold or promised now."""
        return self.on_hand - self.reserved - self.unavailable

    @property
    def status(self) -> LevelStatus:
        """OUT at nothing available, LOW at or below the reorder point.

        At or below, as in the continuous-review policies of Silver, Pyke and Thomas, *Inventory and Production
        Management in Supply Chains*, 4th ed., 6.3: an order is due when the position drops to s or lower.
        """
        if self.available <= 0:
            return LevelStatus.OUT
        return LevelStatus.LOW if self.available <= self.reorder_point else LevelStatus.IN_STOCK

    def refusal(self, change: LevelChange) -> InventoryError | None:
        """Return why the change is not allowed: more than is available, or more than a level can hold."""
        taken = change.reserved + change.unavailable - change.on_hand
        if taken > self.available:
            return InsufficientStock(
                sku=self.key.sku, location=self.key.location, requested=taken, available=self.available
            )
        if self.on_hand + change.on_hand > MAX_QUANTITY:
            return QuantityOutOfRange(quantity=self.on_hand + change.on_hand, minimum=0)
        return None

    def changed(self, change: LevelChange, *, at: Moment) -> "Level":
        """Return the level after a change that has no refusal."""
        return Level(
            key=self.key,
            on_hand=self.on_hand + change.on_hand,
            reserved=self.reserved + change.reserved,
            unavailable=self.unavailable + change.unavailable,
            incoming=self.incoming + change.incoming,
            reorder_point=self.reorder_point if change.reorder_point is None else change.reorder_point,
            version=self.version + 1,
            changed_at=at,
        )
