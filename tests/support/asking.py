"""Calls that are told Unavailable and ask again, as clients do.

Writers of several processes give way to each other, with a patience in seconds: on a busy machine it may end.
"""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TypeVar

from app.domain.failures import Unavailable

ATTEMPTS_MAX = 10

Answer = TypeVar("Answer")


async def asked_again(call: Callable[[], Awaitable[Answer]]) -> Answer:
    """Return the first answer; raise Unavailable if there is none in `ATTEMPTS_MAX` attempts."""
    for _ in range(ATTEMPTS_MAX - 1):
        with suppress(Unavailable):
            return await call()
    return await call()
