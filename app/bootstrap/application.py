"""The use cases of one process, over everything that they need."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from pymongo.errors import PyMongoError

from app.bootstrap.foundation import Watched, entropy, open_foundation
from app.bootstrap.replenishing import open_replenishing
from app.bootstrap.webhooks import open_webhooks
from app.config import Settings
from app.live.hub import Hub
from app.live.publisher import Publisher
from app.services.alerts.alert_wake_worker import AlertWakeWorker
from app.services.alerts.alerts import Alerts
from app.services.catalog.catalog import Catalog
from app.services.catalog.item_match_cache import ItemMatchCache
from app.services.catalog.open_work import OpenWorkFinder
from app.services.command_bus import ReleasingCommandBus
from app.services.counting.counts import Counts
from app.services.counting.cycle_counts import CycleCounts
from app.services.insight.insights import Insights
from app.services.insight.rankings import Rankings
from app.services.live.live import Live
from app.services.purchasing.purchase_orders import PurchaseOrders
from app.services.purchasing.suppliers import Suppliers
from app.services.replenishment.need_wake_worker import NeedWakeWorker
from app.services.replenishment.policies import Policies
from app.services.replenishment.policy_walk import PolicyWalk
from app.services.reservations.backorder_worker import BackorderWorker
from app.services.reservations.reservation_expiry_worker import ReservationExpiryWorker
from app.services.reservations.reservations import Reservations
from app.services.reservations.shortages import Shortages
from app.services.stock.stock import Stock
from app.services.stock.summaries import Summaries
from app.services.transfers.transfers import Transfers
from app.services.use_cases import Services
from app.store.client import Client
from app.store.driver_failures import reason_of
from app.store.queues.needs import MongoNeedQueue
from app.store.readers.counts import MongoCounts
from app.store.readers.insight import MongoInsight
from app.store.readers.shortages import MongoShortages
from app.store.readers.summary import MongoSummary
from app.store.writer.writer import MongoWriter

PING_SECONDS = 1.5  # within the time of the whole check, so that what else is wrong is told, too


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """The use cases of one process, and whether what they stand on is well."""

    services: Services
    client: Client
    hub: Hub
    publisher: Publisher
    writer: MongoWriter
    watched: Sequence[Watched]

    def hurry(self) -> None:
        """Answer what is asked soon, or not at all: the process stops."""
        self.writer.hurry()

    async def problems(self) -> Mapping[str, str | None]:
        """Return what is wrong with each dependency, or None, and with each task that has lately ended by itself."""
        mongo = await self._mongo_problem()
        tasks = [task for each in self.watched for task in each.tasks]
        failed = {task.name: task.problem for task in tasks if task.problem is not None}
        return {"mongo": mongo, "redis": self.hub.problem() or self.publisher.problem, **failed}

    async def _mongo_problem(self) -> str | None:
        try:
            async with asyncio.timeout(PING_SECONDS):
                await self.client.admin.command("ping")
        except PyMongoError as error:
            return f"The database is not available: {reason_of(error)}"
        except TimeoutError:
            return f"The database has not answered within {PING_SECONDS:g} s."
        return None


@asynccontextmanager
async def open_application(settings: Settings) -> AsyncIterator[Application]:
    """Connect everything, and close it again in the opposite order."""
    async with AsyncExitStack() as stack:
        base = await stack.enter_async_context(open_foundation(settings))
        clock, levels, catalog, documents = base.clock, base.levels, base.catalog, base.documents
        backorders = await base.begin(stack, BackorderWorker(bus=base.bus, queue=base.queue))
        base.listeners.append(backorders.committed)
        expiry = await base.begin(stack, ReservationExpiryWorker(bus=base.bus, queue=base.queue, clock=clock))
        await base.begin(stack, NeedWakeWorker(bus=base.bus, queue=MongoNeedQueue(base.database), clock=clock))
        await base.begin(stack, AlertWakeWorker(bus=base.bus, documents=documents, clock=clock))
        bus = ReleasingCommandBus(
            writer=base.writer,
            present=base.present,
            clock=clock,
            entropy=entropy,
            release_expired=expiry.release_expired,
        )
        replenishment = await stack.enter_async_context(open_replenishing(base))
        webhooks = await stack.enter_async_context(open_webhooks(base))
        open_work = OpenWorkFinder(
            levels=levels, sums=MongoSummary(base.database), catalog=catalog, documents=documents, clock=clock
        )
        summaries = Summaries(reader=MongoSummary(base.database), clock=clock)
        stack.push_async_callback(summaries.close)
        insight = MongoInsight(base.database)
        rankings = Rankings(reader=insight, clock=clock)
        stack.push_async_callback(rankings.close)
        counts = MongoCounts(base.database)
        shortages = Shortages(reader=MongoShortages(base.database), levels=levels, documents=documents)
        services = Services(
            summaries=summaries,
            stock=Stock(
                bus=bus, levels=levels, ledger=base.ledger, catalog=catalog, release_expired=expiry.release_expired
            ),
            reservations=Reservations(
                bus=bus, documents=documents, ledger=base.ledger, shortages=shortages, clock=clock
            ),
            transfers=Transfers(bus=bus, documents=documents, ledger=base.ledger),
            webhooks=webhooks,
            suppliers=Suppliers(bus=bus, supplies=base.supplies, open_work=open_work),
            purchase_orders=PurchaseOrders(bus=bus, documents=documents),
            alerts=Alerts(bus=bus, documents=documents),
            counts=Counts(
                bus=bus,
                documents=documents,
                counts=counts,
                levels=levels,
                ledger=base.ledger,
                catalog=catalog,
                clock=clock,
            ),
            cycle_counts=CycleCounts(sales=counts, levels=levels, clock=clock),
            insights=Insights(reader=insight, rankings=rankings, levels=levels, catalog=catalog, clock=clock),
            replenishment=replenishment,
            policies=Policies(bus=bus, documents=documents),
            catalog=Catalog(
                bus=bus,
                catalog=catalog,
                open_work=open_work,
                walk=PolicyWalk(bus=base.bus, levels=levels, catalog=catalog, documents=documents),
            ),
            documents=documents,
            live=Live(
                hub=base.hub,
                levels=levels,
                words=ItemMatchCache(catalog),
                documents=documents,
                ledger=base.ledger_tail,
                tail=base.tail,
            ),
        )
        yield Application(
            services=services,
            client=base.client,
            hub=base.hub,
            publisher=base.publisher,
            writer=base.writer,
            watched=base.watched,
        )
