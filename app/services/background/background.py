"""The base of everything that runs in the background of a process while a context is open.

Rule: a task repeats its work whatever fails, and logs a failure in one sentence, at most once a minute. Only a stop
ends it: a task that ends otherwise is restarted, see app.services.background.supervision.
"""

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Self

from app.domain.failures import ServiceError, in_full
from app.services.background.cancellation import raise_if_cancelled
from app.services.background.heartbeat import resting
from app.services.background.log_throttle import LogThrottle
from app.services.background.supervision import Supervised

PAUSE_SECONDS = 1.0  # while the database is not available


class Background(ABC):
    """An async context with background tasks, usually one. A subclass says in `_run` what its task does."""

    def __init__(self, *, name: str) -> None:
        """`name` is that of the task, in logs and health checks."""
        self._name = name
        self._supervised: Sequence[Supervised] = ()

    @property
    def tasks(self) -> Sequence[Supervised]:
        """The tasks, once the context is open."""
        return self._supervised

    async def __aenter__(self) -> Self:
        self._supervised = [Supervised(run, name=name) for name, run in self._runs().items()]
        for task in self._supervised:
            task.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await asyncio.gather(*(task.stop() for task in self._supervised))

    def _runs(self) -> Mapping[str, Callable[[], Awaitable[None]]]:
        """Return the work of each task, by the task's name."""
        return {self._name: self._run}

    @abstractmethod
    async def _run(self) -> None:
        """Do the work, until cancelled."""

    async def _for_good(
        self,
        step: Callable[[], Awaitable[object]],
        *,
        cannot: str,
        could_not: str,
        rest_seconds: float = 0.0,
        pause_seconds: float = PAUSE_SECONDS,
        error_pause_seconds: float | None = None,
    ) -> None:
        """Repeat a step, with a rest after each that succeeded.

        A step that raises ServiceError is followed by a pause, and logged as `cannot` with the error. One that raises
        any other error is logged as `could_not`, with a traceback; `error_pause_seconds` is the pause after it, if that
        differs.
        """
        log = logging.getLogger(type(self).__module__)
        outages, errors = LogThrottle(), LogThrottle()
        while True:
            seconds = rest_seconds
            try:
                await step()
            except ServiceError as error:
                if outages.is_due():
                    log.warning("%s: %s", cannot, in_full(error))
                seconds = pause_seconds
            except Exception:
                if errors.is_due():
                    log.exception(could_not)
                seconds = pause_seconds if error_pause_seconds is None else error_pause_seconds
            else:
                outages.reset()
                errors.reset()
            raise_if_cancelled()
            with resting():
                await asyncio.sleep(seconds)


async def woken(event: asyncio.Event, *, seconds: float | None) -> bool:
    """Rest until the event is set, for at most so many seconds, and clear it. Return whether it was set."""
    with suppress(TimeoutError), resting():
        async with asyncio.timeout(seconds):
            await event.wait()
    was_set = event.is_set()
    event.clear()
    return was_set
