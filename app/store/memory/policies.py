"""Finds policies and new levels to work on, in the store in memory."""

from collections.abc import Sequence
from typing import ClassVar, Self

from app.domain.access.visibility import Visibility
from app.domain.document import DocumentKind
from app.domain.replenishment.policy_defaults import PolicyDefaults
from app.domain.time import Moment
from app.services.filters import MovementFilter
from app.services.page_cursor import MAX_WHOLE
from app.services.paging import Page, PageRequest
from app.services.replenishment.filters import PolicyFilter
from app.services.replenishment.ports import BegunLevel
from app.store.memory.store import MemoryStore

_WHOLE = PageRequest(first=MAX_WHOLE)


class _Pending:
    """The filter of policies that are not applied, whether they set something or not."""

    kind: ClassVar[DocumentKind] = DocumentKind.POLICY

    def matches(self, defaults: PolicyDefaults) -> bool:
        return not defaults.is_applied

    def within(self, _: Visibility, /) -> Self:
        return self  # workers alone use it


class MemoryPolicyQueue:
    """PolicyQueue."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store
        self._looked_until: Moment | None = None
        self._has_closed_archived = False

    async def pending(self, *, limit: int) -> Sequence[PolicyDefaults]:
        found: Page[PolicyDefaults] = await self._store.page_of_documents(_Pending(), page=_WHOLE)
        return sorted(found.nodes, key=lambda each: (each.changed_at, each.id))[:limit]

    async def are_any(self) -> bool:
        return await self._store.count_documents(PolicyFilter()) > 0

    async def begun(
        self, *, since: Moment, until: Moment, after: BegunLevel | None, limit: int
    ) -> Sequence[BegunLevel]:
        lines = (await self._store.movements(MovementFilter(since=since, until=until), page=_WHOLE)).nodes
        begun = sorted(BegunLevel(line.recorded_at, line.after.key) for line in lines if line.after.version == 1)
        return [each for each in begun if after is None or each > after][:limit]

    async def looked_until(self) -> Moment | None:
        return self._looked_until

    async def look_until(self, moment: Moment) -> None:
        self._looked_until = moment if self._looked_until is None else max(self._looked_until, moment)

    async def are_archived_closed(self) -> bool:
        return self._has_closed_archived

    async def note_archived_closed(self) -> None:
        self._has_closed_archived = True
