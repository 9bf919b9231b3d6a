"""A cancellation that a driver lost."""

import asyncio
from contextlib import suppress

import pytest

from app.services.background.cancellation import raise_if_cancelled


async def test_a_lost_cancellation_is_raised_after_all() -> None:
    """A task that was cancelled and goes on regardless ends at its next check."""
    is_past_check = False

    async def loop_around_a_driver() -> None:
        nonlocal is_past_check
        with suppress(asyncio.CancelledError):  # as asyncio.wait_for does
            await asyncio.Event().wait()
        raise_if_cancelled()
        is_past_check = True

    task = asyncio.create_task(loop_around_a_driver())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not is_past_check


async def test_a_task_that_nobody_cancelled_goes_on() -> None:
    """A timeout of its own, which works by cancellation, is none of another's."""
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0):
            await asyncio.Event().wait()
    raise_if_cancelled()
