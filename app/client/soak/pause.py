"""Pauses: one that ends at once when the soak does, and one that ends when something is so."""

import asyncio
import time
from collections.abc import Callable

LOOK_SECONDS = 0.25


async def closed_within(closing: asyncio.Event, seconds: float) -> bool:
    """Wait so long, or until it closes; return whether it does."""
    try:
        async with asyncio.timeout(max(seconds, 0)):
            await closing.wait()
    except TimeoutError:
        return False
    return True


async def until(is_so: Callable[[], object], *, seconds: float) -> None:
    """Wait until something is so, or the time is over."""
    deadline = time.monotonic() + seconds
    while not is_so() and time.monotonic() < deadline:  # noqa: ASYNC110 - an event would be set for each message
        await asyncio.sleep(LOOK_SECONDS)
