"""Waiting for a condition of another process, with a deadline."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sized
from typing import TypeVar

F = TypeVar("F", bound=Sized)

DEADLINE_SECONDS = 30  # reached only by a failure


def until(condition: Callable[[], bool], what: str) -> None:
    """Return as soon as the condition holds; fail with what was waited for."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"not within {DEADLINE_SECONDS} s: {what}"
        time.sleep(0.02)


async def something(read: Callable[[], Awaitable[F]]) -> F:
    """Return what is read as soon as it is not empty."""
    async with asyncio.timeout(DEADLINE_SECONDS):
        while not (found := await read()):  # noqa: ASYNC110 - another process is what is waited for
            await asyncio.sleep(0.02)
    return found
