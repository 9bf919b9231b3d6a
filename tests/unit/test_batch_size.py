"""A writer whose process is so slow that a batch of all who wait misses its deadline."""

import asyncio
from collections.abc import Sequence
from typing import cast

from pymongo.errors import NetworkTimeout

from app.domain.command import Command
from app.domain.errors import NotActive, Refused
from app.domain.failures import Unavailable
from app.store.writer.batch_size import MIN_LINES_PER_BATCH, BatchSize
from app.store.writer.batch_transaction import BatchTransaction, Committed
from app.store.writer.waiting_commands import MAX_LINES_PER_BATCH
from app.store.writer.writer import MongoWriter
from tests.support.clock import StillClock
from tests.support.scene import TEA, an_adjustment

CALLERS = 64
IN_TIME = 16  # commands


class Slow:
    """Transactions that are committed in time with a few commands only; each result is a refusal."""

    last_moment = 0

    def __init__(self) -> None:
        self.sizes: list[int] = []

    async def run(self, commands: Sequence[Command], **_: object) -> Committed:
        """Commit a few, and let more than that wait out a timeout."""
        await asyncio.sleep(0)
        self.sizes.append(len(commands))
        if len(commands) > IN_TIME:
            raise NetworkTimeout("slow")
        results = [Refused(NotActive(kind="API_KEY", name="slow")) for _ in commands]
        return Committed(results=[*results], movements=[], operations=[], has_catalog=False)


async def test_callers_that_come_again_are_served_in_smaller_batches() -> None:
    """Those who were sent away together would be again, for as long as they came together."""
    slow = Slow()
    writer = MongoWriter(cast(BatchTransaction, slow), clock=StillClock(), queue_max=1_000, retry_deadline_seconds=0.02)

    async def call(number: int) -> int:
        tries = 0
        while True:
            tries += 1
            try:
                await writer.run(an_adjustment(TEA, 1, idempotency_key=f"{number}"))
            except Unavailable:
                continue
            except Refused:
                return tries

    async with asyncio.timeout(20):
        tries = await asyncio.gather(*map(call, range(CALLERS)))
    assert max(tries) > 1
    assert max(slow.sizes) > IN_TIME
    assert slow.sizes[-1] <= IN_TIME
    await writer.close()


def test_a_batch_is_halved_when_it_misses_and_grows_again_when_it_is_committed() -> None:
    """By what it had, and not by what it may have; never below the minimum nor above the maximum."""
    size = BatchSize()
    size.missed(100)
    assert size.lines == 50
    for _ in range(9):
        size.missed(100)
    assert size.lines == MIN_LINES_PER_BATCH
    size.committed()
    assert size.lines == 2 * MIN_LINES_PER_BATCH
    for _ in range(9):
        size.committed()
    assert size.lines == MAX_LINES_PER_BATCH
