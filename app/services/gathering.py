"""Does several things at the same time, and all of them to their end."""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any, TypeVar

T = TypeVar("T")

AT_ONCE = 32  # commands that wait for the writer together


async def gathered(things: Sequence[Coroutine[Any, Any, T]]) -> list[T]:
    """Return what each came to, in order. Raises the first error of any, once those begun with it have ended.

    What was not begun by then is not. So nothing goes on behind the back of whoever waits.
    """
    results: list[T] = []
    waiting = list(things)
    try:
        while waiting:
            begun, waiting = waiting[:AT_ONCE], waiting[AT_ONCE:]
            ended = await asyncio.gather(*begun, return_exceptions=True)
            for each in ended:
                if isinstance(each, BaseException):
                    raise each
                results.append(each)
    finally:
        for thing in waiting:
            thing.close()
    return results
