"""The tasks that a test begins, apart from those that run beside it in the same event loop."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

_begun: ContextVar[set[asyncio.Task[Any]] | None] = ContextVar("begun", default=None)


@contextmanager
def tasks_begun() -> Iterator[set[asyncio.Task[Any]]]:
    """Collect the tasks that are begun within the context, and those that they begin."""
    loop, begun = asyncio.get_running_loop(), set[asyncio.Task[Any]]()
    before = loop.get_task_factory()

    def begin(loop: asyncio.AbstractEventLoop, coroutine: Any, **options: Any) -> asyncio.Task[Any]:  # noqa: ANN401 - as asyncio has it
        task = asyncio.Task(coroutine, loop=loop, **options)
        if _begun.get() is begun or asyncio.current_task() in begun:
            begun.add(task)
        return task

    token = _begun.set(begun)
    loop.set_task_factory(begin)
    try:
        yield begun
    finally:
        loop.set_task_factory(before)
        _begun.reset(token)
