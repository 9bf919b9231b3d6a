"""The time between a request to stop and the stop itself, in which load balancers learn of it.

A balancer asks for readiness every few seconds. Until it does, it sends new connections to a server that no longer
takes them. So a server that is asked to stop first says that it is not ready, and goes on to answer; each response ends
its connection, so that the client's next request finds another server.

Rule: only SIGTERM drains, and only once: a second one, or Ctrl-C, stops at once.
"""

import asyncio
import logging
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import copy_context
from types import FrameType
from typing import Any

DRAINING = "draining"  # in the state that the lifespan gives to connections

logger = logging.getLogger(__name__)


class Draining:
    """Whether this process is about to stop."""

    def __init__(self) -> None:
        self.has_begun = False

    def problem(self) -> str | None:
        """Return why new connections should go elsewhere."""
        return "it is about to stop" if self.has_begun else None


@contextmanager
def drained_first(draining: Draining, *, seconds: float) -> Iterator[None]:
    """Let the first SIGTERM begin the draining, and reach its present handler only after so many seconds.

    It must be entered on the event loop of the main thread; with no seconds nothing is changed.
    """
    if seconds <= 0:
        yield
        return
    loop = asyncio.get_running_loop()
    context = copy_context()  # a signal comes in that of whichever task runs, which the log would name
    stop: Any = signal.getsignal(signal.SIGTERM)

    def drain(number: int, frame: FrameType | None) -> None:
        if draining.has_begun:
            stop(number, frame)
            return
        draining.has_begun = True
        loop.call_soon_threadsafe(begin, number, context=context)

    def begin(number: int) -> None:
        logger.warning("Asked to stop: not ready any more, and stopping in %g s.", seconds)
        loop.call_later(seconds, stop, number, None)

    signal.signal(signal.SIGTERM, drain)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, stop)
