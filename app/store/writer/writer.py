"""The one way in for every change: collects the commands that wait and commits them together (group commit; ADR 1).

An idle writer commits at once, so that a lone caller does not wait; a batch gathers while another is committed and,
where many callers came together, for two milliseconds more.
Rule: a caller gets its outcome only after the commit, and each command is committed at most once, whatever fails.
"""

import asyncio
from collections.abc import Sequence
from time import perf_counter

from pymongo.errors import PyMongoError

from app.domain.command import Command, ReadSet
from app.domain.document import DocumentKey
from app.domain.failures import Overloaded, Unavailable
from app.domain.outcome import Outcome
from app.services.background.supervision import Supervised
from app.services.committed_batch import OnCommitted
from app.services.ports import Clock
from app.store.mapping.document_mapping import DOCUMENT_MAPPINGS
from app.store.writer.batch_size import BatchSize
from app.store.writer.batch_traces import BatchTraces
from app.store.writer.batch_transaction import BatchTransaction
from app.store.writer.commit_retry import RETRY_DEADLINE_SECONDS, CommitRetry, Result
from app.store.writer.waiting_commands import Waiting, WaitingCommands
from app.telemetry.metrics import Metrics
from app.telemetry.tracing import Tracing
from app.telemetry.work import current_work

MIN_DOCUMENTS_MEASURED = 2  # a single one is a batch of its own, however large it is
CONFLICT_PATIENCE_SECONDS = 4.0  # time for two clean-ups; then the level that is locked is found by bisection
RETRY_AFTER_SECONDS = 1
# Callers whose batch was just committed send their next requests within milliseconds. Where there were so many, the
# next batch waits for them: a transaction costs as much as a dozen changes, and all callers wait for that.
MANY_CALLERS = 8
GATHERING_SECONDS = 0.002
HURRY_SECONDS = 2.0  # of a process that stops: with the attempt that has begun before, its callers are answered in time


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
        metrics: Metrics | None = None,
        tracing: Tracing | None = None,
    ) -> None:
        """Take at most `queue_max` waiting lines. `on_committed` is called with each batch; it must not block.

        A batch is tried for `retry_deadline_seconds`, then its callers get Unavailable. One that only conflicts with
        other transactions is tried for `conflict_patience_seconds`, if that is less; then it is divided, so that only
        those callers get Unavailable whose levels are locked.
        """
        self._transactions, self._traces = transactions, BatchTraces(tracing)
        self._conflict_patience_seconds = conflict_patience_seconds
        self._metrics = metrics = metrics or Metrics()
        self._commits = CommitRetry(
            transactions,
            clock=clock,
            on_committed=on_committed,
            deadline_seconds=retry_deadline_seconds,
            metrics=metrics,
        )
        self._queue, self._size = WaitingCommands(lines_max=queue_max), BatchSize()
        self._batch: Sequence[Waiting] = ()
        self._hurrying: asyncio.TimerHandle | None = None
        self._supervised = Supervised(self._drain, name="writer", may_return=lambda: not self._queue)

    @property
    def identity(self) -> str:
        """The identity under which it commits now. It changes after an attempt whose outcome is unknown."""
        return self._commits.identity

    async def run(self, command: Command) -> Outcome:
        """Commit a command and return its outcome. A cancelled caller does not cancel its command."""
        read_set = command.read_set()
        lines = max(1, read_set.lines)
        if not self._queue.has_room_for(lines):
            self._metrics.overloaded.inc()
            raise Overloaded(retry_after_seconds=RETRY_AFTER_SECONDS)
        result: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        waiting = Waiting(command, result, lines, _large_documents(read_set), perf_counter())
        self._queue.add(waiting)
        self._supervised.start()
        outcome = await result
        if (work := current_work()) is not None and waiting.taken_at:
            work.spend(queue=waiting.taken_at - waiting.since, commit=perf_counter() - waiting.taken_at)
        if isinstance(outcome, Outcome):
            return outcome
        raise outcome

    def hurry(self) -> None:
        """Give up soon what cannot be committed: the process stops, and its callers get an answer before it does."""
        if self._hurrying is None:
            self._commits.latest = asyncio.get_running_loop().time() + HURRY_SECONDS
            self._look_again()

    async def close(self) -> None:
        """Commit what waits. Nothing may be run afterwards."""
        self.hurry()
        await self._supervised.returned()
        if self._hurrying is not None:
            self._hurrying.cancel()

    @property
    def queue(self) -> WaitingCommands:
        """The commands that wait, to be looked at."""
        return self._queue

    @property
    def tasks(self) -> Sequence[Supervised]:
        """The task that commits, as long as any command waits."""
        return (self._supervised,)

    async def _drain(self) -> None:
        expected = 0
        while self._queue:
            if self._queue.lines < expected:
                await asyncio.sleep(GATHERING_SECONDS)
            self._batch = batch = self._queue.next_batch(most=self._size.lines)
            expected = len(batch) if len(batch) >= MANY_CALLERS else 0
            try:
                self._batch = batch = await self._fitting(batch)
                taken_at = perf_counter()
                for waiting in batch:
                    waiting.taken_at = taken_at
                await self._work(batch)
            finally:  # whatever ended it: no caller may wait for ever
                self._abandon(batch)

    async def _work(self, batch: Sequence[Waiting]) -> None:
        metrics = self._metrics
        commands = [waiting.command for waiting in batch]
        began = perf_counter()
        metrics.queue_seconds.observe(began - batch[0].since)
        with self._traces.of(batch):
            results = await self._commits.results(commands, patience_seconds=self._conflict_patience_seconds)
        for waiting, result in zip(batch, results, strict=True):
            waiting.answer(result)
        metrics.batch_seconds.observe(perf_counter() - began)
        metrics.batch_commands.observe(len(batch))
        if replays := sum(isinstance(result, Outcome) and result.replayed for result in results):
            metrics.replays.inc(replays)
        if all(isinstance(result, Unavailable) for result in results):
            self._size.missed(sum(waiting.lines for waiting in batch))
            self._give_up()
        else:
            self._size.committed()

    def _abandon(self, batch: Sequence[Waiting]) -> None:
        """Answer the callers that have no answer yet: the outcome of their commands is unknown."""
        left = [waiting for waiting in batch if not waiting.result.done()]
        if left:
            self._commits.renew_identity()
            self._metrics.given_up.inc(len(left))
        for waiting in left:
            waiting.answer(Unavailable("the change was interrupted"))

    async def _fitting(self, batch: list[Waiting]) -> list[Waiting]:
        """Return as much of a batch as one transaction may take, and let the rest wait again, ahead of all others.

        How many levels a document concerns is known only from the database: each may have a thousand lines, and some
        dozens of those at once would take longer than any transaction may.
        """
        if sum(1 for waiting in batch if waiting.documents) < MIN_DOCUMENTS_MEASURED:
            return batch
        try:
            sizes = await self._transactions.sizes({key for waiting in batch for key in waiting.documents})
        except PyMongoError:  # the transaction meets the same failure, and reports it
            self._queue.put_back(batch[1:])
            return batch[:1]
        lines, kept = 0, 0
        for waiting in batch:
            lines += waiting.lines + sum(sizes.get(key, 0) for key in waiting.documents)
            if kept and lines > self._size.lines:
                break
            kept += 1
        self._queue.put_back(batch[kept:])
        return batch[:kept]

    def _look_again(self) -> None:
        loop = asyncio.get_running_loop()
        self._hurrying = loop.call_later(HURRY_SECONDS, self._answer_in_time, self._commits.batches_committed)

    def _answer_in_time(self, committed_before: int) -> None:
        """Answer all callers, unless batches are still committed: the driver may wait for the database longer."""
        if self._commits.batches_committed > committed_before:
            self._look_again()
            return
        for waiting in self._batch:  # its attempt goes on under the same identity: it may yet be committed
            waiting.answer(Unavailable("the change was interrupted"))
        self._give_up()

    def _give_up(self) -> None:
        """Answer all that wait: with the database away, each batch of them would wait out a deadline of its own."""
        left = self._queue.take_all()
        self._metrics.given_up.inc(len(left))
        for waiting in left:
            waiting.answer(Unavailable("the changes before this one could not be recorded"))


def _large_documents(read_set: ReadSet) -> Sequence[DocumentKey]:
    if not read_set.stock_of and not read_set.documents:
        return ()
    return [key for key in (*read_set.stock_of, *read_set.documents) if DOCUMENT_MAPPINGS[key.kind].long]
