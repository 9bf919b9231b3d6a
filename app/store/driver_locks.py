"""Repairs how PyMongo waits for its own locks before Python 3.12.

PyMongo waits for a condition by `asyncio.wait_for`, which until Python 3.12 runs what it waits for in a task of its
own. Whoever is cancelled while that task takes the lock back leaves without it, and releases it all the same, out of
another's hands; the task then has the lock, and nobody is left to release it. From there on each operation of the
client waits for ever. A few requests that are given up while the database is away are enough. Since Python 3.12
`wait_for` waits in the caller's own task, which cannot leave before it has the lock; so does the one that PyMongo is
given here.

`tests/architecture/test_driver_locks.py` tells when this is needed no more.
"""

import asyncio
import sys
from collections.abc import Awaitable
from typing import TypeVar

import pymongo.lock

T = TypeVar("T")


async def wait_for(awaitable: Awaitable[T], timeout: float | None) -> T:  # noqa: ASYNC109 - as asyncio.wait_for has it
    """Wait in the caller's own task. Raises TimeoutError."""
    async with asyncio.timeout(timeout):
        return await awaitable


def repair_locks() -> None:
    """Let PyMongo's asyncio clients wait by our `wait_for`, where Python's own is of the older kind."""
    if sys.version_info < (3, 12):
        pymongo.lock.wait_for = wait_for  # type: ignore[assignment,attr-defined]
