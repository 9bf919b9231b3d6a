"""The levels that one subscriber selects: what was sent of them, and so what must still be sent.

Rule: a level is sent while it is in the selection, and once more when it has left it. An item's other facts, such as
its name, may be some seconds old; that it was archived or restored is looked up at once.
"""

from collections.abc import Mapping

from app.domain.live.events import LevelEvent
from app.domain.stock.level import Level, LevelKey
from app.services.access.visible_items import VisibleItems
from app.services.catalog.item_match_cache import ItemMatchCache
from app.services.filters import LevelFilter


class LevelSelection:
    """Decides per version of a level. Named SKUs and locations are the hub's to select by.

    While the snapshot is being read, a version in another state than is asked for is queued in doubt: whether it must
    be sent depends on what a page that is under way will show. The doubt is settled when the event is taken.
    """

    def __init__(
        self, where: LevelFilter, *, item_matches: ItemMatchCache, visible: VisibleItems | None = None
    ) -> None:
        self._visible = visible
        self._matches_sku = where.matches_sku
        self._sought = where.search_terms
        self._matches_state = where.matches_state if where.names_a_state else None
        self._item_matches = item_matches
        self._shown: dict[LevelKey, int] = {}
        self._inside: set[LevelKey] = set()
        self._certain: set[LevelKey] = set()  # what is queued for them is to be sent, whatever a page shows
        self._is_reading = True
        self._by_archive = where.is_archived is not None
        self._held: set[LevelKey] = set()  # what the subscriber has, where items leave the selection by being archived
        self._closed: set[LevelKey] = set()

    def wants(self, level: Level) -> bool:
        """Tell whether a version that has just arrived is to be queued for the subscriber."""
        if not self._matches_sku(level.key.sku):
            return False
        if self._sought and not self._by_archive and self._item_matches.verdict(self._sought, level.key.sku) is False:
            return False
        if level.version <= self._shown.get(level.key, 0):
            return False
        return self._matches_state is None or self._wants_state(level, is_inside=self._matches_state(level))

    def show(self, level: Level) -> None:
        """Note that a page of the snapshot showed this level."""
        self._shown[level.key] = level.version
        if self._matches_state is not None:
            self._inside.add(level.key)
        if self._by_archive:
            self._held.add(level.key)
            self._is_flipped(level)

    def pass_over(self, events: list[LevelEvent]) -> None:
        """Note that these events are not sent, because a page that is yet to be read shows their result."""
        self._certain.difference_update(event.level.key for event in events)

    async def settle(self, events: list[LevelEvent]) -> list[LevelEvent]:
        """Return the queued events that are to be sent now."""
        if self._visible is not None and events:
            seen = await self._visible.lately_among({event.level.key.sku for event in events})
            events = [event for event in events if event.level.key.sku in seen]
        if self._sought and events:
            for event in events:
                if self._by_archive and self._is_flipped(event.level):
                    self._item_matches.forget(self._sought, event.level.key.sku)
            verdicts = await self._item_matches.verdicts(self._sought, {event.level.key.sku for event in events})
            events = [event for event in events if self._is_found(event.level.key, verdicts)]
        return [event for event in events if self._is_news(event.level)]

    def finish_reading(self) -> None:
        """Note that the snapshot is complete, so that nothing more is queued in doubt."""
        self._is_reading = False

    def forget_shown(self) -> None:
        """Forget the versions that the snapshot showed; they keep out older ones that were still on their way."""
        self._shown.clear()

    def _is_found(self, key: LevelKey, verdicts: Mapping[str, bool]) -> bool:
        """Tell whether a level's item matches, or did until it was archived or restored just now."""
        if not self._by_archive:
            return verdicts[key.sku]
        if verdicts[key.sku]:
            self._held.add(key)
            return True
        is_leaving = key in self._held
        self._held.discard(key)
        return is_leaving

    def _is_flipped(self, level: Level) -> bool:
        """Tell whether a level was closed or opened since it was last seen, and note its present state."""
        was_closed = level.key in self._closed
        (self._closed.add if level.closed else self._closed.discard)(level.key)
        return level.closed is not was_closed

    def _wants_state(self, level: Level, *, is_inside: bool) -> bool:
        key = level.key
        if is_inside:
            self._inside.add(key)
        elif key in self._inside:
            self._inside.discard(key)
        else:
            return self._is_reading
        self._certain.add(key)
        return True

    def _is_news(self, level: Level) -> bool:
        key = level.key
        is_certain = key in self._certain
        self._certain.discard(key)
        if level.version <= self._shown.get(key, 0):
            return False
        if self._matches_state is None or is_certain:
            return True
        is_leaving = key in self._inside
        self._inside.discard(key)
        return is_leaving
