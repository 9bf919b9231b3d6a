"""Work that may take long, done in turns of some milliseconds, so that the process serves others in between.

Rule: whoever has more to do than one turn takes the next only after everybody else was served, and of all who have,
one has a turn at a time: however many there are, the loop comes round in some milliseconds.
"""

import asyncio
from asyncio import AbstractEventLoop, Lock
from collections.abc import Callable, Iterable, Iterator
from time import perf_counter
from typing import TypeVar
from weakref import WeakKeyDictionary

TURN_SECONDS = 0.005

S = TypeVar("S")
T = TypeVar("T")

_LOCKS: WeakKeyDictionary[AbstractEventLoop, Lock] = WeakKeyDictionary()


async def in_turns(entries: Iterable[S], work: Callable[[S], T]) -> list[T]:
    """Return what the work makes of each entry. What fits one turn waits for nobody."""
    remaining, done = iter(entries), list[T]()
    if _take_turn(remaining, work, done):
        return done
    lock = _LOCKS.setdefault(asyncio.get_running_loop(), Lock())
    while True:
        async with lock:
            await asyncio.sleep(0)  # with the lock, so that whoever else has long work waits for another round
            if _take_turn(remaining, work, done):
                return done


def _take_turn(remaining: Iterator[S], work: Callable[[S], T], done: list[T]) -> bool:
    """Work for one turn, at least on one entry; tell whether that was all."""
    end = perf_counter() + TURN_SECONDS
    for entry in remaining:
        done.append(work(entry))
        if perf_counter() > end:
            return False
    return True
