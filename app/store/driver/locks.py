"""Repairs how PyMongo waits for its own locks before Python 3.12.

PyMongo waits for a condition by `asyncio.wait_for`, which until Python 3.12 runs its awaitable in a task of its own. A
caller that is cancelled while that task reacquires the lock leaves without the lock, yet releases it, although another
task holds it; the inner task then holds a lock that is never released, and each operation of the client waits for
ever. A few requests that are cancelled while the database is away are enough. Since Python 3.12 `wait_for` waits in the
caller's own task, which cannot leave before it has the lock; so does the one that PyMongo gets here.

`tests/architecture/test_driver_locks.py` fails when this is needed no more.
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
    """Replace PyMongo's `wait_for` by ours, where Python's own is of the older kind."""
    if sys.version_info < (3, 12):
        pymongo.lock.wait_for = wait_for  # type: ignore[assignment,attr-defined]
