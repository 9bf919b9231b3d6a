"""Reads that many ask for at once, shared.

Rule: a read serves only those who asked before it began. A caller who asks while one is under way gets the next one.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class NextRead(Generic[T]):
    """Repeats a read as often as it is asked for, one at a time."""

    def __init__(self, read: Callable[[], Awaitable[T]], *, on_idle: Callable[[], object] = lambda: None) -> None:
        """`on_idle` is called when no read is under way or asked for any more, also where no caller waits any more."""
        self._read = read
        self._on_idle = on_idle
        self._running: asyncio.Task[T] | None = None
        self._next: asyncio.Task[T] | None = None

    async def get(self) -> T:
        """Return the result of a read that begins from now on. Raises what it raises."""
        if self._next is None:
            self._next = asyncio.create_task(self._read_behind(self._running))
            self._next.add_done_callback(_retrieved)
        return await asyncio.shield(self._next)

    def close(self) -> None:
        """End the reads: no caller waits for them any more."""
        for task in (self._running, self._next):
            if task is not None:
                task.cancel()

    async def _read_behind(self, former: asyncio.Task[T] | None) -> T:
        if former is not None:
            await asyncio.wait({former})
        self._running, self._next = self._next, None
        try:
            return await self._read()
        finally:
            self._running = None
            if self._next is None:
                self._on_idle()


def _retrieved(task: "asyncio.Task[T]") -> None:
    """Take note of a failure that no caller waits for any more."""
    if not task.cancelled():
        task.exception()
