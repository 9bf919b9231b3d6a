"""Reads that are the same and asked for at once are one read (ADR 35).

While a read runs, those who ask for the same wait, and share the next one. So however many callers look at one page,
the database reads it once at a time.

Rule: no caller joins a read that has begun. Each caller gets what a read found that began after the caller asked:
all that was acknowledged before is in it, as if the caller had read alone.
"""

import asyncio
from asyncio import Future, Task
from collections.abc import Awaitable, Callable, Hashable
from typing import Any, TypeVar

T = TypeVar("T")


class SharedReads:
    """The reads that run, and those that wait for them, by what they read. Belongs to one event loop.

    What is found is shared: it must not be changed.
    """

    def __init__(self) -> None:
        self._running: dict[Hashable, Future[None]] = {}  # done when the read has ended
        self._next: dict[Hashable, Task[Any]] = {}  # not begun yet
        self._tasks: set[Task[Any]] = set()

    async def read(self, what: Hashable, find: Callable[[], Awaitable[T]]) -> T:
        """Return what `find` finds, called by this caller or another one for the same. Raises what it raises."""
        following: Task[T] | None = self._next.get(what)
        if following is None:
            running = self._running.get(what)
            if running is None:
                return await self._run(what, find)
            following = self._next[what] = asyncio.create_task(self._follow(what, find, running))
            self._tasks.add(following)
            following.add_done_callback(self._forget)
        return await asyncio.shield(following)  # it is not this caller's alone

    async def _follow(self, what: Hashable, find: Callable[[], Awaitable[T]], running: Future[None]) -> T:
        try:
            await asyncio.shield(running)
        finally:
            del self._next[what]  # from here on it has begun
        return await self._run(what, find)

    async def _run(self, what: Hashable, find: Callable[[], Awaitable[T]]) -> T:
        running = self._running[what] = asyncio.get_running_loop().create_future()
        try:
            return await find()
        finally:
            del self._running[what]
            running.set_result(None)

    def _forget(self, task: Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            task.exception()  # raised to the waiting callers; without any, the loop must not warn of it
