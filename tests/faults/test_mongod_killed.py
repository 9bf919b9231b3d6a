"""mongod is killed in the middle of load and comes back: what was acknowledged is there, once."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from app.domain.failures import Unavailable
from app.domain.outcome import Outcome
from app.domain.stock.level import LevelKey
from app.embedded import EmbeddedServices
from app.store.driver.client import Database, close_client, open_client
from app.store.writer.commit_retry import RETRY_DEADLINE_SECONDS
from tests.support.database import fresh_database
from tests.support.ledger import check_ledger
from tests.support.patience import PATIENCE_SECONDS
from tests.support.scene import adjust, given_level
from tests.support.store import Store, mongo_store

WORKERS = 16
CHANGES = 40  # of each worker
KEYS = [LevelKey("TEA-1", code) for code in ("A", "B", "C")]


@pytest.fixture
def own_servers(servers_dir: Path) -> Iterator[tuple[EmbeddedServices, str]]:
    """Return a mongod of this test alone, which is started again when it dies."""
    services = EmbeddedServices(data_dir=servers_dir / "killed", redis=False, mongod_cache_gb=0.25)
    with services as urls:
        assert urls.mongo_url
        yield services, urls.mongo_url


@pytest.fixture
async def own_database(own_servers: tuple[EmbeddedServices, str]) -> AsyncIterator[Database]:
    """Return a database on it."""
    client = open_client(own_servers[1], timeout_seconds=PATIENCE_SECONDS)
    yield await fresh_database(client, "killed")
    await close_client(client)


@dataclass
class Load:
    """Workers that change levels: each second one with keys, which it repeats until they are acknowledged."""

    store: Store
    acknowledged: set[str] = field(default_factory=set)
    unknown: int = 0
    third_done: asyncio.Event = field(default_factory=asyncio.Event)

    async def work(self, worker: int) -> None:
        """Make this worker's changes."""
        for number in range(CHANGES):
            if worker % 2:
                await self._until_acknowledged(KEYS[number % 3], f"{worker}-{number}")
            else:
                await self._once(KEYS[number % 3])
            if len(self.acknowledged) >= WORKERS * CHANGES // 3:
                self.third_done.set()

    async def _until_acknowledged(self, key: LevelKey, idempotency_key: str) -> None:
        while True:
            with suppress(Unavailable):
                self._acknowledge(await adjust(self.store, key, +1, idempotency_key=idempotency_key))
                return

    async def _once(self, key: LevelKey) -> None:
        try:
            self._acknowledge(await adjust(self.store, key, +1))
        except Unavailable:
            self.unknown += 1

    def _acknowledge(self, outcome: Outcome) -> None:
        assert outcome.operation.id not in self.acknowledged
        self.acknowledged.add(outcome.operation.id)


async def test_acknowledged_changes_survive_a_killed_mongod_once(
    own_servers: tuple[EmbeddedServices, str], own_database: Database
) -> None:
    """Keyed changes are repeated until acknowledged: each counts once. Of the others, each acknowledged one counts."""
    # given
    services, _ = own_servers
    store = mongo_store(own_database, retry_deadline_seconds=RETRY_DEADLINE_SECONDS)
    for key in KEYS:
        await given_level(store, key, on_hand=0)
    load = Load(store)
    before = services.mongod_pid

    async def kill() -> None:
        await load.third_done.wait()
        os.kill(before, signal.SIGKILL)

    # when
    await asyncio.gather(kill(), *(load.work(worker) for worker in range(WORKERS)))
    # then
    assert services.mongod_pid != before
    contents = await check_ledger(store)
    recorded = {line.operation_id for line in contents.movements}
    assert load.acknowledged <= recorded
    assert len(load.acknowledged) + load.unknown == WORKERS * CHANGES
    assert len(recorded) - len(load.acknowledged) <= load.unknown
    assert len(contents.movements) == len(recorded) == sum(level.on_hand for level in contents.levels)
