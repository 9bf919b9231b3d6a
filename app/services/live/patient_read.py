"""A read that waits for the database: feeds go on where they were once it is available again."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from app.domain.failures import Unavailable
from app.services.background.cancellation import raise_if_cancelled

T = TypeVar("T")

RETRY_SECONDS = 1.0  # while the database is not available


async def when_available(read: Callable[[], Awaitable[T]]) -> T:
    """Return the result of a read, repeated until the database is available."""
    while True:
        try:
            found = await read()
        except Unavailable:
            await asyncio.sleep(RETRY_SECONDS)
            continue
        raise_if_cancelled()
        return found
