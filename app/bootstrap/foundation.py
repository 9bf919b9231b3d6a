"""What everything stands on: the database and its clock, the writer, the readers, and the news of both.

Rule: whoever wants to hear of commits is added to `listeners` once it can hear.
"""

import logging
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Protocol, TypeVar

from app.config import Settings
from app.live.hub import Hub
from app.live.publisher import Publisher
from app.services.background import Background
from app.services.command_bus import CommandBus
from app.services.committed_batch import CommittedBatch, OnCommitted
from app.services.live.shared_tail import SharedTail
from app.services.present_reader import PresentReader
from app.services.supervision import Supervised
from app.store.client import Client, Database, close_client, open_client
from app.store.database_clock import DatabaseClock
from app.store.lease import MongoLease
from app.store.queues.reservations import MongoReservationQueue
from app.store.readers.catalog import MongoCatalog
from app.store.readers.documents import MongoDocuments
from app.store.readers.ledger import MongoLedger
from app.store.readers.ledger_tail import MongoTail
from app.store.readers.levels import MongoLevels
from app.store.readers.supplies import MongoSupplies
from app.store.writer.batch_transaction import BatchTransaction
from app.store.writer.writer import MongoWriter

B = TypeVar("B", bound=Background)

logger = logging.getLogger(__name__)


class Watched(Protocol):
    """What goes on for good, by tasks that are begun again."""

    @property
    def tasks(self) -> Sequence[Supervised]:
        """The tasks as they are now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Foundation:
    """What is open for as long as the process serves. `door` is for what happens by itself: it settles nothing first.

    `listeners` are told of each commit of this process. Whatever has tasks that must never end is `watched`.
    """

    settings: Settings
    client: Client
    database: Database
    clock: DatabaseClock
    hub: Hub
    publisher: Publisher
    tail: SharedTail
    ledger_tail: MongoTail
    writer: MongoWriter
    listeners: list[OnCommitted]
    watched: list[Watched]
    present: PresentReader
    bus: CommandBus
    levels: MongoLevels
    catalog: MongoCatalog
    ledger: MongoLedger
    documents: MongoDocuments
    supplies: MongoSupplies
    queue: MongoReservationQueue
    lease: MongoLease

    async def begin(self, stack: AsyncExitStack, background: B) -> B:
        """Let it go on in the background until the stack is left, and be watched."""
        self.watched.append(background)
        context: AbstractAsyncContextManager[object] = background
        await stack.enter_async_context(context)
        return background


@asynccontextmanager
async def open_foundation(settings: Settings) -> AsyncIterator[Foundation]:
    """Connect, and close it again in the opposite order."""
    assert settings.redis_url is not None, "serve has set the URL"
    redis_url, namespace = settings.redis_url.get_secret_value(), settings.mongo_database
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(connected(settings))
        database = client[settings.mongo_database]
        clock = await stack.enter_async_context(DatabaseClock(client))
        ledger_tail = MongoTail(client, database, clock=clock)
        tail = await stack.enter_async_context(SharedTail(ledger_tail))
        hub = await stack.enter_async_context(
            Hub(redis_url, namespace=namespace, ledger=ledger_tail, on_arrival=tail.wake)
        )
        publisher = await stack.enter_async_context(Publisher(redis_url, namespace=namespace))
        listeners: list[OnCommitted] = [publisher.committed]
        writer = MongoWriter(
            BatchTransaction(client, database),
            clock=clock,
            queue_max=settings.write_queue_max,
            on_committed=lambda news: _hand_on(news, listeners),
        )
        stack.push_async_callback(writer.close)
        levels, documents = MongoLevels(database), MongoDocuments(database)
        present = PresentReader(levels=levels, documents=documents)
        yield Foundation(
            settings=settings,
            client=client,
            database=database,
            clock=clock,
            hub=hub,
            publisher=publisher,
            tail=tail,
            ledger_tail=ledger_tail,
            writer=writer,
            listeners=listeners,
            watched=[clock, tail, hub, publisher, writer],
            present=present,
            bus=CommandBus(writer=writer, present=present, clock=clock, entropy=entropy),
            levels=levels,
            catalog=MongoCatalog(database),
            ledger=MongoLedger(database),
            documents=documents,
            supplies=MongoSupplies(database),
            queue=MongoReservationQueue(database),
            lease=MongoLease(database, holder=f"{entropy():x}"),
        )


@asynccontextmanager
async def connected(settings: Settings) -> AsyncIterator[Client]:
    """Open a client of the database."""
    assert settings.mongo_url is not None, "serve has set the URL"
    client = open_client(
        settings.mongo_url.get_secret_value(),
        driver=settings.mongo_driver,
        timeout_seconds=settings.mongo_timeout_seconds,
    )
    try:
        yield client
    finally:
        await close_client(client)


def entropy() -> int:
    """Return 74 random bits."""
    return secrets.randbits(74)


def _hand_on(news: CommittedBatch, listeners: Sequence[OnCommitted]) -> None:
    """Tell them all, whatever becomes of one of them."""
    for listener in listeners:
        try:
            listener(news)
        except Exception:
            logger.exception("%s could not take the news of a commit.", listener)
