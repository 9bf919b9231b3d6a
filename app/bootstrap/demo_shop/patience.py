"""Does again what a busy machine did not do in time.

Rule: only for what has keys, so that doing it again changes nothing twice.
"""

import asyncio
from collections.abc import Awaitable, Callable

from app.domain.failures import Overloaded, Unavailable

PATIENCE_SECONDS = 60.0  # a database that stays away for longer is a failure of the start
PAUSE_SECONDS = 0.25


async def patiently(act: Callable[[], Awaitable[None]]) -> None:
    """Act until it succeeds. Raises Overloaded or Unavailable when patience ends, and whatever else it raises."""
    clock = asyncio.get_running_loop().time
    deadline = clock() + PATIENCE_SECONDS
    while True:
        try:
            return await act()
        except (Overloaded, Unavailable):
            if clock() > deadline:
                raise
        await asyncio.sleep(PAUSE_SECONDS)
