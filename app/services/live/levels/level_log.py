"""The log of a stream of levels: of each level the newest event only, and a limited number of levels.

Rule: an event that is replaced goes to the end, so a reader that lags passes a level once, in its newest version.
"""

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Sequence
from operator import itemgetter

from app.domain.live.events import LevelEvent
from app.domain.stock.level import LevelKey
from app.services.live.stream import Entry, FellBehind

MAX_LEVELS_KEPT = 4_096  # some 600 KB; a subscriber this far behind should start again from a snapshot
_MAX_REPLACED = 64  # kept beside as many as there are levels, so that moving them together costs little

_position = itemgetter(0)


class LevelLog:
    """Events by position."""

    def __init__(self, *, maximum: int = MAX_LEVELS_KEPT) -> None:
        self.end = 0
        self._maximum = maximum
        self._dropped = 0  # the position behind the newest event that was dropped
        self._newest: OrderedDict[LevelKey, Entry[LevelEvent]] = OrderedDict()
        self._in_order: list[Entry[LevelEvent]] = []  # with those that were replaced

    def append(self, event: LevelEvent) -> None:
        """Keep an event, in place of an older one of its level."""
        self.end += 1
        key, entry = event.level.key, Entry(self.end, event)
        self._newest[key] = entry
        self._newest.move_to_end(key)
        self._in_order.append(entry)
        if len(self._newest) > self._maximum:
            self._dropped = self._newest.popitem(last=False)[1].position
        if len(self._in_order) > 2 * len(self._newest) + _MAX_REPLACED:
            self._in_order = list(self._newest.values())

    def version(self, key: LevelKey) -> int:
        """Return the version of a level in the log; 0 where there is none."""
        entry = self._newest.get(key)
        return 0 if entry is None else entry.event.level.version

    def after(self, position: int, *, maximum: int) -> Sequence[Entry[LevelEvent]]:
        """Return the next entries behind a position. Raises FellBehind."""
        if position >= self.end:
            return ()
        if position < self._dropped:
            raise FellBehind
        found: list[Entry[LevelEvent]] = []
        newest, in_order = self._newest, self._in_order
        for index in range(bisect_right(in_order, position, key=_position), len(in_order)):
            entry = in_order[index]
            if newest.get(entry.event.level.key) is entry:
                found.append(entry)
                if len(found) == maximum:
                    break
        return found
