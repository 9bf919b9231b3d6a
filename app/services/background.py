"""What goes on in the background of a process for as long as a context is open.

Rule: what a task does for good it does whatever fails, and a failure is told in one sentence, once a minute while it
goes on. Only a stop ends it: a task that ends all the same is begun again, see app.services.supervision.
"""

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Self

from app.domain.failures import ServiceError, in_full
from app.services.cancellation import raise_if_cancelled
from app.services.heartbeat import resting
from app.services.log_throttle import LogThrottle
from app.services.supervision import Supervised

PAUSE_SECONDS = 1.0  # while the database is away


class Background(ABC):
    """What lives in an async context, usually one task. Whoever derives from it says in `_run` what that does."""

    def __init__(self, *, name: str) -> None:
        """`name` is the task's, for those who look at a process from outside."""
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
        """Return what is done for good, each by a task of that name."""
        return {self._name: self._run}

    @abstractmethod
    async def _run(self) -> None:
        """Do what is to be done, until cancelled."""

    async def _for_good(
        self,
        step: Callable[[], Awaitable[object]],
        *,
        cannot: str,
        could_not: str,
        rest_seconds: float = 0.0,
        pause_seconds: float = PAUSE_SECONDS,
        fault_pause_seconds: float | None = None,
    ) -> None:
        """Do a step again and again, with a rest after each that did not fail.

        One that the service cannot do now is followed by a pause: `cannot` says so, and the error why. One that fails
        for another reason has a fault, and is told as `could_not`; `fault_pause_seconds` are where that pause differs.
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
                seconds = pause_seconds if fault_pause_seconds is None else fault_pause_seconds
            else:
                outages.reset()
                errors.reset()
            raise_if_cancelled()
            with resting():
                await asyncio.sleep(seconds)


async def woken(event: asyncio.Event, *, seconds: float | None) -> bool:
    """Rest until the event is set, for so long at most, and clear it. Return whether it was set."""
    with suppress(TimeoutError), resting():
        async with asyncio.timeout(seconds):
            await event.wait()
    was_set = event.is_set()
    event.clear()
    return was_set
