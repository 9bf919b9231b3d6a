"""The ports of replenishment: policies to be applied, declined needs that fall due, and demand from the ledger."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from app.domain.insight.window import Window
from app.domain.replenishment.demand import Demand
from app.domain.replenishment.policy_defaults import PolicyDefaults
from app.domain.stock.level import LevelKey
from app.domain.time import Moment


class BegunLevel(NamedTuple):
    """The beginning of a level."""

    at: Moment
    key: LevelKey


class PolicyQueue(Protocol):
    """Reads which policies are to be applied, and to which levels. All methods raise Unavailable."""

    async def pending(self, *, limit: int) -> Sequence[PolicyDefaults]:
        """Return defaults that are not applied to all their levels, those that have waited longest first."""

    async def are_any(self) -> bool:
        """Tell whether there are defaults that set something."""

    async def begun(
        self, *, since: Moment, until: Moment, after: BegunLevel | None, limit: int
    ) -> Sequence[BegunLevel]:
        """Return levels whose first line has a moment from `since` on and before `until`, in order, behind `after`."""

    async def looked_until(self) -> Moment | None:
        """Return until which moment all new levels have been looked at; None where none ever were."""

    async def look_until(self, moment: Moment) -> None:
        """Note that all levels that began before a moment have been looked at."""

    async def are_archived_closed(self) -> bool:
        """Tell whether the levels of everything that an earlier version archived are marked as closed."""

    async def note_archived_closed(self) -> None:
        """Note that they are."""


class DemandReader(Protocol):
    """Reads demand from the ledger. All methods raise Unavailable."""

    async def demand_at(self, keys: Sequence[LevelKey], *, window: Window) -> Mapping[LevelKey, Demand]:
        """Return the demand of each of these levels within the window, or since its first movement if that is later.

        One read, whose work grows with what moved at these levels within the window, whatever else the ledger holds. A
        caller that wants a whole location goes through its levels page by page: then no more than a page is held in
        memory, and no query keeps the database busy for long.
        """
