"""Long work in turns of some milliseconds, so that the event loop serves other tasks in between.

Rule: work that takes more than one turn continues only after all other tasks had theirs, and only one such work has a
turn at a time: however many there are, the loop comes round in some milliseconds.
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
    """Return the result of the work for each entry. Work that fits one turn does not wait."""
    remaining, done = iter(entries), list[T]()
    if _take_turn(remaining, work, done):
        return done
    lock = _LOCKS.setdefault(asyncio.get_running_loop(), Lock())
    while True:
        async with lock:
            await asyncio.sleep(0)  # with the lock held, so that other long work waits for another round
            if _take_turn(remaining, work, done):
                return done


def _take_turn(remaining: Iterator[S], work: Callable[[S], T], done: list[T]) -> bool:
    """Work for one turn, at least on one entry; tell whether everything is done."""
    end = perf_counter() + TURN_SECONDS
    for entry in remaining:
        done.append(work(entry))
        if perf_counter() > end:
            return False
    return True
