"""Brings levels in line with what they inherit, archiving and settings, page by page.

Rule: what is read here only says which levels to try. Each is decided again in its transaction, on the defaults as they
are then, so that any number of processes may walk the same levels at once.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from app.domain.catalog.catalog import Item
from app.domain.document import DocumentKey
from app.domain.errors import Refused
from app.domain.limits import MAX_POLICY_LEVELS
from app.domain.operation import SYSTEM, CommandInfo
from app.domain.replenishment.commands.apply_policies import ApplyPolicies
from app.domain.replenishment.inheritance import inherited
from app.domain.replenishment.policy_defaults import PolicyDefaults, policy_keys
from app.domain.stock.level import Level, LevelKey
from app.services.command_bus import CommandBus
from app.services.filters import LevelFilter, LevelOrder, LocationFilter
from app.services.paging import pages
from app.services.ports import CatalogReader, DocumentReader, LevelReader
from app.services.request_info import RequestInfo


class PolicyWalk:
    """Applies policies to levels. All methods raise Unavailable or Overloaded."""

    def __init__(
        self, *, bus: CommandBus, levels: LevelReader, catalog: CatalogReader, documents: DocumentReader
    ) -> None:
        self._bus = bus
        self._levels = levels
        self._catalog = catalog
        self._documents = documents

    async def apply_to(self, keys: Sequence[LevelKey]) -> int:
        """Bring these levels in line; return how many were not. Levels that do not exist are left out."""
        wanted, changed = list(dict.fromkeys(keys)), 0
        for start in range(0, len(wanted), MAX_POLICY_LEVELS):
            found = await self._levels.levels_at(wanted[start : start + MAX_POLICY_LEVELS])
            changed += await self._apply(list(found.values()))
        return changed

    async def walk(self, where: LevelFilter, *, go_on: Callable[[], Awaitable[bool]]) -> bool:
        """Bring all levels that match in line, while `go_on` permits each page; return whether all were reached.

        A level that begins behind the walk is not seen.
        """
        order = LevelOrder.SKU if where.locations is None else LevelOrder.LOCATION
        if not await go_on():
            return False
        async for page in pages(
            lambda page: self._levels.levels(where, order=order, page=page), size=MAX_POLICY_LEVELS
        ):
            await self._apply(page.nodes)
            if page.has_next and not await go_on():
                return False
        return True

    async def walk_archived(self, *, go_on: Callable[[], Awaitable[bool]]) -> bool:
        """Close all levels of archived items and at archived locations that are not marked as closed: see walk."""
        archived = LocationFilter(is_archived=True)
        async for page in pages(lambda page: self._catalog.page_of_locations(archived, page=page)):
            for location in page.nodes:
                if not await self.walk(LevelFilter(locations=(location.code,)), go_on=go_on):
                    return False
        return await self.walk(LevelFilter(is_archived=True), go_on=go_on)

    async def _apply(self, levels: Sequence[Level]) -> int:
        categories = await self._out_of_line(levels)
        if not categories:
            return 0

        def build(info: CommandInfo) -> ApplyPolicies:
            return ApplyPolicies(info=info, categories=categories)

        try:
            outcome = await self._bus.run("policiesApply", RequestInfo(actor=SYSTEM), build)
        except Refused:
            return 0  # another process was faster
        return len(outcome.movements)

    async def _out_of_line(self, levels: Sequence[Level]) -> Mapping[LevelKey, str | None]:
        """Return those that do not follow the present defaults, with the categories of their items."""
        items = await self._catalog.items(list({level.key.sku for level in levels})) if levels else {}
        stocked = [(level, items[level.key.sku]) for level in levels if level.key.sku in items]
        keys = {each for level, item in stocked for each in policy_keys(level.key, category=item.category)}
        defaults = await self._defaults(keys)
        return {level.key: item.category for level, item in stocked if _is_out_of_line(level, item, defaults)}

    async def _defaults(self, keys: set[DocumentKey]) -> Mapping[DocumentKey, PolicyDefaults]:
        found = await self._documents.documents(PolicyDefaults, [key.id for key in keys]) if keys else {}
        return {each.key: each for each in found.values()}


def _is_out_of_line(level: Level, item: Item, defaults: Mapping[DocumentKey, PolicyDefaults]) -> bool:
    if level.archived is not None or level.closed:
        return level.archived is not None  # it is to be closed, or opened; the settings of closed levels stay
    found = [defaults[key] for key in policy_keys(level.key, category=item.category) if key in defaults]
    return inherited(level, found, item) is not None
