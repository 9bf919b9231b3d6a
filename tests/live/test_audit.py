"""The hub's audit where nothing but documents changes: it reads what was not published once, and stays quiet."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app.domain.live.events import LevelEvent, LevelEventKind
from app.domain.reservations.reservation import ReservationState
from app.live.hub import Hub
from app.services.live.ledger_offset import LedgerBatch, LedgerOffset
from app.store.driver.client import Database
from app.store.readers.ledger.ledger_tail import MongoTail
from tests.live.process import KEYS, a_process, wall_clock
from tests.support.waiting import eventually

HELD = ReservationState.HELD


class CountingTail:
    """A LedgerTail that counts how often it is asked."""

    def __init__(self, tail: MongoTail) -> None:
        self._tail = tail
        self.nows = self.reads = 0

    async def check(self, offset: LedgerOffset) -> None: ...

    async def now(self) -> LedgerOffset:
        self.nows += 1
        return await self._tail.now()

    async def read(self, after: LedgerOffset) -> LedgerBatch:
        self.reads += 1
        return await self._tail.read(after)

    async def audits(self, number: int = 2) -> None:
        """Wait for the ends of so many audits. The second compares with what could be seen at the end of the first."""
        asked = self.nows
        await eventually(lambda: self.nows >= asked + number)


@asynccontextmanager
async def audited(database: Database, redis_url: str) -> AsyncIterator[tuple[CountingTail, list[LevelEvent]]]:
    """Run a hub with a subscriber, until it has caught up with its own beginning."""
    tail = CountingTail(MongoTail(database.client, database, clock=wall_clock))
    hub = Hub(redis_url, namespace=database.name, ledger=tail)
    heard: list[LevelEvent] = []
    async with hub:
        with hub.listen(skus=None, locations=None, hear=heard.append):
            await hub.ready()
            await eventually(lambda: hub.is_resting)
            tail.reads = 0
            yield tail, heard


async def test_published_changes_of_documents_are_not_looked_for(shop: Database, redis_url: str) -> None:
    """Operations without movements are heard of like lines: the ledger is never read for them."""
    async with a_process(shop, redis_url) as process, audited(shop, redis_url) as (tail, heard):
        for _ in range(3):
            await process.order({"a": HELD, "b": HELD})
        await tail.audits()
        assert (tail.reads, heard) == (0, [])


async def test_changes_of_documents_that_were_not_published_are_looked_for_once(shop: Database, redis_url: str) -> None:
    """Levels that subscribers have heard of are not told again because of them."""
    async with (
        a_process(shop, redis_url) as process,
        a_process(shop, redis_url, is_mute=True) as mute,
        audited(shop, redis_url) as (tail, heard),
    ):
        await process.adjust((KEYS[0], 1))
        await eventually(lambda: len(heard) == 1)
        await mute.order({"a": HELD})
        await eventually(lambda: tail.reads == 1)
        await tail.audits()
        await process.adjust((KEYS[1], 1))
        await eventually(lambda: len(heard) == 2)
        assert (tail.reads, [event.kind for event in heard]) == (1, [LevelEventKind.CHANGE] * 2)
