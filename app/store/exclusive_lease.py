"""A lease for work that must not be done twice at once: where it is lost, the work ends.

Rule: a process may sleep past the end of its lease, and go on a little before it notices. So what makes its work count
is written together with a look at the lease, in one transaction.
"""

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final

from pymongo.errors import PyMongoError

from app.domain.failures import ServiceError
from app.services.background.cancellation import raise_if_cancelled
from app.services.background.supervision import Supervised
from app.services.ports import LEASE_SECONDS, RENEW_SECONDS
from app.store.driver.client import Database, Session, transaction
from app.store.lease import MongoLease
from app.store.mapping import names
from app.store.writer.abandoned_transactions import end_abandoned_transactions
from app.store.writer.transient_errors import is_transient

ATTEMPTS: Final = 30  # at what counts, while the lease is renewed at the same moment, or the database has a failover
PAUSE_SECONDS: Final = 1.0


class LeaseTaken(ServiceError):
    """Another process holds the lease, or did when it was killed a moment ago."""

    def __init__(self, name: str, *, database: str) -> None:
        super().__init__(
            f"Another {name} of {database} is under way: run this again when it has ended, or in {LEASE_SECONDS} s if "
            "it was killed."
        )


class LeaseLost(ServiceError):
    """Another process has taken the lease over, because this one did not renew it in time."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"This process did not go on for some time, and another {name} has begun meanwhile. What this one did not "
            "finish does not count; run it again when the other has ended."
        )


class ExclusiveLease:
    """A lease that is held, in one term."""

    def __init__(self, database: Database, name: str, *, holder: str, term: int) -> None:
        self._database = database
        self._name = name
        self._ours = {"_id": name, "holder": holder, "term": term}

    async def confirmed(self, write: Callable[[Session], Awaitable[None]]) -> None:
        """Do what may be done twice, in a transaction that is refused once the lease is lost.

        Raises LeaseLost and the driver's errors.
        """
        for attempt in range(ATTEMPTS):
            try:
                async with transaction(self._database.client) as session:
                    leases = self._database[names.LEASES]
                    held = await leases.update_one(self._ours, {"$inc": {"confirmed": 1}}, session=session)
                    if not held.matched_count:
                        raise LeaseLost(self._name)
                    await write(session)
                    await session.commit_transaction()
            except PyMongoError as error:
                if not is_transient(error) or attempt == ATTEMPTS - 1:
                    raise
                await asyncio.sleep(PAUSE_SECONDS)
            else:
                return


@asynccontextmanager
async def exclusive(database: Database, name: str) -> AsyncIterator[ExclusiveLease]:
    """Hold a lease until the context is left; cancel what is done in it, should the lease be lost.

    Raises LeaseTaken, LeaseLost and the driver's errors.
    """
    await end_abandoned_transactions(database.client)  # one that was killed may have locked the lease, or its work
    holder = uuid.uuid4().hex
    lease = MongoLease(database, holder=holder)
    term = await lease.hold(name)
    if term is None:
        raise LeaseTaken(name, database=database.name)
    work, is_lost = asyncio.current_task(), False
    assert work is not None

    async def renew() -> None:
        nonlocal is_lost
        while not is_lost:
            await asyncio.sleep(RENEW_SECONDS)
            if await lease.hold(name) != term:
                is_lost = True
                work.cancel()
            raise_if_cancelled()

    renewing = Supervised(renew, name=f"{name} lease", may_return=lambda: is_lost)
    renewing.start()
    try:
        yield ExclusiveLease(database, name, holder=holder, term=term)
    except asyncio.CancelledError:
        if is_lost:
            work.uncancel()
            raise LeaseLost(name) from None
        raise
    finally:
        await renewing.stop()
        await lease.release(name)
