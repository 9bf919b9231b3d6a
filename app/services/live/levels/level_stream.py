"""The stream of levels of one filter and one visibility, shared by all its subscribers of the process.

Rule: a level counts as held if a page has shown it or an event has said so, to any subscriber. An event by which it
leaves is sent, and so is one of a level that none seems to hold, where a page read meanwhile shows it as it was before.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from functools import partial
from typing import NamedTuple

from app.domain.live.events import LevelEvent, LevelEventKind, SlowConsumer
from app.domain.stock.level import Level, LevelKey
from app.services.filters import LevelFilter, LevelOrder
from app.services.live.in_turn import InTurn
from app.services.live.levels.level_log import MAX_LEVELS_KEPT, LevelLog
from app.services.live.levels.level_selection import LevelPlace, LevelSelection
from app.services.live.levels.next_read import NextRead
from app.services.live.patient_read import when_available
from app.services.live.ports import LevelHub
from app.services.live.shared_streams import SharedStream
from app.services.live.stream import Entry
from app.services.page_cursor import KeysetPosition
from app.services.paging import MAX_PAGE_SIZE, PageRequest
from app.services.ports import LevelReader


class LevelPage(NamedTuple):
    """A page of a snapshot, shared by all whom its read serves."""

    events: Sequence[LevelEvent]
    versions: dict[LevelKey, int]
    end: KeysetPosition | None  # behind which the next page begins; None where there is none


class LevelStream(SharedStream[LevelEvent]):
    """Listens to the hub while it is open. Where no item has to be looked up it has no task."""

    def __init__(
        self,
        where: LevelFilter,
        *,
        hub: LevelHub,
        levels: LevelReader,
        selection: LevelSelection,
        maximum: int = MAX_LEVELS_KEPT,
    ) -> None:
        super().__init__()
        self._where = where
        self._levels = levels
        self._selection = selection
        self.maximum = maximum
        self._log = LevelLog(maximum=maximum)
        self._in_turn = InTurn[LevelEvent](self._at_once, later=self._later, on_failure=self.fail)
        self._pages: dict[KeysetPosition | None, NextRead[LevelPage]] = {}
        self._reads = 0  # of pages, that are under way
        self._left: dict[LevelKey, LevelEvent] = {}  # what was outside, held by none, since the oldest of them began
        self._order = LevelOrder.LOCATION if where.locations is not None and where.skus is None else LevelOrder.SKU
        self.hub = hub
        self._listening: AbstractContextManager[None] = hub.listen(
            skus=where.skus, locations=where.locations, hear=self.hear
        )
        self._listening.__enter__()

    @property
    def end(self) -> int:
        return self._log.end

    def hear(self, event: LevelEvent) -> None:
        """Note a version of a level, later than those before it."""
        if len(self._in_turn) >= self.maximum:
            self._in_turn.close()
            self.fail(SlowConsumer(waiting_max=self.maximum))
        self._in_turn.put(event)

    @property
    def is_settling(self) -> bool:
        """Whether something that was handed out waits for a look-up."""
        return self._in_turn.is_waiting

    def stop(self) -> None:
        self._listening.__exit__(None, None, None)
        self._in_turn.close()
        for read in tuple(self._pages.values()):
            read.close()

    async def page(self, after: KeysetPosition | None) -> LevelPage:
        """Return a page that is read from now on, and is read once for all who ask meanwhile. Raises Unavailable."""
        read = self._pages.get(after)
        if read is None:
            read = NextRead(partial(self._read, after), on_idle=partial(self._pages.pop, after, None))
            self._pages[after] = read
        return await read.get()

    def place_in_order(self, key: LevelKey) -> tuple[str, str]:
        """Return where the pages have a level, to be compared with their ends."""
        return (key.location, key.sku) if self._order is LevelOrder.LOCATION else (key.sku, key.location)

    def _after(self, position: int, *, maximum: int) -> Sequence[Entry[LevelEvent]]:
        return self._log.after(position, maximum=maximum)

    def _at_once(self, event: LevelEvent, *, is_looked_up: bool = False) -> bool:
        place = self._selection.place_of(event.level, is_looked_up=is_looked_up)
        if place is LevelPlace.UNKNOWN:
            return False
        if place is not LevelPlace.ELSEWHERE:
            self._settle(event, place)
        return True

    async def _later(self, events: Sequence[LevelEvent]) -> None:
        newest = {event.level.key: event for event in events}
        waiting = list(newest.values())
        while waiting:
            await when_available(partial(self._selection.look_up, [event.level for event in waiting]))
            waiting = [event for event in waiting if not self._at_once(event, is_looked_up=True)]

    def _settle(self, event: LevelEvent, place: LevelPlace) -> None:
        if self._selection.moves(event.level, place):
            self._append(event)
        elif self._reads:
            self._left[event.level.key] = event

    def _append(self, event: LevelEvent) -> None:
        self._left.pop(event.level.key, None)
        self._log.append(event)
        self._has_news()

    async def _read(self, after: KeysetPosition | None) -> LevelPage:
        if not self._reads:
            self._left.clear()
        self._reads += 1
        try:
            page = await self._levels.levels(
                self._where, order=self._order, page=PageRequest(first=MAX_PAGE_SIZE, after=after)
            )
            for level in page.nodes:
                self._show(level)
        finally:
            self._reads -= 1
        return LevelPage(
            events=tuple(LevelEvent(kind=LevelEventKind.SNAPSHOT, level=level) for level in page.nodes),
            versions={level.key: level.version for level in page.nodes},
            end=page.positions[-1] if page.has_next else None,
        )

    def _show(self, level: Level) -> None:
        left = self._left.get(level.key)
        is_left = left is not None and left.level.version > level.version
        self._selection.show(level, is_outside_again=is_left or self._log.version(level.key) > level.version)
        if left is not None and is_left:
            self._append(left)
