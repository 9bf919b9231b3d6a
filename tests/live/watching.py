"""Subscribers of tests: each takes its feed in a task, and keeps what a client would keep."""

import asyncio
from collections.abc import Callable
from contextlib import aclosing, suppress
from types import TracebackType
from typing import Generic, Self, TypeVar

from app.domain.live.events import LevelEvent
from app.domain.stock.level import Level, LevelKey
from app.services.filters import LevelFilter
from app.services.live.stream import Event, Feed, follow

T = TypeVar("T", bound=Event)


class Watcher(Generic[T]):
    """Takes every event of a feed while its context is open."""

    def __init__(self, feed: Feed[T], *, on_event: Callable[[T], None] = lambda _: None) -> None:
        self._feed = feed
        self._on_event = on_event
        self.events: list[T] = []
        self.failure: BaseException | None = None
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._take())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def stop(self) -> None:
        """Take nothing more."""
        assert self._task is not None
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task

    async def _take(self) -> None:
        async with aclosing(follow(self._feed)) as events:
            try:
                async for event in events:
                    self.events.append(event)
                    self._on_event(event)
            except Exception as error:  # noqa: BLE001 - the test looks at it
                self.failure = error


def kept(events: list[LevelEvent], *, where: LevelFilter | None = None) -> dict[LevelKey, Level]:
    """Return what a client holds after these events. No level may ever go back to an older version."""
    levels: dict[LevelKey, Level] = {}
    for event in events:
        level = event.level
        assert level.key not in levels or levels[level.key].version < level.version
        levels[level.key] = level
    return {key: level for key, level in levels.items() if where is None or where.matches_state(level)}
