"""A whole store behind one object: the writer, the readers, and the use cases over them."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from app.domain.catalog.catalog import Item, Location
from app.domain.command import Command
from app.domain.document import Document
from app.domain.outcome import Outcome
from app.domain.stock.level import Level, LevelKey
from app.domain.stock.movement import Movement
from app.services.alerts.alerts import Alerts
from app.services.alerts.ports import AlertCounter
from app.services.catalog.catalog import Catalog
from app.services.catalog.lookalikes import Lookalikes
from app.services.catalog.open_work import OpenWorkFinder
from app.services.command_bus import CommandBus
from app.services.counting.chunks import CountChunks
from app.services.counting.corrections import Corrections
from app.services.counting.counts import Counts
from app.services.counting.cycle_counts import CycleCounts
from app.services.counting.ports import CountReader, CycleReader
from app.services.counting.posting import CountPosting
from app.services.current_state_reader import PresentReader
from app.services.filters import ItemFilter, LevelFilter, LevelOrder, LocationFilter, MovementFilter
from app.services.insight.insights import Insights
from app.services.insight.ports import HistoryReader, InsightReader, KeptRankings, MoverReader
from app.services.insight.rankings import Rankings
from app.services.paging import Page
from app.services.ports import (
    CatalogReader,
    Clock,
    DocumentReader,
    Entropy,
    LedgerReader,
    LevelReader,
    SummaryReader,
    WakeQueue,
    Writer,
)
from app.services.purchasing.open_orders import OpenOrders
from app.services.purchasing.ports import SupplyReader
from app.services.purchasing.purchase_orders import PurchaseOrders
from app.services.purchasing.suppliers import Suppliers
from app.services.replenishment.policies import Policies
from app.services.replenishment.policy_walk import PolicyWalk
from app.services.replenishment.ports import DemandReader, PolicyQueue
from app.services.reservations.ports import ReservationQueue, ShortageReader
from app.services.reservations.reservations import Reservations
from app.services.reservations.shortages import Shortages
from app.services.stock.past_levels import PastLevels
from app.services.stock.stock import Stock
from app.services.transfers.transfers import Transfers
from app.store.driver.client import Client, Database
from app.store.mapping.document_mapping import DOCUMENT_MAPPINGS, from_bson
from app.store.memory.alerts import MemoryAlertCounter, MemoryAlertQueue
from app.store.memory.counts import MemoryCounts
from app.store.memory.demand import MemoryDemand
from app.store.memory.history import MemoryHistory
from app.store.memory.insight import MemoryInsight
from app.store.memory.kept_rankings import MemoryKeptRankings
from app.store.memory.movers import MemoryMovers
from app.store.memory.needs import MemoryNeedQueue
from app.store.memory.policies import MemoryPolicyQueue
from app.store.memory.store import MemoryStore
from app.store.memory.suppliers import MemorySuppliers
from app.store.queues.alerts import MongoAlertQueue
from app.store.queues.needs import MongoNeedQueue
from app.store.queues.policies import MongoPolicyQueue
from app.store.queues.reservations import MongoReservationQueue
from app.store.readers.catalog.catalog import MongoCatalog
from app.store.readers.documents.alert_totals import MongoAlertCounter
from app.store.readers.documents.counts import MongoCounts
from app.store.readers.documents.documents import MongoDocuments
from app.store.readers.documents.suppliers import MongoSuppliers
from app.store.readers.insight.demand import MongoDemand
from app.store.readers.insight.history import MongoHistory
from app.store.readers.insight.insight import MongoInsight
from app.store.readers.insight.kept_rankings import MongoKeptRankings
from app.store.readers.insight.movers import MongoMovers
from app.store.readers.ledger.ledger import MongoLedger
from app.store.readers.levels.levels import MongoLevels
from app.store.readers.levels.shortages import MongoShortages
from app.store.readers.levels.summary import MongoSummary
from app.store.writer.batch_transaction import BatchTransaction
from app.store.writer.reading.level_cache import LevelCache
from app.store.writer.reading.location_cache import LocationCache
from app.store.writer.reading.read_batch_state import BatchStateReader
from app.store.writer.writer import MongoWriter
from tests.support.clock import CountingEntropy, StillClock
from tests.support.database import empty, united

QUEUE_MAX = 100_000  # no test fills it by accident
PATIENCE_SECONDS = 60.0  # of writers that give way to each other, in tests that are about something else

_STORES = count(1)  # two stores over one database must not give out the same operation ids


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """Everything that a store holds; two are equal where nothing changed between them."""

    levels: tuple[Level, ...]
    movements: tuple[Movement, ...]
    items: tuple[Item, ...]
    locations: tuple[Location, ...]
    operations: frozenset[str]
    documents: frozenset[Document]


@dataclass(kw_only=True)
class Store:
    """A writer and its readers over one place, with a clock that stands still."""

    kind: str
    writer: Writer
    levels: LevelReader
    sums: SummaryReader
    ledger: LedgerReader
    catalog: CatalogReader
    documents: DocumentReader
    queue: ReservationQueue
    shortage_reader: ShortageReader
    need_queue: WakeQueue[LevelKey]
    alert_queue: WakeQueue[str]
    count_reader: CountReader
    cycle_reader: CycleReader
    supply_reader: SupplyReader
    demand_reader: DemandReader
    policy_queue: PolicyQueue
    insight_reader: InsightReader
    history_reader: HistoryReader
    kept_rankings: KeptRankings
    alert_counter: AlertCounter
    mover_reader: MoverReader
    operation_ids: Callable[[], Awaitable[frozenset[str]]]
    all_documents: Callable[[], Awaitable[frozenset[Document]]]
    close: Callable[[], Awaitable[None]]
    clock: StillClock
    entropy: Entropy = field(default_factory=CountingEntropy)

    def __post_init__(self) -> None:
        self.present = PresentReader(levels=self.levels, documents=self.documents)
        bus = CommandBus(writer=self.writer, present=self.present, clock=self.clock, entropy=self.entropy)
        open_orders = OpenOrders(documents=self.documents)
        open_work = OpenWorkFinder(
            levels=self.levels,
            sums=self.sums,
            catalog=self.catalog,
            documents=self.documents,
            orders=open_orders,
            clock=self.clock,
        )
        self.stock = Stock(bus=bus, levels=self.levels, ledger=self.ledger, catalog=self.catalog)
        shortages = Shortages(reader=self.shortage_reader, levels=self.levels, documents=self.documents)
        self.reservations = Reservations(
            bus=bus, documents=self.documents, ledger=self.ledger, shortages=shortages, clock=self.clock
        )
        self.transfers = Transfers(bus=bus, documents=self.documents, ledger=self.ledger)
        self.suppliers = Suppliers(bus=bus, supplies=self.supply_reader, open_orders=open_orders)
        self.orders = PurchaseOrders(bus=bus, documents=self.documents)
        self.alerts = Alerts(bus=bus, documents=self.documents, counter=self.alert_counter, clock=self.clock)
        self.policies = Policies(bus=bus, documents=self.documents)
        self.policy_walk = PolicyWalk(bus=bus, levels=self.levels, catalog=self.catalog, documents=self.documents)
        past = PastLevels(levels=self.levels, ledger=self.ledger)
        self.count_chunks = CountChunks(
            documents=self.documents,
            counts=self.count_reader,
            levels=self.levels,
            corrections=Corrections(ledger=self.ledger, documents=self.documents),
            past=past,
        )
        self.counts = Counts(
            bus=bus,
            documents=self.documents,
            counts=self.count_reader,
            levels=self.levels,
            catalog=self.catalog,
            past=past,
            chunks=self.count_chunks,
            posting=CountPosting(bus=bus, chunks=self.count_chunks, counts=self.count_reader, documents=self.documents),
        )
        self.cycles = CycleCounts(sales=self.cycle_reader, levels=self.levels, clock=self.clock)
        watch = (100**number for number in count())
        self.insights = Insights(
            reader=self.insight_reader,
            rankings=Rankings(reader=self.insight_reader, clock=self.clock, monotonic=lambda: next(watch)),
            kept=self.kept_rankings,
            levels=self.levels,
            catalog=self.catalog,
            clock=self.clock,
        )  # nothing is remembered: at each look at the watch it is later than any answer is good for
        self.shop = Catalog(
            bus=bus,
            catalog=self.catalog,
            open_work=open_work,
            walk=self.policy_walk,
            lookalikes=Lookalikes(self.catalog),
            lease_seconds=0,
        )  # this writer knows all

    async def run(self, command: Command) -> Outcome:
        """Commit a command, unchecked."""
        return await self.writer.run(command)

    async def level(self, key: LevelKey) -> Level | None:
        """Return one level."""
        return (await self.levels.levels_at([key])).get(key)

    async def movements(self, key: LevelKey) -> list[Movement]:
        """Return the ledger of one level, the oldest line first."""
        level = await self.level(key)
        versions = [(key, version) for version in range(1, (level.version if level else 0) + 1)]
        found = await self.ledger.movements_at(versions)
        lines = [found.get(version) for version in versions]
        return [line for line in lines if line is not None]

    async def contents(self) -> Contents:
        """Return everything that the store holds."""
        stock, shop = self.stock, self.shop
        return Contents(
            levels=await whole(lambda after: stock.levels(LevelFilter(), order=LevelOrder.SKU, first=250, after=after)),
            movements=await whole(lambda after: stock.movements(MovementFilter(), first=250, after=after)),
            items=await whole(lambda after: shop.page_of_items(ItemFilter(), first=250, after=after)),
            locations=await whole(lambda after: shop.page_of_locations(LocationFilter(), first=250, after=after)),
            operations=await self.operation_ids(),
            documents=await self.all_documents(),
        )


async def whole(read: Callable[[str | None], Awaitable[Page[Any]]]) -> tuple[Any, ...]:
    """Return a whole list, read page by page."""
    nodes: tuple[Any, ...] = ()
    after = None
    while True:
        page = await read(after)
        nodes += page.nodes
        if not page.has_next:
            return nodes
        after = page.cursors[-1]


def memory_store(*, assigns_backorders: bool = True) -> Store:
    """Return an empty store in memory."""
    clock = StillClock()
    store = MemoryStore(clock=clock, assigns_backorders=assigns_backorders)

    async def operation_ids() -> frozenset[str]:
        return frozenset(store._operations)

    async def all_documents() -> frozenset[Document]:
        return frozenset(store._documents.values())

    async def close() -> None:
        pass

    return Store(
        kind="memory",
        writer=store,
        levels=store,
        sums=store,
        ledger=store,
        catalog=store,
        documents=store,
        queue=store,
        shortage_reader=store,
        need_queue=MemoryNeedQueue(store),
        alert_queue=MemoryAlertQueue(store),
        count_reader=MemoryCounts(store),
        cycle_reader=MemoryCounts(store),
        supply_reader=MemorySuppliers(store),
        demand_reader=MemoryDemand(store),
        policy_queue=MemoryPolicyQueue(store),
        insight_reader=MemoryInsight(store),
        history_reader=MemoryHistory(store),
        kept_rankings=MemoryKeptRankings(),
        alert_counter=MemoryAlertCounter(store),
        mover_reader=MemoryMovers(store),
        operation_ids=operation_ids,
        all_documents=all_documents,
        close=close,
        clock=clock,
    )


async def emptied_store(database: Database, *, kind: str, clock: StillClock | None = None) -> Store:
    """Empty a database and return a store over it."""
    await empty(database)
    return mongo_store(database, kind=kind, clock=clock)


def mongo_store(
    database: Database,
    *,
    kind: str = "mongo",
    clock: StillClock | None = None,
    entropy: Entropy | None = None,
    **options: Any,  # noqa: ANN401 - passed on to the writer
) -> Store:
    """Return a store over a database as it is, with a writer of its own."""
    clock = clock or StillClock()
    writer = a_writer(database, clock=clock, **options)

    async def operation_ids() -> frozenset[str]:
        first_lines = [{"$match": {"header": {"$exists": True}}}, {"$project": {"_id": "$operation"}}]
        found = await united(database, {"operations": [{"$project": {"_id": True}}], "movements": first_lines})
        return frozenset(each["_id"] for each in found)

    async def all_documents() -> frozenset[Document]:
        kinds = {shelf.collection: kind for kind, shelf in DOCUMENT_MAPPINGS.items()}
        found = await united(database, {name: [{"$project": {"is": name, "of": "$$ROOT"}}] for name in kinds})
        return frozenset(from_bson(kinds[each["is"]], each["of"]) for each in found)

    return Store(
        kind=kind,
        writer=writer,
        levels=MongoLevels(database, monotonic=_always_later()),
        sums=MongoSummary(database),
        ledger=MongoLedger(database),
        catalog=MongoCatalog(database),
        documents=MongoDocuments(database),
        queue=MongoReservationQueue(database),
        shortage_reader=MongoShortages(database),
        need_queue=MongoNeedQueue(database),
        alert_queue=MongoAlertQueue(database),
        count_reader=MongoCounts(database),
        cycle_reader=MongoCounts(database),
        supply_reader=MongoSuppliers(database),
        demand_reader=MongoDemand(database),
        policy_queue=MongoPolicyQueue(database),
        insight_reader=MongoInsight(database),
        history_reader=MongoHistory(database),
        kept_rankings=MongoKeptRankings(database),
        alert_counter=MongoAlertCounter(database),
        mover_reader=MongoMovers(database),
        operation_ids=operation_ids,
        all_documents=all_documents,
        close=writer.close,
        clock=clock,
        entropy=entropy or CountingEntropy(next(_STORES) << 40),
    )


def _always_later() -> Callable[[], float]:
    """Return a clock of seconds by which whatever was remembered has run out."""
    hours = count(1.0, 3_600.0)
    return lambda: next(hours)


def a_writer(
    database: Database,
    *,
    clock: Clock,
    queue_max: int = QUEUE_MAX,
    monotonic: Callable[[], float] | None = None,
    retry_deadline_seconds: float = PATIENCE_SECONDS,
    conflict_patience_seconds: float = PATIENCE_SECONDS,
    assigns_backorders: bool = True,
    level_cache: LevelCache | None = None,
    is_sharded: bool = False,
    **options: Any,  # noqa: ANN401 - passed on
) -> MongoWriter:
    """Return a writer over a database. It reads locations anew for each batch, unless given a `monotonic` clock.

    It goes on trying for longer than the server's own, which a busy machine may keep waiting.
    """
    client: Client = database.client
    reader = BatchStateReader(database, level_cache=level_cache, is_sharded=is_sharded)
    hours = count(0.0, 3_600.0)
    reader.location_cache = LocationCache(database["locations"], monotonic=monotonic or (lambda: next(hours)))
    return MongoWriter(
        BatchTransaction(client, database, reader=reader, assigns_backorders=assigns_backorders),
        clock=clock,
        queue_max=queue_max,
        retry_deadline_seconds=retry_deadline_seconds,
        conflict_patience_seconds=conflict_patience_seconds,
        **options,
    )


class CredulousLevelCache(LevelCache):
    """Levels that are trusted as soon as they are noted again, and for good, however often they were wrong.

    So each batch may rely on a level that another writer has changed since.
    """

    def __init__(self) -> None:
        super().__init__(monotonic=lambda: 0.0)

    def distrust(self, keys: Collection[LevelKey]) -> None:
        for key in keys:
            self._entries.pop(key, None)

    def lost_race(self) -> None:
        """Go on."""
