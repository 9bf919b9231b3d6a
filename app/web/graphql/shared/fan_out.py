"""Sending what is new to thousands of subscribers, in turns between which the process does everything else.

Rule: a turn takes about a third of a millisecond, so that a request waits no longer for it than for another request.
Most of that is not the turn itself: afterwards the event loop hands to the kernel what was written. Where others take
longer between two turns, the next one takes a part of that, up to two milliseconds: events wait for requests no longer
than requests for events.
"""

import asyncio
import logging
from time import perf_counter, thread_time
from typing import Protocol

from app.telemetry.tracing import Tracing
from app.telemetry.work import context_apart

TURN_SECONDS = 0.001
TURN_WRITES = 24
WRITE_SECONDS = 12e-6  # 8 µs of the kernel, and 4 of ours
LONGEST_TURN_SECONDS = 0.002
SHARE = 0.5  # of the processor time that others took

logger = logging.getLogger(__name__)


class SentResults:
    """What was sent to subscribers: results, their bytes, and how often one fell behind and began anew."""

    __slots__ = ("bytes", "messages", "reopened")

    def __init__(self) -> None:
        self.messages = self.bytes = self.reopened = 0

    def add(self, messages: int, size: int) -> None:
        """Count results, with their bytes in all."""
        self.messages += messages
        self.bytes += size


class Turn:
    """How much may be done before others have their turn."""

    __slots__ = ("_ends_at", "_writes")

    def __init__(self, seconds: float, writes: int) -> None:
        self._ends_at, self._writes = perf_counter() + seconds, writes

    @property
    def is_over(self) -> bool:
        """Whether the work has to stop for now."""
        return self._writes <= 0 or perf_counter() >= self._ends_at

    def wrote(self, count: int) -> None:
        """Note writes to sinks."""
        self._writes -= count


class Marked(Protocol):
    """What may have something to send."""

    def advance(self, turn: Turn) -> bool:
        """Go on until the turn is over. Return whether there is nothing left to do, until it is marked again."""


class FanOut:
    """The one sender of a process: goes through what is marked, one after another."""

    def __init__(
        self, *, turn_seconds: float = TURN_SECONDS, turn_writes: int = TURN_WRITES, tracing: Tracing | None = None
    ) -> None:
        self.tracing = tracing
        self._turn_seconds, self._turn_writes = turn_seconds, turn_writes
        self._marked: dict[Marked, None] = {}
        self._next_turn: asyncio.Handle | None = None
        self._asked_at = 0.0  # for the next turn
        self._context = context_apart("sending to subscribers")
        self._share = 0.0  # of what others have taken lately, in seconds
        self.delivered = SentResults()

    def mark(self, work: Marked) -> None:
        """Let it go on in one of the next turns."""
        self._marked[work] = None
        if self._next_turn is None:
            self._schedule()

    def _schedule(self) -> None:
        self._asked_at = thread_time()
        self._next_turn = asyncio.get_running_loop().call_soon(self._take_turn, context=self._context)

    def _take_turn(self) -> None:
        self._next_turn = None
        share = min((thread_time() - self._asked_at) * SHARE, LONGEST_TURN_SECONDS)
        self._share = share = max(share, self._share / 2)
        turn = Turn(max(self._turn_seconds, share), max(self._turn_writes, int(share / WRITE_SECONDS)))
        while self._marked:
            work = next(iter(self._marked))
            del self._marked[work]
            if not self._is_done(work, turn):
                self._marked[work] = None  # behind the others
            if turn.is_over:
                break
        if self._marked and self._next_turn is None:
            self._schedule()

    def _is_done(self, work: Marked, turn: Turn) -> bool:
        try:
            return work.advance(turn)
        except Exception:
            logger.exception("Something could not be sent to subscribers")
            return True
