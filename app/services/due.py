"""Decides what falls due by itself, in every process at once.

Rule: the decision is each command's own, in its transaction: whichever process comes first decides, and the others are
refused. So nothing happens twice, and what was put off in time does not happen at all.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from app.domain.errors import Refused

T = TypeVar("T")

DECIDED_AT_ONCE = 64  # shared by one or two transactions


async def decide_due(find: Callable[[int], Awaitable[Sequence[T]]], decide: Callable[[T], Awaitable[object]]) -> int:
    """Decide all that is due, and return how much of it this process has decided.

    `find` names what is due, so many at most. `decide` commits the command of one; Refused means that
    another process was faster, or that somebody has put it off. Raises Unavailable or Overloaded.
    """

    async def has_decided(named: T) -> bool:
        try:
            await decide(named)
        except Refused:
            return False
        return True

    count = 0
    while ids := await find(DECIDED_AT_ONCE):
        # Other processes see the same ones: in an order of its own each finds some that nobody has decided yet.
        count += sum(await asyncio.gather(*map(has_decided, random.sample(ids, len(ids)))))
    return count
