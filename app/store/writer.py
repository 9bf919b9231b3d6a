"""The one door of every change: collects the commands that wait and commits them together (group commit).

An idle writer commits at once, so a lone caller waits for nobody; a batch gathers only while another is under way.
Rule: a caller is answered only after the commit, and each command is committed at most once, whatever happens between.
"""

import asyncio
import logging
import random
import secrets
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pymongo
from pymongo.errors import BulkWriteError, ConnectionFailure, PyMongoError

from app.domain.command import Command
from app.domain.errors import Overloaded, Refused, ServiceError, Unavailable
from app.domain.fold import Outcome
from app.domain.movement import Movement
from app.domain.time import Moment
from app.services.ports import Clock
from app.store.batch import BatchTransaction, Committed, LostRaceError

MAX_LINES_PER_BATCH = 2_000  # one transaction of this size commits in some 50 ms; a larger one would only add latency
RETRY_DEADLINE_SECONDS = 8  # below a load balancer's usual 10 s, so that we answer first
FIRST_RETRY_SECONDS = 0.002
MAX_RETRY_SECONDS = 0.25
ATTEMPT_TIMEOUT_SECONDS = 5.0  # the driver's own for a single answer
MIN_ATTEMPT_SECONDS = 0.5
CLEAN_UP_SECONDS = 1.0  # living writers give way to each other in milliseconds
RETRY_AFTER_SECONDS = 1

_DUPLICATE_KEY = 11000
_log = logging.getLogger(__name__)

Result = Outcome | Refused | Exception


@dataclass(frozen=True, slots=True)
class _Waiting:
    command: Command
    result: asyncio.Future[Result]
    lines: int

    def answer(self, result: Result) -> None:
        """Tell the caller, unless it has gone."""
        if not self.result.done():
            self.result.set_result(result)


class MongoWriter:
    """Commits commands to MongoDB. Belongs to one event loop.

    Its `identity` marks its movements. What it commits under one identity becomes visible in the order of the
    moments, so that a reader who remembers the last moment per identity misses nothing.
    """

    def __init__(
        self,
        transactions: BatchTransaction,
        *,
        clock: Clock,
        queue_max: int,
        on_committed: Callable[[Sequence[Movement]], None] = lambda _: None,
        retry_deadline_seconds: float = RETRY_DEADLINE_SECONDS,
    ) -> None:
        """Take at most `queue_max` waiting lines. `on_committed` is told each batch's movements, and must not block."""
        self._transactions = transactions
        self._clock = clock
        self._queue_max = queue_max
        self._on_committed = on_committed
        self._retry_deadline_seconds = retry_deadline_seconds
        self._queue: deque[_Waiting] = deque()
        self._queued_lines = 0
        self._draining: asyncio.Task[None] | None = None
        self.identity = _fresh_identity()

    async def run(self, command: Command) -> Outcome:
        """See Writer. A cancelled caller does not cancel its command."""
        lines = max(1, len(command.touches().levels))
        if self._queue and self._queued_lines + lines > self._queue_max:
            raise Overloaded(retry_after_seconds=RETRY_AFTER_SECONDS)
        waiting = _Waiting(command, asyncio.get_running_loop().create_future(), lines)
        self._queue.append(waiting)
        self._queued_lines += lines
        if self._draining is None:
            self._draining = asyncio.create_task(self._drain(), name="writer")
        result = await waiting.result
        if isinstance(result, Outcome):
            return result
        raise result

    async def close(self) -> None:
        """Commit what waits. Nothing may be run afterwards."""
        if self._draining is not None:
            await self._draining

    async def _drain(self) -> None:
        try:
            while self._queue:
                batch = self._next_batch()
                results = await self._settle([waiting.command for waiting in batch])
                for waiting, result in zip(batch, results, strict=True):
                    waiting.answer(result)
                if isinstance(results[-1], Unavailable):
                    self._give_up(results[-1])
        finally:
            self._draining = None

    def _next_batch(self) -> list[_Waiting]:
        batch = [self._queue.popleft()]
        lines = batch[0].lines
        while self._queue and lines + self._queue[0].lines <= MAX_LINES_PER_BATCH:
            batch.append(self._queue.popleft())
            lines += batch[-1].lines
        self._queued_lines -= lines
        return batch

    def _give_up(self, reason: Unavailable) -> None:
        """Answer those who wait: with the database away, each of them would wait out a deadline of its own."""
        while self._queue:
            self._queue.popleft().answer(reason)
        self._queued_lines = 0

    async def _settle(self, commands: Sequence[Command]) -> Sequence[Result]:
        """Commit the commands, or find out which of them cannot be: one bad command must not fail its neighbours."""
        try:
            return await self._commit(commands)
        except ServiceError as error:
            return [error] * len(commands)
        except Exception as error:  # noqa: BLE001 - every fault goes to its own caller, and only there
            if len(commands) == 1:
                _log.exception("A command failed: %s", commands[0].cause.kind)
                return [error]
            half = len(commands) // 2
            return [*await self._settle(commands[:half]), *await self._settle(commands[half:])]

    async def _commit(self, commands: Sequence[Command]) -> Sequence[Result]:
        clean_up_at = asyncio.get_running_loop().time() + CLEAN_UP_SECONDS
        deadline = asyncio.get_running_loop().time() + self._retry_deadline_seconds
        pause = FIRST_RETRY_SECONDS
        earlier: list[Moment] = []
        while True:
            now = Moment(max(self._clock(), self._transactions.last_moment + 1))
            left = deadline - asyncio.get_running_loop().time()
            try:
                with pymongo.timeout(min(ATTEMPT_TIMEOUT_SECONDS, max(left, MIN_ATTEMPT_SECONDS))):
                    committed = await self._transactions.run(commands, writer=self.identity, now=now, earlier=earlier)
            except (PyMongoError, LostRaceError) as error:
                if not _is_transient(error):
                    raise
                if asyncio.get_running_loop().time() > deadline:
                    # What was tried may yet become visible, behind later commits: those must carry another name.
                    self.identity = _fresh_identity()
                    raise Unavailable(str(error)) from error
            else:
                return self._accept(committed)
            if asyncio.get_running_loop().time() > clean_up_at:
                await self._transactions.clean_up()
                clean_up_at += CLEAN_UP_SECONDS
            await asyncio.sleep(pause * random.uniform(0.5, 1.5))  # noqa: S311 - jitter, not a secret
            pause = min(2 * pause, MAX_RETRY_SECONDS)
            earlier.append(now)

    def _accept(self, committed: Committed) -> Sequence[Result]:
        if committed.movements:
            try:
                self._on_committed(committed.movements)
            except Exception:  # noqa: BLE001 - what is committed stays so, whoever fails to tell of it
                _log.exception("The movements of a commit could not be handed on.")
        return committed.results


def _fresh_identity() -> str:
    return secrets.token_urlsafe(6)


def _is_transient(error: Exception) -> bool:
    """Tell whether the same batch may succeed later: a race with another writer, or a server out of reach.

    That covers a commit with an unknown outcome: the retry finds its own operations if they were committed.
    """
    if isinstance(error, BulkWriteError):
        return any(fault.get("code") == _DUPLICATE_KEY for fault in error.details.get("writeErrors", ()))
    if isinstance(error, LostRaceError | ConnectionFailure):
        return True
    return isinstance(error, PyMongoError) and (
        error.timeout  # of the server's own making, too: then it says so in an ordinary failure
        or error.has_error_label("TransientTransactionError")
        or error.has_error_label("UnknownTransactionCommitResult")
    )
