"""The registry of subscribers: which of them listen to which levels.

Rule: a subscriber is registered under each SKU that it names, or else under each location that it names, or else under
everything. So thousands of subscribers to single items cost nothing to each other's events.
"""

from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager

from app.domain.live.events import LevelEvent
from app.domain.stock.level import Level, LevelKey
from app.live.conflating_queue import SUBSCRIBER_QUEUE_MAX, ConflatingQueue

MAX_VERSIONS_REMEMBERED = 65_536  # some 20 MB; events of one level overtake each other by milliseconds

_Listeners = dict[ConflatingQueue, frozenset[str] | None]  # with the locations to which they restrict their SKUs


class SubscriberRegistry:
    """The subscribers of one process."""

    def __init__(self, *, queue_max: int = SUBSCRIBER_QUEUE_MAX) -> None:
        self._queue_max = queue_max
        self._by_sku: dict[str, _Listeners] = {}
        self._by_location: dict[str, _Listeners] = {}
        self._everywhere: _Listeners = {}
        self._count = 0
        self._newest: OrderedDict[LevelKey, int] = OrderedDict()

    def __len__(self) -> int:
        return self._count

    @contextmanager
    def listen(
        self, *, skus: Collection[str] | None, locations: Collection[str] | None, wants: Callable[[Level], bool]
    ) -> Iterator[ConflatingQueue]:
        queue = ConflatingQueue(wants, maximum=self._queue_max)
        places = None if skus is None or locations is None else frozenset(locations)
        index, names = (self._by_location, locations) if skus is None else (self._by_sku, skus)
        if names is None:
            self._everywhere[queue] = None
        for name in names or ():
            index.setdefault(name, {})[queue] = places
        self._count += 1
        try:
            yield queue
        finally:
            self._count -= 1
            self._everywhere.pop(queue, None)
            for name in frozenset(names or ()):
                del index[name][queue]
                if not index[name]:
                    del index[name]

    def listens_to(self, sku: str, location: str) -> bool:
        """Tell whether any subscriber may want the level."""
        return bool(self._everywhere) or sku in self._by_sku or location in self._by_location

    def dispatch(self, event: LevelEvent) -> int:
        """Hand out the event unless a newer version was handed out already. Return how many subscribers were asked."""
        key = event.level.key
        if event.level.version <= self._newest.get(key, 0):
            return 0
        self._remember(key, event.level.version)
        asked = 0
        for listeners in (self._by_sku.get(key.sku), self._by_location.get(key.location), self._everywhere):
            if listeners:
                asked += len(listeners)
                for queue, places in listeners.items():
                    if places is None or key.location in places:
                        queue.offer(event)
        return asked

    def _remember(self, key: LevelKey, version: int) -> None:
        self._newest[key] = version
        self._newest.move_to_end(key)
        if len(self._newest) > MAX_VERSIONS_REMEMBERED:
            self._newest.popitem(last=False)
