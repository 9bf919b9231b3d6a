"""The conflating queue of one subscriber: its waiting levels, of each only the newest version, and a limited number."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable

from app.domain.live.events import LevelEvent, SlowConsumer
from app.domain.stock.level import Level, LevelKey

SUBSCRIBER_QUEUE_MAX = 4_096  # levels; a subscriber this far behind should start again from a snapshot


class ConflatingQueue:
    """A LevelQueue. Once it overflows it is empty, and stays so."""

    def __init__(self, wants: Callable[[Level], bool], *, maximum: int = SUBSCRIBER_QUEUE_MAX) -> None:
        self._wants = wants
        self._maximum = maximum
        self._waiting: OrderedDict[LevelKey, LevelEvent] = OrderedDict()
        self._something = asyncio.Event()
        self.has_overflown = False

    def offer(self, event: LevelEvent) -> None:
        """Queue the event if the subscriber wants it. A newer version of a level always replaces the older one."""
        if self.has_overflown:
            return
        key = event.level.key
        waiting = self._waiting.get(key)
        if not self._wants(event.level) and waiting is None:
            return
        if waiting is not None and waiting.level.version >= event.level.version:
            return
        if waiting is None and len(self._waiting) >= self._maximum:
            self.has_overflown = True
            self._waiting.clear()
        else:
            self._waiting[key] = event
        self._something.set()

    def take(self, maximum: int) -> list[LevelEvent]:
        if self.has_overflown:
            raise SlowConsumer(waiting_max=self._maximum)
        waiting = self._waiting
        return [waiting.popitem(last=False)[1] for _ in range(min(maximum, len(waiting)))]

    async def wait(self) -> None:
        while not self._waiting and not self.has_overflown:
            self._something.clear()
            await self._something.wait()
