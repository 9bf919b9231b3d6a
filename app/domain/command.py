"""The contract of every change: plain data, and one pure function that decides.

A writer reads what the command touches, lets it decide on that view, and commits the decision. The same inputs decide
the same way over every store.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from app.domain.catalog import Item, Location
from app.domain.errors import InventoryError
from app.domain.level import Level, LevelChange, LevelKey
from app.domain.movement import MovementReason
from app.domain.operation import Cause
from app.domain.time import Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Touches:
    """What a command needs to see. The items and locations of the levels come along by themselves."""

    levels: tuple[LevelKey, ...] = ()
    items: tuple[str, ...] = ()
    locations: tuple[str, ...] = ()


class View(Protocol):
    """The state on which a command decides: as of the transaction, with the batch's earlier changes folded in."""

    @property
    def now(self) -> Moment:
        """The moment of the decision."""

    def stock(self, key: LevelKey) -> Level:
        """Return the level, an empty one where the item was never stocked at the location.

        Raises UnknownItem, UnknownLocation or Archived where its stock may not change.
        """

    def item(self, sku: str) -> Item | None:
        """Return an item named in `Touches.items`."""

    def location(self, code: str) -> Location | None:
        """Return a location named in `Touches.locations`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The change of one level, and why."""

    key: LevelKey
    change: LevelChange
    reason: MovementReason
    channel: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a command wants written: changes of levels, catalog entries as they should be, and lines that it refuses."""

    lines: tuple[Line, ...] = ()
    items: tuple[Item, ...] = ()
    locations: tuple[Location, ...] = ()
    refusals: Mapping[int, InventoryError] | None = None


class Command(Protocol):
    """A request to change something."""

    @property
    def cause(self) -> Cause:
        """Who asks, and under which key."""

    def content(self) -> object:
        """Return what tells this input from another under the same idempotency key."""

    def faults(self, *, now: Moment) -> Iterator[InventoryError]:
        """Yield what is wrong with the input, whatever the state."""

    def touches(self) -> Touches:
        """Return what the decision needs to see."""

    def decide(self, view: View) -> Decision:
        """Decide on the view. Raises Refused or an InventoryError, and then changes nothing."""
