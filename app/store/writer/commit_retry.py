"""Retries the transaction of a batch, and finds by bisection the commands that no retry commits.

Rule: an attempt whose outcome is unknown may have been committed. The next one looks for the operations of all earlier
attempts first, so that no command is committed twice.
"""

import asyncio
import logging
import random
import secrets
from collections.abc import Sequence
from time import perf_counter

import pymongo
from pymongo.errors import PyMongoError

from app.domain.command import Command
from app.domain.errors import Refused
from app.domain.failures import Unavailable
from app.domain.outcome import Outcome
from app.domain.time import Moment
from app.services.background.heartbeat import beat
from app.services.committed_batch import CommittedBatch, OnCommitted
from app.services.ports import Clock
from app.store.driver.failures import described, unavailable
from app.store.writer.batch_transaction import BatchTransaction, Committed
from app.store.writer.reading.replay_lookup import Attempt
from app.store.writer.transient_errors import (
    is_against_rules,
    is_conflict,
    is_too_large,
    is_transient,
    leaves_nothing,
)
from app.store.writer.writing.statements import LostRaceError
from app.telemetry.metrics import Metrics
from app.telemetry.work import traced_step

RETRY_DEADLINE_SECONDS = 8  # below a load balancer's usual 10 s, so that we answer first
FIRST_RETRY_SECONDS = 0.002
MAX_RETRY_SECONDS = 0.25
MAX_CONFLICT_RETRY_SECONDS = 0.016  # several times what a batch takes: a longer pause only lets the others go first
ATTEMPT_TIMEOUT_SECONDS = 5.0  # the driver's own for a single answer
MIN_ATTEMPT_SECONDS = 0.5
HALF_PATIENCE_SECONDS = 0.25
CLEAN_UP_SECONDS = 1.0  # living writers resolve their conflicts in milliseconds

_DATABASE = {"db.system.name": "mongodb"}

logger = logging.getLogger(__name__)

Result = Outcome | Refused | Exception


class CommitRetry:
    """Commits batches under its `identity`, until the event loop's time is `latest` at the latest."""

    def __init__(
        self,
        transactions: BatchTransaction,
        *,
        clock: Clock,
        on_committed: OnCommitted,
        deadline_seconds: float,
        metrics: Metrics,
    ) -> None:
        self._metrics = metrics
        self._transactions = transactions
        self._clock = clock
        self._on_committed = on_committed
        self._deadline_seconds = deadline_seconds
        self.latest = float("inf")
        self.batches_committed = 0
        self.renew_identity()

    def renew_identity(self) -> None:
        """Commit under another identity from now on: what was tried may yet become visible, behind later commits."""
        self.identity = secrets.token_urlsafe(6)

    async def results(
        self, commands: Sequence[Command], *, earlier: Sequence[Attempt] = (), patience_seconds: float
    ) -> Sequence[Result]:
        """Commit the commands, or find by bisection which of them fail: one bad command must not fail its neighbours.

        A half gets the `earlier` attempts at the whole, which may have been committed after all.
        """
        attempts = list(earlier)
        try:
            return await self._commit(commands, attempts=attempts, patience_seconds=patience_seconds)
        except Unavailable as error:
            self._metrics.given_up.inc(len(commands))
            return [Unavailable(error.reason, details=error.details) for _ in commands]
        except Exception as error:
            if len(commands) == 1:
                self._metrics.given_up.inc()
                if is_conflict(error):
                    return [Unavailable("another transaction holds what this one changes", details=described(error))]
                if is_too_large(error):
                    reason = "it has too little memory for so large a change; send it in parts"
                    return [Unavailable(reason, details=described(error))]
                logger.exception("A command failed: %s", commands[0].info.kind)
                return [error]
            self._metrics.bisections.inc()
            half = len(commands) // 2
            return [
                result
                for some in (commands[:half], commands[half:])
                for result in await self.results(some, earlier=attempts, patience_seconds=HALF_PATIENCE_SECONDS)
            ]

    async def _commit(
        self, commands: Sequence[Command], *, attempts: list[Attempt], patience_seconds: float
    ) -> Sequence[Result]:
        """Try until it is committed; note each attempt that failed.

        Raises Unavailable at the deadline or where a newer version has upgraded the database, errors that a retry does
        not mend, and a conflict that lasts beyond the patience.
        """
        clock = asyncio.get_running_loop().time
        began = clock()
        clean_up_at = began + CLEAN_UP_SECONDS
        pause = FIRST_RETRY_SECONDS
        while True:
            beat()
            deadline = min(began + self._deadline_seconds, self.latest)
            now = Moment(max(self._clock(), self._transactions.last_moment + 1))
            attempted = perf_counter()  # the loop's clock has whole milliseconds
            try:
                timeout = pymongo.timeout(min(ATTEMPT_TIMEOUT_SECONDS, max(deadline - clock(), MIN_ATTEMPT_SECONDS)))
                with timeout, traced_step("transaction", _DATABASE):
                    committed = await self._transactions.run(commands, writer=self.identity, now=now, earlier=attempts)
                self._metrics.transaction_seconds.observe(perf_counter() - attempted)
                return self._accept(committed)  # what its listeners begin has no part in the deadline
            except (PyMongoError, LostRaceError) as error:
                self._metrics.attempts_failed.labels(_reason(error)).inc()
                if is_against_rules(error):
                    await self._transactions.check_format()
                longest = MAX_CONFLICT_RETRY_SECONDS if is_conflict(error) else MAX_RETRY_SECONDS
                if not leaves_nothing(error):
                    attempts.append(Attempt(now, max(now, self._transactions.last_moment)))
                if not is_transient(error) or (is_conflict(error) and clock() - began > patience_seconds):
                    raise
                if clock() > min(deadline, self.latest):
                    self.renew_identity()
                    raise unavailable(error) from error
            if clock() > clean_up_at:
                await self._transactions.clean_up()
                clean_up_at += CLEAN_UP_SECONDS
            await asyncio.sleep(pause * random.uniform(0.5, 1.5))  # noqa: S311 - jitter, not a secret
            pause = min(2 * pause, longest)

    def _accept(self, committed: Committed) -> Sequence[Result]:
        self.batches_committed += 1
        self._metrics.ledger_lines.inc(len(committed.movements))
        if committed.movements or committed.operations or committed.has_catalog:
            try:
                self._on_committed(
                    CommittedBatch(
                        writer=self.identity,
                        movements=committed.movements,
                        operations=committed.operations,
                        has_catalog=committed.has_catalog,
                    )
                )
            except Exception:
                logger.exception("A listener failed on a committed batch.")
        return committed.results


def _reason(error: Exception) -> str:
    if isinstance(error, LostRaceError):
        return "lost_race"
    if is_conflict(error):
        return "conflict"
    return "transient" if is_transient(error) else "other"
