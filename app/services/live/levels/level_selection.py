"""The levels that a stream selects, and which of them its subscribers have.

Rule: a level is sent while it is in the selection, and once more when it has left it. An item's other facts, such as
its name, may be some seconds old; that it was archived or restored is looked up at once.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import Enum

from app.domain.stock.level import Level, LevelKey
from app.services.access.visible_items import VisibleItems
from app.services.catalog.item_match_cache import ItemMatchCache
from app.services.filters import ItemFilter, LevelFilter
from app.services.ports import Monotonic

# A change may become visible in a page before its message arrives. Publishers drop messages at the first failed send,
# after a second, and a stalled connection is cut: a message this much older than a page does not arrive any more.
FORGET_SHOWN_SECONDS = 60
_ARCHIVED = ItemFilter(is_archived=True).search_terms


class LevelPlace(Enum):
    """Where a version of a level stands, seen from a selection."""

    INSIDE = "inside"
    OUTSIDE = "outside"  # but earlier or later versions may be inside
    ELSEWHERE = "elsewhere"  # so that no subscriber has to know
    UNKNOWN = "unknown"  # until it is looked up


class LevelSelection:
    """Decides per version of a level. Named SKUs and locations are the hub's to select by."""

    def __init__(
        self,
        where: LevelFilter,
        *,
        item_matches: ItemMatchCache,
        visible: VisibleItems | None = None,
        monotonic: Monotonic = time.monotonic,
    ) -> None:
        self._matches_sku = None if where.sku_prefix is None else where.matches_sku
        self._matches_state = where.matches_state if where.names_a_state else None
        self._sought = replace(where, is_archived=None).search_terms
        self._item_matches = item_matches
        self._visible = visible
        self._is_archived = where.is_archived
        self._archived: Mapping[str, bool] = {}  # of the items of closed levels that were looked up last
        self._may_leave = where.names_a_state or where.is_archived is not None
        self._inside: set[LevelKey] = set()  # what any subscriber may have, and more
        self._shown = _LatelyShown(monotonic)

    def place_of(self, level: Level, *, is_looked_up: bool = False) -> LevelPlace:
        """Return where a version is that has just come. It may have to be looked up first."""
        sku = level.key.sku
        if self._matches_sku is not None and not self._matches_sku(sku):
            return LevelPlace.ELSEWHERE
        if self._visible is not None and (is_visible := self._visible.verdict(sku)) is not True:
            return LevelPlace.UNKNOWN if is_visible is None else LevelPlace.ELSEWHERE
        if self._sought and (is_found := self._item_matches.verdict(self._sought, sku)) is not True:
            return LevelPlace.UNKNOWN if is_found is None else LevelPlace.ELSEWHERE
        if self._is_archived is not None and level.closed and not is_looked_up:
            return LevelPlace.UNKNOWN
        is_inside = (self._matches_state is None or self._matches_state(level)) and self._matches_archive(level)
        return LevelPlace.INSIDE if is_inside else LevelPlace.OUTSIDE

    async def look_up(self, levels: Sequence[Level]) -> None:
        """Look up what is needed to place these versions. Raises Unavailable."""
        skus = {level.key.sku for level in levels}
        if self._visible is not None:
            skus &= set(await self._visible.lately_among(skus))
        if self._sought and skus:
            await self._item_matches.verdicts(self._sought, skus)
        closed = {level.key.sku for level in levels if level.closed} if self._is_archived is not None else ()
        for sku in closed:
            self._item_matches.forget(_ARCHIVED, sku)
        self._archived = await self._item_matches.verdicts(_ARCHIVED, closed) if closed else {}

    def _matches_archive(self, level: Level) -> bool:
        """Tell whether a level's item is archived as is asked for. Where it is, the level is closed, but not only then.

        What is looked up may be newer than the level. Then another version comes.
        """
        return self._is_archived is None or self._is_archived is (level.closed and self._archived[level.key.sku])

    def moves(self, level: Level, place: LevelPlace) -> bool:
        """Note where a version is. Return whether subscribers have to know of it."""
        if not self._may_leave:
            return place is LevelPlace.INSIDE
        if place is LevelPlace.INSIDE:
            self._inside.add(level.key)
            return True
        if level.key not in self._inside:
            return False
        if level.version > self._shown.version(level.key):  # otherwise it was overtaken: a page showed it inside again
            self._inside.discard(level.key)
        return True

    def show(self, level: Level, *, is_outside_again: bool) -> None:
        """Note that a page showed this version, which is inside. A later one that came already may have left."""
        if self._may_leave:
            self._shown.note(level)
            if not is_outside_again:
                self._inside.add(level.key)


class _LatelyShown:
    """The versions that pages showed within FORGET_SHOWN_SECONDS, and not much longer ago."""

    def __init__(self, monotonic: Monotonic) -> None:
        self._monotonic = monotonic
        self._present: dict[LevelKey, int] = {}
        self._former: dict[LevelKey, int] = {}
        self._until = 0.0

    def note(self, level: Level) -> None:
        if self._monotonic() > self._until:
            self._former, self._present = self._present, {}
            self._until = self._monotonic() + FORGET_SHOWN_SECONDS
        self._present[level.key] = max(level.version, self._present.get(level.key, 0))

    def version(self, key: LevelKey) -> int:
        return max(self._present.get(key, 0), self._former.get(key, 0))
