"""The end of a replenisher that is in the middle of something."""

import asyncio
from contextlib import suppress
from typing import Any, cast

from app.services.replenishment.replenishment_worker import ReplenishmentWorker
from tests.support.waiting import DEADLINE_SECONDS


class LossyLease:
    """A Lease of another process, behind a driver that loses a cancellation."""

    def __init__(self) -> None:
        self.is_asked = asyncio.Event()

    async def hold(self, name: str) -> int | None:
        self.is_asked.set()
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        return None

    async def release(self, name: str) -> None: ...


async def test_a_stop_during_a_sweep_does_not_wait_for_the_next() -> None:
    """Even where the driver loses the cancellation."""
    lease, unused = LossyLease(), cast("Any", None)
    background = ReplenishmentWorker(
        levels=unused,
        needs=unused,
        drafts=unused,
        submit=unused,
        lease=lease,
        sweep_seconds=2 * DEADLINE_SECONDS,
    )
    await background.__aenter__()
    await lease.is_asked.wait()
    stop = asyncio.create_task(background.__aexit__(None, None, None))
    await asyncio.wait({stop}, timeout=DEADLINE_SECONDS)
    is_over = stop.done()
    await stop
    assert is_over
