"""The readers that workers and use cases share: one of each per process, as some of them cache what they read."""

from dataclasses import dataclass
from typing import Self

from app.store.client import Database
from app.store.queues.reservations import MongoReservationQueue
from app.store.readers.catalog.catalog import MongoCatalog
from app.store.readers.documents.documents import MongoDocuments
from app.store.readers.documents.suppliers import MongoSuppliers
from app.store.readers.ledger.ledger import MongoLedger
from app.store.readers.levels.levels import MongoLevels


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
