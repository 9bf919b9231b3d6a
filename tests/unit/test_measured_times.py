"""What is measured is not read from uvloop's clock: it has whole milliseconds."""

import asyncio
import time
from types import SimpleNamespace
from typing import Any, cast

import uvloop

from app.store.writer.batch_transaction import Committed
from app.store.writer.commit_retry import CommitRetry
from app.telemetry.metrics import Metrics
from app.telemetry.sampling import LOOK_SECONDS, Sampler

BUSY_SECONDS = 0.02


def test_the_time_of_a_transaction_is_that_of_its_work() -> None:
    """In parts of a millisecond."""
    metrics = Metrics()

    async def run(*_: object, **__: object) -> Committed:
        time.sleep(BUSY_SECONDS)  # noqa: ASYNC251 - the loop is not to turn meanwhile
        return cast(Committed, SimpleNamespace(movements=(), operations=(), has_catalog=False, results=[]))

    transactions: Any = SimpleNamespace(run=run, last_moment=0)
    commits = CommitRetry(
        transactions, clock=lambda: 1, on_committed=lambda _: None, deadline_seconds=8, metrics=metrics
    )
    uvloop.run(commits.results([], patience_seconds=1))
    metrics.take_over()
    assert metrics.registry.get_sample_value("stockpulse_writer_transaction_duration_seconds_count") == 1
    told = metrics.registry.get_sample_value("stockpulse_writer_transaction_duration_seconds_sum")
    assert told is not None
    assert told >= BUSY_SECONDS
    assert not is_in_milliseconds(told)


def test_the_lag_of_the_event_loop_is_that_of_what_is_due_before() -> None:
    """In parts of a millisecond, too."""
    sampler = Sampler(Metrics())

    async def looked() -> float:
        task = asyncio.create_task(_busy_after(LOOK_SECONDS))
        async with sampler.running():
            await task
            await asyncio.sleep(BUSY_SECONDS)
            return sampler.lag_seconds

    lag = uvloop.run(looked())
    assert lag >= BUSY_SECONDS / 2
    assert not is_in_milliseconds(lag)


def is_in_milliseconds(seconds: float) -> bool:
    """Tell whether a duration is a whole number of them, as floating point has it."""
    return abs(seconds * 1_000 - round(seconds * 1_000)) < 1e-6


async def _busy_after(seconds: float) -> None:
    await asyncio.sleep(seconds)
    time.sleep(BUSY_SECONDS)  # noqa: ASYNC251 - as above
