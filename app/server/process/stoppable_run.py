"""Runs coroutines so that a signal cancels them: what its handler raises would come up amid the event loop.

Rule: a coroutine that is stopped closes what it has opened, and its caller gets KeyboardInterrupt.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

CANCEL_AGAIN_SECONDS = 1.0  # a driver may lose a cancellation, see app.services.background.cancellation


class StoppableRun:
    """Runs one coroutine after the other, in the main thread."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[Any] | None = None
        self._is_stopped = False

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine to its end and return its result. Raises KeyboardInterrupt where it was stopped."""
        with asyncio.Runner() as runner:
            self._loop = runner.get_loop()
            task = self._loop.create_task(work)
            self._task = task
            try:
                result = self._loop.run_until_complete(task)
            except (Exception, asyncio.CancelledError):
                if self._is_stopped:
                    raise KeyboardInterrupt from None
                raise
            finally:
                self._loop = self._task = None
        if self._is_stopped:  # just as it ended
            raise KeyboardInterrupt
        return result

    def stop(self) -> bool:
        """Cancel what runs; return whether anything does. To be called by a signal handler."""
        if self._loop is None:
            return False
        self._is_stopped = True
        self._loop.call_soon_threadsafe(self._cancel)
        return True

    def _cancel(self) -> None:
        if self._task is not None and self._loop is not None and not self._task.done():
            self._task.cancel()
            self._loop.call_later(CANCEL_AGAIN_SECONDS, self._cancel)
