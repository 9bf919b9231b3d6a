"""Keeps a lease for as long as a piece of work takes.

Rule: should the lease be lost meanwhile, two processes do the work side by side; it must be such that this is only done
in vain.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app.services.background.cancellation import raise_if_cancelled
from app.services.background.supervision import Supervised
from app.services.ports import RENEW_SECONDS, Lease


@asynccontextmanager
async def renewed(lease: Lease, name: str, *, task: str) -> AsyncIterator[None]:
    """Renew a lease that is held, in a task of this name, until the context is left; then release it."""

    async def renew() -> None:
        while True:
            await asyncio.sleep(RENEW_SECONDS)
            await lease.hold(name)
            raise_if_cancelled()

    renewing = Supervised(renew, name=task)
    renewing.start()
    try:
        yield
    finally:
        await renewing.stop()
        await lease.release(name)
