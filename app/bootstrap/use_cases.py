"""Connects the use cases that clients call."""

from contextlib import AsyncExitStack

from app.bootstrap.readers import Readers
from app.bootstrap.workers import Replenishing
from app.services.alerts.alerts import Alerts
from app.services.catalog.catalog import Catalog
from app.services.catalog.lookalikes import Lookalikes
from app.services.catalog.open_work import OpenWorkFinder
from app.services.command_bus import CommandBus, ReleasingCommandBus
from app.services.counting.chunks import CountChunks
from app.services.counting.corrections import Corrections
from app.services.counting.counts import Counts
from app.services.counting.cycle_counts import CycleCounts
from app.services.counting.posting import CountPosting
from app.services.documents import Documents
from app.services.insight.insights import Insights
from app.services.insight.rankings import Rankings
from app.services.live.live import Live
from app.services.ports import Clock
from app.services.purchasing.open_orders import OpenOrders
from app.services.purchasing.purchase_orders import PurchaseOrders
from app.services.purchasing.suppliers import Suppliers
from app.services.replenishment.policies import Policies
from app.services.replenishment.replenishment import Replenishment
from app.services.replenishment.replenishment_worker import ReplenishmentWorker
from app.services.replenishment.requested_runs import RequestedRuns
from app.services.reservations.reservation_expiry_worker import ReservationExpiryWorker
from app.services.reservations.reservations import Reservations
from app.services.reservations.shortages import Shortages
from app.services.stock.past_levels import PastLevels
from app.services.stock.stock import Stock
from app.services.stock.summaries import Summaries
from app.services.transfers.transfers import Transfers
from app.services.use_cases import Services
from app.services.webhooks.webhooks import Webhooks
from app.store.client import Database
from app.store.readers.counts import MongoCounts
from app.store.readers.insight import MongoInsight
from app.store.readers.kept_rankings import MongoKeptRankings
from app.store.readers.shortages import MongoShortages
from app.store.readers.summary import MongoSummary
from app.store.totals.kept_summary import KeptSummary


def use_cases_over(
    readers: Readers,
    *,
    stack: AsyncExitStack,
    database: Database,
    clock: Clock,
    client_bus: ReleasingCommandBus,
    worker_bus: CommandBus,
    expiry: ReservationExpiryWorker,
    replenishing: Replenishing,
    replenishment_worker: ReplenishmentWorker,
    webhooks: Webhooks,
    live: Live,
) -> Services:
    """Connect the use cases. What is still computed when the `stack` is left is cancelled."""
    levels, catalog, documents, ledger = readers.levels, readers.catalog, readers.documents, readers.ledger
    insight, counts = MongoInsight(database), MongoCounts(database)
    sums = KeptSummary(database, clock=clock, counting=MongoSummary(database))
    summaries = Summaries(reader=sums, clock=clock)
    stack.push_async_callback(summaries.close)
    rankings = Rankings(reader=insight, clock=clock)
    stack.push_async_callback(rankings.close)
    open_orders = OpenOrders(documents=documents)
    past = PastLevels(levels=levels, ledger=ledger)
    chunks = CountChunks(
        documents=documents,
        counts=counts,
        levels=levels,
        corrections=Corrections(ledger=ledger, documents=documents),
        past=past,
    )
    return Services(
        summaries=summaries,
        stock=Stock(
            bus=client_bus, levels=levels, ledger=ledger, catalog=catalog, release_expired=expiry.release_expired
        ),
        reservations=Reservations(
            bus=client_bus,
            documents=documents,
            ledger=ledger,
            shortages=Shortages(reader=MongoShortages(database), levels=levels, documents=documents),
            clock=clock,
        ),
        transfers=Transfers(bus=client_bus, documents=documents, ledger=ledger),
        webhooks=webhooks,
        suppliers=Suppliers(bus=client_bus, supplies=readers.supplies, open_orders=open_orders),
        purchase_orders=PurchaseOrders(bus=client_bus, documents=documents),
        alerts=Alerts(bus=client_bus, documents=documents),
        counts=Counts(
            bus=client_bus,
            documents=documents,
            counts=counts,
            levels=levels,
            catalog=catalog,
            past=past,
            chunks=chunks,
            posting=CountPosting(bus=client_bus, chunks=chunks, counts=counts, documents=documents),
        ),
        cycle_counts=CycleCounts(sales=counts, levels=levels, clock=clock),
        insights=Insights(
            reader=insight,
            rankings=rankings,
            kept=MongoKeptRankings(database),
            levels=levels,
            catalog=catalog,
            clock=clock,
        ),
        replenishment=Replenishment(
            bus=worker_bus,
            levels=levels,
            needs=replenishing.needs,
            review=replenishing.review,
            runs=RequestedRuns(
                bus=worker_bus,
                levels=levels,
                ledger=ledger,
                documents=documents,
                review=replenishing.review,
                worker=replenishment_worker,
            ),
        ),
        policies=Policies(bus=client_bus, documents=documents),
        catalog=Catalog(
            bus=client_bus,
            catalog=catalog,
            open_work=OpenWorkFinder(
                levels=levels, sums=sums, catalog=catalog, documents=documents, orders=open_orders, clock=clock
            ),
            walk=replenishing.walk,
            lookalikes=Lookalikes(catalog),
        ),
        documents=Documents(documents=documents),
        live=live,
    )
