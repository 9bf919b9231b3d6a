"""Awaits many coroutines, a limited number of them at once."""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any, TypeVar

T = TypeVar("T")

AT_ONCE = 32  # commands that wait for the writer together


async def bounded_gather(coroutines: Sequence[Coroutine[Any, Any, T]]) -> list[T]:
    """Return the result of each coroutine, in order.

    Raises the first error of any, after those that run beside it have ended; the rest are closed unstarted. So no work
    goes on unseen by the caller.
    """
    results: list[T] = []
    waiting = list(coroutines)
    try:
        while waiting:
            begun, waiting = waiting[:AT_ONCE], waiting[AT_ONCE:]
            ended = await asyncio.gather(*begun, return_exceptions=True)
            for each in ended:
                if isinstance(each, BaseException):
                    raise each
                results.append(each)
    finally:
        for coroutine in waiting:
            coroutine.close()
    return results
