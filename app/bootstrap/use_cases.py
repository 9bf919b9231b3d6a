"""Connects the use cases that clients call."""

from collections.abc import Callable
from functools import lru_cache

from app.bootstrap.shared import Shared
from app.domain.access.visibility import EVERYTHING, Visibility
from app.services.access.limited_command_bus import LimitedCommandBus
from app.services.access.visible_items import VisibleItems
from app.services.alerts.alerts import Alerts
from app.services.catalog.catalog import Catalog
from app.services.catalog.lookalikes import Lookalikes
from app.services.catalog.open_work import OpenWorkFinder
from app.services.catalog.references import References
from app.services.command_bus import CommandBus
from app.services.counting.chunks import CountChunks
from app.services.counting.corrections import Corrections
from app.services.counting.counts import Counts
from app.services.counting.cycle_counts import CycleCounts
from app.services.counting.posting import CountPosting
from app.services.documents import Documents
from app.services.insight.insights import Insights
from app.services.insight.level_histories import LevelHistories
from app.services.limited.reads import Reads
from app.services.live.figures.live_figures import LiveFigures
from app.services.live.live import Live
from app.services.ports import Clock
from app.services.purchasing.open_orders import OpenOrders
from app.services.purchasing.purchase_orders import PurchaseOrders
from app.services.purchasing.suppliers import Suppliers
from app.services.replenishment.policies import Policies
from app.services.replenishment.replenishment import Replenishment
from app.services.replenishment.requested_runs import RequestedRuns
from app.services.replenishment.simulations import Simulations
from app.services.reservations.reservations import Reservations
from app.services.reservations.shortages import Shortages
from app.services.stock.past_levels import PastLevels
from app.services.stock.stock import Stock
from app.services.transfers.transfers import Transfers
from app.services.use_cases import Services

MAX_VISIBILITIES = 1_000  # of which the use cases are kept: some KB each; shops have some roles, and a key per till

LiveOver = Callable[[Reads, Visibility, VisibleItems | None], Live]


def limited_use_cases(
    shared: Shared, *, client_bus: CommandBus, worker_bus: CommandBus, live_over: LiveOver
) -> Callable[[Visibility], Services]:
    """Return the use cases by visibility. They are built once for each, and kept."""

    @lru_cache(maxsize=MAX_VISIBILITIES)
    def services_within(visibility: Visibility) -> Services:
        items = VisibleItems(shared.whole.catalog, visibility=visibility)
        return use_cases_over(
            shared,
            client_bus=LimitedCommandBus(client_bus, visibility=visibility, items=items),
            worker_bus=LimitedCommandBus(worker_bus, visibility=visibility, items=items),
            live=live_over(shared.whole.within(visibility), visibility, items),
            visibility=visibility,
        )

    return services_within


def use_cases_over(
    shared: Shared,
    *,
    client_bus: CommandBus,
    worker_bus: CommandBus,
    live: Live,
    visibility: Visibility = EVERYTHING,
) -> Services:
    """Connect the use cases of principals who see as much.

    What a figure is made of is read from the whole: a visible level shows everybody the same figures.
    """
    whole, clock, replenishing = shared.whole, shared.clock, shared.replenishing
    reads = whole.within(visibility) if visibility.is_limited else whole
    levels, catalog, documents, ledger = reads.levels, reads.catalog, reads.documents, reads.ledger
    open_orders = OpenOrders(documents=documents)
    all_work = _open_work(whole, clock=clock) if visibility.is_limited else None
    past = PastLevels(levels=levels, ledger=ledger)
    chunks = CountChunks(
        documents=documents,
        counts=reads.counts,
        levels=levels,
        corrections=Corrections(ledger=ledger, documents=documents),
        past=past,
    )
    return Services(
        summaries=shared.summaries.within(visibility),
        stock=Stock(
            bus=client_bus, levels=levels, ledger=ledger, catalog=catalog, release_expired=shared.expiry.release_expired
        ),
        histories=LevelHistories(reader=reads.history, clock=clock),
        reservations=Reservations(
            bus=client_bus,
            documents=documents,
            ledger=ledger,
            shortages=Shortages(reader=shared.shortages, levels=whole.levels, documents=documents),
            clock=clock,
        ),
        transfers=Transfers(bus=client_bus, documents=documents, ledger=ledger),
        webhooks=shared.webhooks_over(client_bus, reads),
        suppliers=Suppliers(
            bus=client_bus,
            supplies=reads.supplies,
            open_orders=open_orders,
            all_orders=None if all_work is None else all_work.orders,
        ),
        purchase_orders=PurchaseOrders(bus=client_bus, documents=documents),
        alerts=Alerts(bus=client_bus, documents=documents, counter=reads.alerts, clock=clock),
        counts=Counts(
            bus=client_bus,
            documents=documents,
            counts=reads.counts,
            levels=levels,
            catalog=catalog,
            past=past,
            chunks=chunks,
            posting=CountPosting(bus=client_bus, chunks=chunks, counts=reads.counts, documents=documents),
        ),
        cycle_counts=CycleCounts(sales=reads.cycle, levels=levels, clock=clock),
        insights=Insights(
            reader=reads.insight,
            rankings=shared.rankings,
            kept=reads.kept,
            levels=levels,
            catalog=catalog,
            clock=clock,
            visibility=visibility,
        ),
        replenishment=Replenishment(
            bus=worker_bus,
            levels=levels,
            needs=replenishing.needs,
            review=replenishing.review,
            runs=RequestedRuns(
                bus=worker_bus,
                levels=levels,
                ledger=whole.ledger,  # whether a run has been recorded, whatever it lists
                documents=documents,
                review=replenishing.review,
                worker=shared.replenishment_worker,
                visibility=visibility,
            ),
        ),
        simulations=Simulations(
            levels=levels, history=reads.history, catalog=catalog, needs=replenishing.needs, clock=clock
        ),
        policies=Policies(bus=client_bus, documents=documents),
        catalog=Catalog(
            bus=client_bus,
            catalog=catalog,
            open_work=_open_work(reads, clock=clock),
            all_work=all_work,
            walk=replenishing.walk,
            lookalikes=Lookalikes(catalog),
        ),
        references=References(catalog=whole.catalog, visibility=visibility),
        documents=Documents(documents=documents),
        live=live,
        live_figures=LiveFigures(
            sums=whole.sums,
            alerts=reads.alerts,
            movers=reads.movers,
            recomputing=shared.recomputing,
            clock=clock,
            visibility=visibility,
        ),
        trusted_documents=shared.trusted_documents,
        audit_log=shared.audit_log,
        api_keys=shared.access.api_keys,
        users=shared.access.users,
        own_password=shared.own_password,
        roles=shared.access.roles,
        currency=shared.currency,
    )


def _open_work(reads: Reads, *, clock: Clock) -> OpenWorkFinder:
    return OpenWorkFinder(
        levels=reads.levels,
        sums=reads.sums,
        catalog=reads.catalog,
        documents=reads.documents,
        orders=OpenOrders(documents=reads.documents),
        clock=clock,
    )
