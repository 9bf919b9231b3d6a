"""Waiting for a condition, with a deadline that only a failure reaches."""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from tests.support.patience import PATIENCE_SECONDS

T = TypeVar("T")

DEADLINE_SECONDS = PATIENCE_SECONDS


async def eventually(read: Callable[[], T | Awaitable[T]]) -> T:
    """Return what is read as soon as it is true, or not empty. Raises TimeoutError."""
    async with asyncio.timeout(DEADLINE_SECONDS):
        while True:
            found = read()
            if inspect.isawaitable(found):
                found = await found
            if found:
                return found
            await asyncio.sleep(0.01)


def until(condition: Callable[[], bool], what: str, *, seconds: float = DEADLINE_SECONDS) -> None:
    """Block until the condition of another process holds; fail with what was waited for."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds:g} s: {what}"
        time.sleep(0.02)
