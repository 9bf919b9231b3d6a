"""The readers: those that are shared, one per process as some cache what they read; and all that use cases read by."""

from dataclasses import dataclass
from typing import Self

from app.services.limited.reads import Reads
from app.services.ports import Clock
from app.services.webhooks.ports import DeliveryReader
from app.store.driver.client import Database
from app.store.queues.reservations import MongoReservationQueue
from app.store.readers.catalog.catalog import MongoCatalog
from app.store.readers.documents.alert_totals import MongoAlertCounter
from app.store.readers.documents.counts import MongoCounts
from app.store.readers.documents.documents import MongoDocuments
from app.store.readers.documents.suppliers import MongoSuppliers
from app.store.readers.insight.history import MongoHistory
from app.store.readers.insight.insight import MongoInsight
from app.store.readers.insight.kept_rankings import MongoKeptRankings
from app.store.readers.insight.movers import MongoMovers
from app.store.readers.ledger.ledger import MongoLedger
from app.store.readers.levels.levels import MongoLevels
from app.store.readers.levels.summary import MongoSummary
from app.store.totals.kept_summary import KeptSummary


@dataclass(frozen=True, slots=True, kw_only=True)
class Readers:
    """The shared readers of one database."""

    levels: MongoLevels
    catalog: MongoCatalog
    ledger: MongoLedger
    documents: MongoDocuments
    supplies: MongoSuppliers
    reservations: MongoReservationQueue

    @classmethod
    def over(cls, database: Database, *, is_sharded: bool = False) -> Self:
        """Return the readers of a database."""
        return cls(
            levels=MongoLevels(database, is_sharded=is_sharded),
            catalog=MongoCatalog(database),
            ledger=MongoLedger(database),
            documents=MongoDocuments(database),
            supplies=MongoSuppliers(database),
            reservations=MongoReservationQueue(database),
        )


def reads_over(readers: Readers, *, database: Database, clock: Clock, deliveries: DeliveryReader) -> Reads:
    """Return the readers of everything."""
    counts = MongoCounts(database)
    return Reads(
        levels=readers.levels,
        catalog=readers.catalog,
        ledger=readers.ledger,
        documents=readers.documents,
        supplies=readers.supplies,
        sums=KeptSummary(database, clock=clock, counting=MongoSummary(database)),
        history=MongoHistory(database),
        insight=MongoInsight(database),
        kept=MongoKeptRankings(database),
        movers=MongoMovers(database),
        alerts=MongoAlertCounter(database),
        counts=counts,
        cycle=counts,
        deliveries=deliveries,
    )
