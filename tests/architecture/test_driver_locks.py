"""A fault of the driver that app.store.driver.locks repairs. When the first test fails, it is mended: remove both."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress

import pymongo.lock
import pytest
from pymongo.lock import _async_cond_wait, _async_create_condition, _async_create_lock

from app.store.driver.client import close_client, open_client
from app.store.driver.locks import wait_for

WAIT_SECONDS = 0.01
DEADLINE_SECONDS = 30  # reached only by a failure


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="asyncio.wait_for waits in the caller's task from 3.12 on")
async def test_by_itself_the_driver_leaves_without_its_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who is cancelled while taking the lock back goes, though another has it."""
    monkeypatch.setattr(pymongo.lock, "wait_for", asyncio.wait_for)
    assert await leaves_without_the_lock()


async def test_repaired_it_waits_for_its_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who is cancelled has the lock before he goes."""
    monkeypatch.setattr(pymongo.lock, "wait_for", wait_for)
    assert not await leaves_without_the_lock()


async def test_our_clients_are_repaired() -> None:
    """Whoever opens one has the repair."""
    await close_client(open_client("mongodb://127.0.0.1:9"))
    found: Callable[..., Awaitable[object]] = pymongo.lock.wait_for  # type: ignore[attr-defined]
    assert found is (wait_for if sys.version_info < (3, 12) else asyncio.wait_for)


async def leaves_without_the_lock() -> bool:
    """Cancel somebody whose time is over and who wants the lock back; tell whether he is gone while we have it."""
    lock = _async_create_lock()
    condition = _async_create_condition(lock)

    async def wait() -> None:
        async with lock:
            await _async_cond_wait(condition, WAIT_SECONDS)

    waiting = asyncio.create_task(wait())
    await turns()
    await lock.acquire()
    async with asyncio.timeout(DEADLINE_SECONDS):
        while not lock._waiters:  # noqa: ASYNC110 - its time is not over yet
            await asyncio.sleep(WAIT_SECONDS)
    waiting.cancel()
    await turns()
    is_gone = waiting.done()
    if not is_gone:
        lock.release()
    with suppress(asyncio.CancelledError, RuntimeError):
        await waiting
    return is_gone


async def turns() -> None:
    """Let the others have some turns of the loop."""
    for _ in range(5):
        await asyncio.sleep(0)
