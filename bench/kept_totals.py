"""What keeping totals costs the writer: its rate with a worker that keeps them in the same process, and without."""

import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from app.services.stock.totals_worker import TotalsWorker
from app.store.database.clock import DatabaseClock
from app.store.driver.client import close_client, open_client
from app.store.lease import MongoLease
from app.store.readers.ledger.ledger_tail import MongoTail
from app.store.totals.audit import MongoTotalsAudit
from app.store.totals.keeper import MongoTotals
from bench.measure import Result, Run, Target
from bench.rounds import compare
from bench.scene import keys
from bench.stage import Stage
from bench.writer import WriterLoop, open_writer


async def writer_with_totals(stage: Stage, name: str, target: Target | None, *, is_hot: bool, callers: int) -> Result:
    """Compare rates in this process, then prove the totals."""
    async with (
        open_writer(stage.mongo_url, stage.settings.mongo_database) as opened,
        _totals(stage) as (totals, worker, audit),
    ):
        loop = WriterLoop(opened, keys(is_hot=is_hot))

        async def with_totals(seconds: float) -> Run:
            await _keep(totals)  # what the other rounds have left
            async with worker():
                return await loop.run(seconds, callers=callers)

        async def without(seconds: float) -> Run:
            return await loop.run(seconds, callers=callers)

        result = await compare(
            name,
            ours=with_totals,
            other=without,
            seconds=stage.seconds,
            rounds=stage.rounds,
            processes={"client": [os.getpid()], "mongod": [stage.mongod_pid]},
            target=target,
        )
        await _keep(totals)
        assert await audit.differences() == []
    return result


@asynccontextmanager
async def _totals(
    stage: Stage,
) -> AsyncIterator[tuple[MongoTotals, Callable[[], TotalsWorker], MongoTotalsAudit]]:
    """Open what keeps the totals, as the application does."""
    client = open_client(stage.mongo_url)
    database = client[stage.settings.mongo_database]
    async with DatabaseClock(client) as clock:
        totals = MongoTotals(database, tail=MongoTail(client, database, clock=clock), clock=clock)
        lease = MongoLease(database, holder="bench")
        yield totals, lambda: TotalsWorker(totals=totals, lease=lease), MongoTotalsAudit(database, clock=clock)
    await close_client(client)


async def _keep(totals: MongoTotals) -> None:
    while await totals.step():
        pass
