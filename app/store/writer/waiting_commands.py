"""The commands that wait for the writer, and which come next.

Rule: those of few lines and those of many take turns, so that neither waits for more than one batch of the others,
however many there are.
"""

import asyncio
from collections import deque
from collections.abc import Sequence

from msgspec import Struct

from app.domain.command import Command
from app.domain.document import DocumentKey
from app.store.writer.commit_retry import Result

MAX_LINES_PER_BATCH = 2_000  # one transaction of this size commits in some 50 ms; a larger one would only add latency
MANY_LINES = 100  # so many take several times as long as a single one
SHARE_OF_MANY = 0.9  # of the places; the others are left to interactive callers
MANY_LINES_PER_BATCH = 1_000  # of commands of many lines: others wait for it


class Waiting(Struct):
    """A command, and the future of its result. Moments are those of `perf_counter`; `taken_at` is 0 while it waits.

    uvloop's own clock counts whole milliseconds.
    """

    command: Command
    result: asyncio.Future[Result]
    lines: int
    documents: Sequence[DocumentKey]  # that may concern a thousand levels each
    since: float = 0.0
    taken_at: float = 0.0

    def answer(self, result: Result) -> None:
        """Return the result to the caller, unless it has gone."""
        if not self.result.done():
            self.result.set_result(result)


class WaitingCommands:
    """Two queues, each in the order of arrival."""

    def __init__(self, *, lines_max: int) -> None:
        self.lines = 0
        self._lines_max = lines_max
        self._few: deque[Waiting] = deque()
        self._many: deque[Waiting] = deque()
        self._is_turn_of_few = True

    def __bool__(self) -> bool:
        return bool(self._few or self._many)

    def __len__(self) -> int:
        return len(self._few) + len(self._many)

    @property
    def lines_max(self) -> int:
        """How many lines may wait."""
        return self._lines_max

    @property
    def oldest_since(self) -> float | None:
        """Since when the oldest command waits, by `perf_counter`; None where none does."""
        return min((queue[0].since for queue in (self._few, self._many) if queue), default=None)

    def has_room_for(self, lines: int) -> bool:
        """Tell whether a command of so many lines may wait: any, where none does."""
        most = self._lines_max if lines < MANY_LINES else int(self._lines_max * SHARE_OF_MANY)
        return not self or self.lines + lines <= most

    def add(self, waiting: Waiting) -> None:
        """Let a command wait."""
        self._queue_of(waiting).append(waiting)
        self.lines += waiting.lines

    def put_back(self, batch: Sequence[Waiting]) -> None:
        """Let these wait again, ahead of all others."""
        for waiting in reversed(batch):
            self._queue_of(waiting).appendleft(waiting)
            self.lines += waiting.lines

    def next_batch(self, *, most: int = MAX_LINES_PER_BATCH) -> list[Waiting]:
        """Take out what is committed next, so many lines at most; something must wait.

        Those of few lines also share the batch of those of many, as far as there is room.
        """
        is_turn_of_many = bool(self._many) and not (self._few and self._is_turn_of_few)
        self._is_turn_of_few = is_turn_of_many
        if not is_turn_of_many:
            return self._taken(self._few, most=most)
        batch = self._taken(self._many, most=min(most, MANY_LINES_PER_BATCH))
        lines = sum(waiting.lines for waiting in batch)
        return batch + self._taken(self._few, most=most - lines, is_begun=True)

    def take_all(self) -> list[Waiting]:
        """Take out all that wait."""
        waiting = [*self._few, *self._many]
        self._few.clear()
        self._many.clear()
        self.lines = 0
        return waiting

    def _queue_of(self, waiting: Waiting) -> deque[Waiting]:
        return self._few if waiting.lines < MANY_LINES else self._many

    def _taken(self, queue: deque[Waiting], *, most: int, is_begun: bool = False) -> list[Waiting]:
        """Take so many lines out of a queue: at least one command, where no batch is begun yet."""
        batch: list[Waiting] = []
        while queue and (queue[0].lines <= most or not (batch or is_begun)):
            batch.append(queue.popleft())
            most -= batch[-1].lines
            self.lines -= batch[-1].lines
        return batch
