"""A writer of a process that stops while its database hangs."""

import asyncio
from typing import cast

from app.domain.failures import Unavailable
from app.store.writer.batch_transaction import BatchTransaction
from app.store.writer.writer import HURRY_SECONDS, MongoWriter
from tests.support.clock import StillClock
from tests.support.scene import TEA, an_adjustment


class Hanging:
    """Transactions of a database that answers nothing."""

    last_moment = 0

    async def run(self, *_: object, **__: object) -> None:
        """Wait for good."""
        await asyncio.Event().wait()


async def test_callers_are_answered_before_the_driver_gives_up() -> None:
    """Those of the batch that is tried, and those behind it; none of them is kept from hearing of the stop."""
    writer = MongoWriter(cast(BatchTransaction, Hanging()), clock=StillClock(), queue_max=10)
    first = asyncio.create_task(writer.run(an_adjustment(TEA, 1, idempotency_key="first")))
    await asyncio.sleep(0)  # it is tried alone
    behind = asyncio.create_task(writer.run(an_adjustment(TEA, 1, idempotency_key="behind")))
    writer.hurry()
    async with asyncio.timeout(4 * HURRY_SECONDS):
        results = await asyncio.gather(first, behind, return_exceptions=True)
    assert [type(result) for result in results] == [Unavailable, Unavailable]
    for task in writer.tasks:
        await task.stop()
    await writer.close()
