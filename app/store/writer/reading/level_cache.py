"""Keeps the levels that this process changed or heard of, so that a batch reads only what it does not know (ADR 29).

Rule: a level from here only leads to changes that the database verifies: by the condition of the update, and by the
ledger, whose primary key refuses a second line for a version. What a batch decided by it without changing it is decided
again on what the transaction reads.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from itertools import islice
from typing import Final, NamedTuple

from app.domain.stock.level import Level, LevelKey

MAX_LEVELS: Final = 50_000  # some 30 MB
# A level that was not changed or read for longer is read again, so that no error of the cache lasts.
TRUSTED_SECONDS: Final = 30.0
# How long levels are read after the cache was wrong about them: as long as several processes change the same levels,
# each batch would otherwise be tried twice.
DISTRUST_SECONDS: Final = 2.0
FIRST_PAUSE_SECONDS: Final = 0.1
MAX_PAUSE_SECONDS: Final = 10.0
_MAX_DISTRUSTED: Final = 10_000
_DROPPED_SHARE: Final = 20  # a twentieth goes, so that the next 2,500 new levels find room


class KnownLevel(NamedTuple):
    """A level as it was last seen, and whether its document says that the item is archived."""

    level: Level
    is_item_archived: bool


class _Entry(NamedTuple):
    known: KnownLevel
    until: float


class LevelCache:
    """Levels by key, the one used longest ago first. It may be behind the database in any way, never ahead of it."""

    def __init__(self, *, monotonic: Callable[[], float], max_levels: int = MAX_LEVELS) -> None:
        """Count the seconds of `monotonic`, and keep at most so many levels."""
        self._monotonic = monotonic
        self._max_levels = max_levels
        self._entries: dict[LevelKey, _Entry] = {}
        self._distrusted: dict[LevelKey, float] = {}
        self._paused_until = 0.0
        self._pause_seconds = FIRST_PAUSE_SECONDS
        self.hits = self.misses = self.races_lost = 0

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, keys: Collection[LevelKey]) -> dict[LevelKey, KnownLevel]:
        """Return the levels among these that are known and trusted.

        Not those with open alerts: their alerts are read, and must be those of the level.
        """
        now = self._monotonic()
        if now < self._paused_until:
            self.misses += len(keys)
            return {}
        found: dict[LevelKey, KnownLevel] = {}
        for key in keys:
            entry = self._entries.get(key)
            if entry is None or entry.known.level.alerts:
                continue
            if now < entry.until and now >= self._distrusted.get(key, 0.0):
                found[key] = entry.known
        self.hits += len(found)
        self.misses += len(keys) - len(found)
        return found

    def keep(self, levels: Mapping[LevelKey, Level], is_item_archived: Callable[[str], bool]) -> None:
        """Note levels as a committed batch left them, unless later changes of theirs were heard of already."""
        until = self._monotonic() + TRUSTED_SECONDS
        for key, level in levels.items():
            former = self._entries.pop(key, None)  # it goes to the end: it was used last
            if former is not None and former.known.level.version > level.version:
                self._entries[key] = former
                continue
            self._entries[key] = _Entry(KnownLevel(level, is_item_archived(key.sku)), until)
        if (surplus := len(self._entries) - self._max_levels) > 0:
            # Many at once: to find the first entry of a dictionary takes the longer, the more were dropped before it.
            for key in list(islice(self._entries, surplus + self._max_levels // _DROPPED_SHARE)):
                del self._entries[key]

    def is_news(self, key: LevelKey, version: int) -> bool:
        """Tell whether this version is later than the one that is known; False where none is."""
        entry = self._entries.get(key)
        return entry is not None and entry.known.level.version < version

    def hear(self, levels: Iterable[Level]) -> None:
        """Note levels that other processes have changed, where they are known here and these are later."""
        until = self._monotonic() + TRUSTED_SECONDS
        for level in levels:
            if self.is_news(level.key, level.version):
                known = self._entries[level.key].known
                self._entries[level.key] = _Entry(known._replace(level=level), until)

    def distrust(self, keys: Collection[LevelKey]) -> None:
        """Forget these levels, and let them be read for a while."""
        until = self._monotonic() + DISTRUST_SECONDS
        if len(self._distrusted) + len(keys) > _MAX_DISTRUSTED:
            self._distrusted.clear()
        for key in keys:
            self._entries.pop(key, None)
            self._distrusted[key] = until

    def lost_race(self) -> None:
        """Note that a batch failed that relied on levels from here: another process has changed one of them.

        All levels are read for a while, the longer the sooner this comes again: else several processes that change
        the same levels would mostly abort each other's batches.
        """
        self.races_lost += 1
        now = self._monotonic()
        has_held = now > self._paused_until + MAX_PAUSE_SECONDS
        self._pause_seconds = FIRST_PAUSE_SECONDS if has_held else min(2 * self._pause_seconds, MAX_PAUSE_SECONDS)
        self._paused_until = now + self._pause_seconds

    def clear(self) -> None:
        """Forget all: the database may have been exchanged."""
        self._entries.clear()
