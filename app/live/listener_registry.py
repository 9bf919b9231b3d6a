"""The registry of listeners: which of them listen to which levels.

Rule: a listener is registered under each level that it names, or each SKU, or each location, or else under everything.
So thousands of listeners to single levels cost nothing to each other's events, and nothing is scanned.
"""

from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable, Iterator
from contextlib import contextmanager
from itertools import product

from app.domain.live.events import LevelEvent
from app.domain.stock.level import LevelKey

MAX_VERSIONS_REMEMBERED = 65_536  # some 20 MB; events of one level overtake each other by milliseconds
MAX_LEVELS_NAMED = 5_000  # some 0.5 MB; listeners that name more are registered by SKU

_Listeners = dict[Callable[[LevelEvent], None], frozenset[str] | None]  # with the locations of their SKUs


class ListenerRegistry:
    """The listeners of one process."""

    def __init__(self) -> None:
        self._by_key: dict[Hashable, _Listeners] = {}
        self._by_sku: dict[Hashable, _Listeners] = {}
        self._by_location: dict[Hashable, _Listeners] = {}
        self._everywhere: _Listeners = {}
        self._count = 0
        self._newest: OrderedDict[LevelKey, int] = OrderedDict()

    def __len__(self) -> int:
        return self._count

    @contextmanager
    def listen(
        self,
        *,
        skus: Collection[str] | None,
        locations: Collection[str] | None,
        hear: Callable[[LevelEvent], None],
    ) -> Iterator[None]:
        """Register a listener, until the context is left. None means any."""
        places: frozenset[str] | None = None
        index, names = self._by_sku, list[Hashable](set(skus or ()))
        if skus is None:
            index, names = self._by_location, list(set(locations or ()))
        elif locations is not None and len(names) * len(locations) <= MAX_LEVELS_NAMED:
            index, names = self._by_key, [LevelKey(sku, place) for sku, place in product({*skus}, {*locations})]
        elif locations is not None:
            places = frozenset(locations)
        if skus is None and locations is None:
            self._everywhere[hear] = None
        for name in names:
            index.setdefault(name, {})[hear] = places
        self._count += 1
        try:
            yield
        finally:
            self._count -= 1
            self._everywhere.pop(hear, None)
            for name in names:
                del index[name][hear]
                if not index[name]:
                    del index[name]

    def awaits(self, key: LevelKey, version: int) -> bool:
        """Tell whether any listener may want this version of a level, which was not handed out yet, nor a later one."""
        is_wanted = (
            bool(self._everywhere)
            or key in self._by_key
            or key.sku in self._by_sku
            or key.location in self._by_location
        )
        return is_wanted and version > self._newest.get(key, 0)

    def dispatch(self, event: LevelEvent) -> int:
        """Hand out the event unless a newer version was handed out already. Return how many listeners have it."""
        key = event.level.key
        if event.level.version <= self._newest.get(key, 0):
            return 0
        self._remember(key, event.level.version)
        count = 0
        indexes = (self._by_key.get(key), self._by_sku.get(key.sku), self._by_location.get(key.location))
        for listeners in (*indexes, self._everywhere):
            for hear, places in tuple(listeners.items()) if listeners else ():
                if places is None or key.location in places:
                    hear(event)
                    count += 1
        return count

    def _remember(self, key: LevelKey, version: int) -> None:
        self._newest[key] = version
        self._newest.move_to_end(key)
        if len(self._newest) > MAX_VERSIONS_REMEMBERED:
            self._newest.popitem(last=False)
