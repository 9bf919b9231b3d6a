"""Decides what has fallen due, in every process at once.

Rule: each command decides in its own transaction: the first process decides, and the others are refused. So nothing
happens twice, and what was postponed in time does not happen.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from app.domain.errors import Refused

T = TypeVar("T")

DECIDED_AT_ONCE = 64  # shared by one or two transactions


async def decide_due(find: Callable[[int], Awaitable[Sequence[T]]], decide: Callable[[T], Awaitable[object]]) -> int:
    """Decide everything that is due, and return how much of it this process has decided.

    `find` returns the ids of what is due, at most so many. `decide` commits the command of one; Refused means that
    another process was faster, or that it was postponed. Raises Unavailable or Overloaded.
    """

    async def has_decided(named: T) -> bool:
        try:
            await decide(named)
        except Refused:
            return False
        return True

    count = 0
    while ids := await find(DECIDED_AT_ONCE):
        # Other processes see the same ids: a random order lets each find some that are undecided.
        count += sum(await asyncio.gather(*map(has_decided, random.sample(ids, len(ids)))))
    return count
