"""The connections of one process, and what lives on them: the clock, the ledger's tail, the hub and the writer."""

import secrets
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

from app.bootstrap.commit_broadcast import CommitBroadcast
from app.config import Settings
from app.live.access_channel import AccessChannel
from app.live.hub import Hub
from app.live.publisher import Publisher
from app.security.master_keys import MasterKeys
from app.security.secret_key import kept_secret_key
from app.services.background.supervision import Supervised
from app.services.live.figures.growth import Growth
from app.services.live.ledger.shared_tail import SharedTail
from app.services.ports import Clock
from app.store.database.clock import DatabaseClock
from app.store.database.process_registry import ProcessRegistry
from app.store.driver.client import Client, Database, close_client, open_client
from app.store.driver.connections import Connections
from app.store.driver.primary_watch import PrimaryWatch
from app.store.readers.ledger.ledger_tail import MongoTail
from app.store.sharding.layout import is_laid_out
from app.store.writer.batch_transaction import BatchTransaction
from app.store.writer.reading.level_cache import LevelCache
from app.store.writer.reading.read_batch_state import BatchStateReader
from app.store.writer.writer import MongoWriter
from app.telemetry.metrics import Metrics
from app.telemetry.tracing import Tracing


class Watched(Protocol):
    """Anything that runs supervised tasks."""

    @property
    def tasks(self) -> Sequence[Supervised]:
        """The tasks as they are now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Foundation:
    """What stays open for as long as the process serves. `commits` hands on each committed batch of the writer."""

    client: Client
    connections: Connections
    database: Database
    registry: ProcessRegistry
    is_sharded: bool
    master_keys: MasterKeys
    clock: Clock
    database_clock: DatabaseClock
    primary_watch: PrimaryWatch
    ledger_tail: MongoTail
    shared_tail: SharedTail
    growth: Growth
    level_cache: LevelCache
    hub: Hub
    publisher: Publisher
    access_channel: AccessChannel
    commits: CommitBroadcast
    writer: MongoWriter

    @property
    def watched(self) -> Sequence[Watched]:
        """The parts that run supervised tasks."""
        return (
            self.registry,
            self.database_clock,
            self.primary_watch,
            self.shared_tail,
            self.hub,
            self.publisher,
            self.access_channel,
            self.writer,
        )


@asynccontextmanager
async def open_foundation(
    settings: Settings, *, metrics: Metrics, past: Clock | None = None, tracing: Tracing | None = None
) -> AsyncIterator[Foundation]:
    """Connect, and close it again in the opposite order. With `past`, moments come from that clock."""
    assert settings.redis_url is not None, "serve has set the URL"
    redis_url, namespace = settings.redis_url.get_secret_value(), settings.mongo_database
    async with AsyncExitStack() as stack:
        connections = Connections()
        client = await stack.enter_async_context(connected(settings, connections=connections))
        database = client[settings.mongo_database]
        registry = await stack.enter_async_context(ProcessRegistry(database, identity=f"{entropy():x}"))
        is_sharded = await is_laid_out(database)
        database_clock = await stack.enter_async_context(DatabaseClock(client))
        primary_watch = await stack.enter_async_context(PrimaryWatch(client))
        clock = past or database_clock
        ledger_tail = MongoTail(client, database, clock=clock)
        shared_tail = await stack.enter_async_context(SharedTail(ledger_tail))
        level_cache = LevelCache(monotonic=time.monotonic)
        growth = Growth()

        def on_arrival() -> None:
            shared_tail.wake()
            growth.wake()

        hub = await stack.enter_async_context(
            Hub(
                redis_url,
                namespace=namespace,
                ledger=ledger_tail,
                on_arrival=on_arrival,
                is_awaited=lambda: shared_tail.is_awaited or growth.is_awaited,
                known=level_cache,
                clock=clock,
                metrics=metrics,
                tracing=tracing,
            )
        )
        publisher = await stack.enter_async_context(
            Publisher(redis_url, namespace=namespace, metrics=metrics, tracing=tracing)
        )
        access_channel = await stack.enter_async_context(AccessChannel(redis_url, namespace=namespace))
        commits = CommitBroadcast(publisher.committed)
        writer = MongoWriter(
            BatchTransaction(
                client,
                database,
                reader=BatchStateReader(database, level_cache=level_cache, is_sharded=is_sharded),
                sends_together=settings.mongo_pipelining,
                metrics=metrics,
            ),
            clock=clock,
            queue_max=settings.write_queue_max,
            on_committed=commits,
            metrics=metrics,
            tracing=tracing,
        )
        stack.push_async_callback(writer.close)
        yield Foundation(
            client=client,
            connections=connections,
            database=database,
            registry=registry,
            is_sharded=is_sharded,
            master_keys=master_keys_of(settings),
            clock=clock,
            database_clock=database_clock,
            primary_watch=primary_watch,
            ledger_tail=ledger_tail,
            shared_tail=shared_tail,
            growth=growth,
            level_cache=level_cache,
            hub=hub,
            publisher=publisher,
            access_channel=access_channel,
            commits=commits,
            writer=writer,
        )


@asynccontextmanager
async def connected(settings: Settings, *, connections: Connections | None = None) -> AsyncIterator[Client]:
    """Open a client of the database; `connections` counts its connections."""
    assert settings.mongo_url is not None, "serve has set the URL"
    client = open_client(
        settings.mongo_url.get_secret_value(),
        driver=settings.mongo_driver,
        timeout_seconds=settings.mongo_timeout_seconds,
        connections=connections,
    )
    try:
        yield client
    finally:
        await close_client(client)


def master_keys_of(settings: Settings) -> MasterKeys:
    """Return the keys that are set, or those of the data directory. Raise SecretKeyError."""
    if settings.secret_keys is not None:
        return MasterKeys.of_text(settings.secret_keys.get_secret_value())
    return MasterKeys.of_text(kept_secret_key(settings.data_dir))


def entropy() -> int:
    """Return 74 random bits."""
    return secrets.randbits(74)
