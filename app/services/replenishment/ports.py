"""The port through which policies that wait to be applied are found, and what lists of policies may be narrowed to."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple, Protocol

from app.domain.document import DocumentKind
from app.domain.replenishment.policy_defaults import PolicyDefaults, PolicyScope
from app.domain.stock.level import LevelKey
from app.domain.time import Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyFilter:
    """Policies that set something, of some scopes. None narrows nothing; no scopes leave nothing."""

    kind: ClassVar[DocumentKind] = DocumentKind.POLICY

    scopes: tuple[PolicyScope, ...] | None = None

    def matches(self, defaults: PolicyDefaults) -> bool:
        return defaults.sets_something and (self.scopes is None or defaults.scope in self.scopes)


class BegunLevel(NamedTuple):
    """When a level began."""

    at: Moment
    key: LevelKey


class PolicyQueue(Protocol):
    """Reads what is to be done for policies. All methods raise Unavailable."""

    async def pending(self, *, limit: int) -> Sequence[PolicyDefaults]:
        """Return defaults that are not applied to all their levels, those that have waited longest first."""

    async def are_any(self) -> bool:
        """Tell whether there are defaults that set something."""

    async def begun(
        self, *, since: Moment, until: Moment, after: BegunLevel | None, limit: int
    ) -> Sequence[BegunLevel]:
        """Return levels whose first line has a moment from `since` on and before `until`, in order, behind `after`."""

    async def looked_until(self) -> Moment | None:
        """Return until which moment all levels that began have been looked at; None where nobody ever did."""

    async def look_until(self, moment: Moment) -> None:
        """Note that all levels that began before a moment have been looked at."""

    async def are_archived_closed(self) -> bool:
        """Tell whether the levels of all that an earlier version archived say so by now."""

    async def note_archived_closed(self) -> None:
        """Note that they do."""
