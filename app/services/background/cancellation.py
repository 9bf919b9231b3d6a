"""Repairs a lost cancellation. Every loop around a driver needs it, or it may outlive its cancellation."""

import asyncio

from app.services.background.heartbeat import beat


def raise_if_cancelled() -> None:
    """Raise CancelledError if the running task was cancelled without noticing it; otherwise beat.

    Before Python 3.12 `asyncio.wait_for`, which both drivers send with, drops a cancellation that arrives in the very
    turn in which its operation ends (python/cpython#86296). The task still counts the request.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
    beat()
