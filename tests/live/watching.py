"""Subscribers of tests: each takes its feed in a task, and keeps what a client would keep."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing, suppress
from types import TracebackType
from typing import Generic, Self, TypeVar

from app.domain.live.events import LevelEvent
from app.domain.stock.level import Level, LevelKey
from app.live.hub import Hub
from app.services.filters import LevelFilter

DEADLINE_SECONDS = 30  # reached only by a failure

T = TypeVar("T")


class Watcher(Generic[T]):
    """Takes every event of a feed while its context is open."""

    def __init__(self, feed: AsyncGenerator[T, None]) -> None:
        self._feed = feed
        self.events: list[T] = []
        self.failure: BaseException | None = None
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._take())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._task is not None
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task

    async def _take(self) -> None:
        async with aclosing(self._feed) as events:
            try:
                async for event in events:
                    self.events.append(event)
            except Exception as error:  # noqa: BLE001 - the test looks at it
                self.failure = error


def kept(events: list[LevelEvent], *, where: LevelFilter | None = None) -> dict[LevelKey, Level]:
    """Return what a client holds after these events. No level may ever go back to an older version."""
    levels: dict[LevelKey, Level] = {}
    for event in events:
        level = event.level
        assert level.key not in levels or levels[level.key].version < level.version
        levels[level.key] = level
    return {key: level for key, level in levels.items() if where is None or where.holds(level)}


async def eventually(holds: Callable[[], bool | Awaitable[bool]]) -> None:
    """Return as soon as the condition holds. Raises TimeoutError."""
    async with asyncio.timeout(DEADLINE_SECONDS):
        while True:
            answer = holds()
            if answer if isinstance(answer, bool) else await answer:
                return
            await asyncio.sleep(0.01)


def is_settled(hub: Hub) -> bool:
    """Return whether the next change is told as one: no audit is under way that could find it in the ledger first."""
    is_audit_asleep = "waiters:" in repr(hub._suspicion)
    return hub.problem() is None and is_audit_asleep and not hub._suspicion.is_set()
