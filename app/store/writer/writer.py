"""The one door of every change: collects the commands that wait and commits them together (group commit) (ADR 1).

An idle writer commits at once, so a lone caller waits for nobody; a batch gathers only while another is under way.
Rule: a caller is answered only after the commit, and each command is committed at most once, whatever happens between.
"""

import asyncio
import logging
import random
import secrets
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

import pymongo
from pymongo.errors import PyMongoError

from app.domain.command import Command, ReadSet
from app.domain.command_batch import Outcome
from app.domain.document import DocumentKey
from app.domain.errors import Refused
from app.domain.failures import Overloaded, Unavailable
from app.domain.time import Moment
from app.services.committed_batch import CommittedBatch, OnCommitted
from app.services.heartbeat import beat
from app.services.ports import Clock
from app.services.supervision import Supervised
from app.store.driver_failures import unavailable
from app.store.mapping.document_mapping import DOCUMENT_MAPPINGS
from app.store.writer.batch_transaction import Attempt, BatchTransaction, Committed
from app.store.writer.transient_errors import is_conflict, is_too_large, is_transient
from app.store.writer.write_batch import LostRaceError

MIN_DOCUMENTS_MEASURED = 2  # a lone one is a batch of its own, however large it is
MAX_LINES_PER_BATCH = 2_000  # one transaction of this size commits in some 50 ms; a larger one would only add latency
RETRY_DEADLINE_SECONDS = 8  # below a load balancer's usual 10 s, so that we answer first
FIRST_RETRY_SECONDS = 0.002
MAX_RETRY_SECONDS = 0.25
ATTEMPT_TIMEOUT_SECONDS = 5.0  # the driver's own for a single answer
MIN_ATTEMPT_SECONDS = 0.5
CONFLICT_PATIENCE_SECONDS = 4.0  # time for two clean-ups; then the level that is held is searched for
HALF_PATIENCE_SECONDS = 0.25
CLEAN_UP_SECONDS = 1.0  # living writers give way to each other in milliseconds
RETRY_AFTER_SECONDS = 1
HURRY_SECONDS = 2.0  # of a process that stops; with the attempt that has begun then, its callers are answered in time

logger = logging.getLogger(__name__)

Result = Outcome | Refused | Exception


@dataclass(frozen=True, slots=True)
class _Waiting:
    command: Command
    result: asyncio.Future[Result]
    lines: int
    documents: Sequence[DocumentKey]  # that may bring a thousand levels each

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
        on_committed: OnCommitted = lambda _: None,
        retry_deadline_seconds: float = RETRY_DEADLINE_SECONDS,
        conflict_patience_seconds: float = CONFLICT_PATIENCE_SECONDS,
    ) -> None:
        """Take at most `queue_max` waiting lines. `on_committed` is told what each batch brought; it must not block.

        A batch is tried for `retry_deadline_seconds`, then its callers are told Unavailable. One that only conflicts
        with other transactions is tried for `conflict_patience_seconds`, if that is less; then it is divided, so that
        none but those are told so whose levels are held.
        """
        self._transactions = transactions
        self._clock = clock
        self._queue_max = queue_max
        self._on_committed = on_committed
        self._retry_deadline_seconds = retry_deadline_seconds
        self._conflict_patience_seconds = conflict_patience_seconds
        self._queue: deque[_Waiting] = deque()
        self._queued_lines = 0
        self._latest = float("inf")
        self._batch: Sequence[_Waiting] = ()
        self._batches_committed = 0
        self._hurrying: asyncio.TimerHandle | None = None
        self._supervised = Supervised(self._drain, name="writer", may_return=lambda: not self._queue)
        self.identity = _fresh_identity()

    async def run(self, command: Command) -> Outcome:
        """See Writer. A cancelled caller does not cancel its command."""
        read_set = command.read_set()
        lines = max(1, read_set.lines)
        if self._queue and self._queued_lines + lines > self._queue_max:
            raise Overloaded(retry_after_seconds=RETRY_AFTER_SECONDS)
        told: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        waiting = _Waiting(command, told, lines, _large_documents(read_set))
        self._queue.append(waiting)
        self._queued_lines += lines
        self._supervised.start()
        result = await waiting.result
        if isinstance(result, Outcome):
            return result
        raise result

    def hurry(self) -> None:
        """Give up soon what cannot be committed: the process stops, and its callers are to hear of it before."""
        if self._hurrying is None:
            self._latest = asyncio.get_running_loop().time() + HURRY_SECONDS
            self._look_again()

    async def close(self) -> None:
        """Commit what waits. Nothing may be run afterwards."""
        self.hurry()
        await self._supervised.returned()
        if self._hurrying is not None:
            self._hurrying.cancel()

    @property
    def tasks(self) -> Sequence[Supervised]:
        """What commits, as long as anything waits."""
        return (self._supervised,)

    async def _drain(self) -> None:
        while self._queue:
            self._batch = batch = self._next_batch()
            try:
                self._batch = batch = await self._fitting(batch)
                await self._work(batch)
            finally:  # whatever ended it: nobody is to wait for ever
                self._abandon(batch)

    async def _work(self, batch: Sequence[_Waiting]) -> None:
        commands = [waiting.command for waiting in batch]
        results = await self._settle(commands, patience_seconds=self._conflict_patience_seconds)
        for waiting, result in zip(batch, results, strict=True):
            waiting.answer(result)
        if all(isinstance(result, Unavailable) for result in results):
            self._give_up()

    def _abandon(self, batch: Sequence[_Waiting]) -> None:
        """Answer those who have no answer yet: nobody knows what became of their commands."""
        left = [waiting for waiting in batch if not waiting.result.done()]
        if left:
            self.identity = _fresh_identity()  # what was tried may yet become visible, behind later commits
        for waiting in left:
            waiting.answer(Unavailable("the change was interrupted"))

    def _next_batch(self) -> list[_Waiting]:
        batch = [self._queue.popleft()]
        lines = batch[0].lines
        while self._queue and lines + self._queue[0].lines <= MAX_LINES_PER_BATCH:
            batch.append(self._queue.popleft())
            lines += batch[-1].lines
        self._queued_lines -= lines
        return batch

    async def _fitting(self, batch: list[_Waiting]) -> list[_Waiting]:
        """Return as much of a batch as one transaction may take, and let the rest wait again, ahead of all others.

        How many levels come with a document is only known once somebody looks: there may be a thousand lines in each,
        and some dozens of those at once would take longer than any transaction may.
        """
        if sum(1 for waiting in batch if waiting.documents) < MIN_DOCUMENTS_MEASURED:
            return batch
        try:
            sizes = await self._transactions.sizes({key for waiting in batch for key in waiting.documents})
        except PyMongoError:  # the transaction will meet it again, and says so
            return batch[:1] + self._put_back(batch[1:])
        lines, kept = 0, 0
        for waiting in batch:
            lines += waiting.lines + sum(sizes.get(key, 0) for key in waiting.documents)
            if kept and lines > MAX_LINES_PER_BATCH:
                break
            kept += 1
        return batch[:kept] + self._put_back(batch[kept:])

    def _put_back(self, batch: Sequence[_Waiting]) -> list[_Waiting]:
        """Let these wait again, ahead of all others. Nothing is left of them."""
        self._queue.extendleft(reversed(batch))
        self._queued_lines += sum(waiting.lines for waiting in batch)
        return []

    def _look_again(self) -> None:
        loop = asyncio.get_running_loop()
        self._hurrying = loop.call_later(HURRY_SECONDS, self._answer_in_time, self._batches_committed)

    def _answer_in_time(self, committed_before: int) -> None:
        """Answer all who wait, unless the database goes on: the driver may wait for it longer than they can."""
        if self._batches_committed > committed_before:
            self._look_again()
            return
        for waiting in self._batch:  # its attempt goes on under the same name: it may yet be committed
            waiting.answer(Unavailable("the change was interrupted"))
        self._give_up()

    def _give_up(self) -> None:
        """Answer those who wait: with the database away, each of them would wait out a deadline of its own."""
        while self._queue:
            self._queue.popleft().answer(Unavailable("the changes before this one could not be recorded"))
        self._queued_lines = 0

    async def _settle(
        self, commands: Sequence[Command], *, earlier: Sequence[Attempt] = (), patience_seconds: float
    ) -> Sequence[Result]:
        """Commit the commands, or find out which of them cannot be: one bad command must not fail its neighbours.

        The halves know of the attempts at the whole, which may have been committed after all.
        """
        attempts = list(earlier)
        try:
            return await self._commit(commands, attempts=attempts, patience_seconds=patience_seconds)
        except Unavailable as error:
            return [Unavailable(error.reason, details=error.details) for _ in commands]
        except Exception as error:
            if len(commands) == 1:
                if is_conflict(error):
                    return [Unavailable("another transaction holds what this one changes", details=str(error))]
                if is_too_large(error):
                    reason = "it has not the memory for so large a change at once; send it in parts"
                    return [Unavailable(reason, details=str(error))]
                logger.exception("A command failed: %s", commands[0].info.kind)
                return [error]
            half = len(commands) // 2
            return [
                result
                for some in (commands[:half], commands[half:])
                for result in await self._settle(some, earlier=attempts, patience_seconds=HALF_PATIENCE_SECONDS)
            ]

    async def _commit(
        self, commands: Sequence[Command], *, attempts: list[Attempt], patience_seconds: float
    ) -> Sequence[Result]:
        """Try until it is done; note each attempt that failed.

        Raises Unavailable at the deadline, and what cannot pass by itself or has been in the way for too long.
        """
        clock = asyncio.get_running_loop().time
        began = clock()
        clean_up_at = began + CLEAN_UP_SECONDS
        pause = FIRST_RETRY_SECONDS
        while True:
            beat()
            deadline = min(began + self._retry_deadline_seconds, self._latest)
            now = Moment(max(self._clock(), self._transactions.last_moment + 1))
            try:
                with pymongo.timeout(min(ATTEMPT_TIMEOUT_SECONDS, max(deadline - clock(), MIN_ATTEMPT_SECONDS))):
                    return self._accept(
                        await self._transactions.run(commands, writer=self.identity, now=now, earlier=attempts)
                    )
            except (PyMongoError, LostRaceError) as error:
                attempts.append(Attempt(now, max(now, self._transactions.last_moment)))
                if not is_transient(error) or (is_conflict(error) and clock() - began > patience_seconds):
                    raise
                if clock() > min(deadline, self._latest):
                    # What was tried may yet become visible, behind later commits: those must carry another name.
                    self.identity = _fresh_identity()
                    raise unavailable(error) from error
            if clock() > clean_up_at:
                await self._transactions.clean_up()
                clean_up_at += CLEAN_UP_SECONDS
            await asyncio.sleep(pause * random.uniform(0.5, 1.5))  # noqa: S311 - jitter, not a secret
            pause = min(2 * pause, MAX_RETRY_SECONDS)

    def _accept(self, committed: Committed) -> Sequence[Result]:
        self._batches_committed += 1
        if committed.movements or committed.operations:
            try:
                self._on_committed(
                    CommittedBatch(writer=self.identity, movements=committed.movements, operations=committed.operations)
                )
            except Exception:
                logger.exception("The news of a commit could not be handed on.")
        return committed.results


def _large_documents(read_set: ReadSet) -> Sequence[DocumentKey]:
    if not read_set.stock_of and not read_set.documents:
        return ()
    return [key for key in (*read_set.stock_of, *read_set.documents) if DOCUMENT_MAPPINGS[key.kind].long]


def _fresh_identity() -> str:
    return secrets.token_urlsafe(6)
