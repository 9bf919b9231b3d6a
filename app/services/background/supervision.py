"""A supervisor of tasks that must never end.

Rule: only a stop ends a task. If it ends otherwise, by an exception, a foreign cancellation or a return, that is
logged, reported as its problem, and followed by a restart, after a pause that grows while restarts do not help. A task
without a heartbeat is ended, and so restarted.
"""

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable

from app.domain.failures import ServiceError, in_full
from app.services.background.heartbeat import LATE_SECONDS, Heartbeat
from app.services.ports import Monotonic
from app.telemetry.work import context_apart

FIRST_PAUSE_SECONDS = 0.1
MAX_PAUSE_SECONDS = 5.0  # a transient failure is over by then; one that stays costs a traceback each time
LOOKS = 4  # at the heartbeat, in the time after which a task is late
CANCEL_AGAIN_SECONDS = 1.0  # a task that goes on has lost its cancellation, see cancellation.py, or cleans up
STEADY_SECONDS = 10.0  # a task that ran for so long is well again; long enough to be seen by a periodic health check

logger = logging.getLogger(__name__)


class Supervised:
    """One task, restarted as often as it ends. Belongs to one event loop."""

    def __init__(
        self,
        run: Callable[[], Awaitable[None]],
        *,
        name: str,
        may_return: Callable[[], bool] = lambda: False,
        first_pause_seconds: float = FIRST_PAUSE_SECONDS,
        max_pause_seconds: float = MAX_PAUSE_SECONDS,
        steady_seconds: float = STEADY_SECONDS,
        late_seconds: float = LATE_SECONDS,
        monotonic: Monotonic = time.monotonic,
    ) -> None:
        """Take the work, `run`: it beats as heartbeat says, and may be called again after it ended in any way.

        `may_return` is called when `run` has returned: True means that there was nothing left to do, and is no failure.
        """
        self.name = name
        self._monotonic = monotonic
        self._run = run
        self._may_return = may_return
        self._first_pause, self._max_pause, self._steady = first_pause_seconds, max_pause_seconds, steady_seconds
        self._late = late_seconds
        self._pause = first_pause_seconds
        self._began_at = 0.0
        self._failure: str | None = None
        self.restarts = 0
        self._is_stopping = False
        self._task: asyncio.Task[None] | None = None
        self._again: asyncio.TimerHandle | None = None
        self._heartbeat = Heartbeat(self._monotonic)
        self._watch: asyncio.TimerHandle | None = None
        self._returned = asyncio.Event()
        self._returned.set()

    @property
    def problem(self) -> str | None:
        """The problem of the task: it hangs, waits for its restart, or was restarted too recently to be trusted."""
        if self._is_late():
            return f"It has not gone on for {self._heartbeat.silent_seconds:.0f} s."
        is_steady = self._again is None and self._monotonic() - self._began_at >= self._steady
        return None if is_steady else self._failure

    @property
    def silent_seconds(self) -> float:
        """Seconds since the last heartbeat; 0 while it rests or has nothing to do."""
        return self._heartbeat.silent_seconds if self._is_working() else 0.0

    def start(self) -> None:
        """Start the task, unless it runs or waits for its restart."""
        self._is_stopping = False
        if self._again is None and (self._task is None or self._task.done()):
            self._begin()

    async def returned(self) -> None:
        """Wait until the task has returned as it may, or was never started. Failures restart it meanwhile."""
        await self._returned.wait()

    async def stop(self) -> None:
        """End the task at once, and wait until it has ended. Its cleanup has a second before it is cancelled, too."""
        self._is_stopping = True
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None
        if self._again is not None:
            self._again.cancel()
            self._again = None
        while self._task is not None and not self._task.done():
            self._task.cancel()
            await asyncio.wait({self._task}, timeout=CANCEL_AGAIN_SECONDS)
        self._returned.set()

    def _begin(self) -> None:
        self._again = None
        self._began_at = self._monotonic()
        self._returned.clear()
        self._heartbeat = Heartbeat(self._monotonic)
        if self._watch is None:  # one for many starts: a writer starts with each mutation
            self._watch_later()
        context = context_apart(self.name)  # it goes on after the request that may have started it
        self._task = asyncio.get_running_loop().create_task(self._work(), name=self.name, context=context)
        self._task.add_done_callback(self._ended, context=context)

    async def _work(self) -> None:
        self._heartbeat.take()
        await self._run()

    def _is_late(self) -> bool:
        return self._is_working() and self._heartbeat.silent_seconds >= self._late

    def _is_working(self) -> bool:
        return self._task is not None and not self._task.done()

    def _watch_later(self) -> None:
        loop = asyncio.get_running_loop()
        self._watch = loop.call_later(self._late / LOOKS, self._look, context=context_apart(self.name))

    def _look(self) -> None:
        """End the task if it hangs: what it waits for may never come, and a restart may do without."""
        self._watch = None
        if not self._is_working():
            return
        if self._is_late():
            assert self._task is not None
            logger.error(
                "The task %s has not gone on for %.0f s; it is ended.", self.name, self._heartbeat.silent_seconds
            )
            self._task.cancel()
        self._watch_later()

    def _ended(self, task: asyncio.Task[None]) -> None:
        """Decide what follows; the restart is scheduled before anything is logged."""
        error, is_latest = _failure_of(task), task is self._task
        if error is None and (self._is_stopping or not is_latest or self._may_return()):
            if is_latest:
                self._failure = None
                self._returned.set()
            return
        if self._is_stopping:
            if not task.cancelled():
                logger.error("The task %s failed while it was stopped.", self.name, exc_info=error)
            return
        self._failure = f"{_kind_of(error)}; it is restarted. See the log."
        pause = self._next_pause()
        self.restarts += 1
        if is_latest:
            self._again = asyncio.get_running_loop().call_later(pause, self._begin)
        self._log(error, pause)

    def _next_pause(self) -> float:
        if self._monotonic() - self._began_at >= self._steady:
            self._pause = self._first_pause
        pause = self._pause * random.uniform(0.5, 1.5)  # noqa: S311 - jitter, not a secret
        self._pause = min(2 * self._pause, self._max_pause)
        return pause

    def _log(self, error: BaseException | None, pause: float) -> None:
        if isinstance(error, ServiceError):
            logger.warning("The task %s was interrupted: %s", self.name, in_full(error))
        else:
            logger.error(
                "The task %s has ended unexpectedly; it is restarted in %.1f s.", self.name, pause, exc_info=error
            )


def _failure_of(task: asyncio.Task[None]) -> BaseException | None:
    """Return why a task ended, or None where it returned. A cancellation is wrapped in an error that can be logged.

    logging drops a CancelledError's traceback, because those of a stop are expected.
    """
    try:
        task.result()
    except asyncio.CancelledError as cancelled:
        error = RuntimeError("cancelled, though not stopped")
        error.__cause__ = cancelled
        return error
    except BaseException as error:  # noqa: BLE001 - whatever ended it is logged
        return error
    return None


def _kind_of(error: BaseException | None) -> str:
    """Return what happened without the error's own words, which may name hosts."""
    if error is None:
        return "It has returned"
    return (
        "It was cancelled"
        if isinstance(error.__cause__, asyncio.CancelledError)
        else f"It failed with {type(error).__name__}"
    )
