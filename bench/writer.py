"""Our writer alone: stockAdjust commands of one unit, with ledger and operation, committed in groups."""

import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from app.domain.operation import CommandInfo, fresh_operation_id
from app.domain.stock.commands.adjust_stock import AdjustStock
from app.domain.stock.level import LevelKey
from app.domain.stock.movement import MovementReason
from app.domain.time import moment_of
from app.store.database.clock import DatabaseClock
from app.store.driver.client import close_client, open_client
from app.store.writer.batch_transaction import BatchTransaction
from app.store.writer.writer import MongoWriter
from bench.closed_loop import closed_loop
from bench.measure import Run

QUEUE_MAX = 10_000


class WriterLoop:
    """One command per operation."""

    def __init__(self, writer: MongoWriter, keys: Iterator[LevelKey]) -> None:
        self._writer = writer
        self._keys = keys

    async def run(self, seconds: float, *, callers: int) -> Run:
        """Take single units for so many seconds."""
        return await closed_loop(self._take_one, callers=callers, seconds=seconds)

    async def _take_one(self) -> None:
        identity = fresh_operation_id(now=moment_of(datetime.now(tz=UTC)), entropy=secrets.randbits(74))
        info = CommandInfo(operation_id=identity, kind="stockAdjust", actor="bench")
        await self._writer.run(
            AdjustStock(info=info, key=next(self._keys), delta=-1, reason=MovementReason.SALE),
        )


@asynccontextmanager
async def open_writer(url: str, database: str) -> AsyncIterator[MongoWriter]:
    """Open a writer as the application does."""
    client = open_client(url)
    writer = MongoWriter(BatchTransaction(client, client[database]), clock=DatabaseClock(client), queue_max=QUEUE_MAX)
    try:
        yield writer
    finally:
        await writer.close()
        await close_client(client)
