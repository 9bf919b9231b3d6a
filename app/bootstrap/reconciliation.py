"""Connects a reconciliation: it reads the database itself, beside processes that serve or without any."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app.bootstrap.foundation import connected
from app.config import Settings
from app.domain.failures import Unavailable
from app.services.reconciliation.level_checker import LevelChecker
from app.services.reconciliation.reconciliation import Reconciliation
from app.services.reconciliation.totals_checker import TotalsChecker
from app.store.database.clock import DatabaseClock
from app.store.database.format import check_format
from app.store.database.unfinished import check_finished
from app.store.driver.failures import driver_failures
from app.store.mapping import names
from app.store.queries.operations import BY_OPERATION
from app.store.readers.reconciliation.books import MongoBooks
from app.store.readers.reconciliation.open_documents import OpenDocumentsChecker
from app.store.readers.reconciliation.operation_links import OperationsChecker
from app.store.repairs import MongoRepairs
from app.store.totals.audit import MongoTotalsAudit


@asynccontextmanager
async def open_reconciliation(settings: Settings) -> AsyncIterator[Reconciliation]:
    """Connect to the database that the settings name, and close the connection again. Raises Unavailable."""
    async with connected(settings) as client:
        database = client[settings.mongo_database]
        with driver_failures():
            await check_format(database)
            await check_finished(database)
            if BY_OPERATION not in await database[names.MOVEMENTS].index_information():
                raise Unavailable(
                    f"this version has never prepared {settings.mongo_database}. Start `stockpulse serve` once"
                )
        clock = DatabaseClock(client)
        await clock.read()
        books, totals = MongoBooks(client, database), MongoTotalsAudit(database, clock=clock)
        yield Reconciliation(
            [
                LevelChecker(books),
                OperationsChecker(database),
                OpenDocumentsChecker(database),
                TotalsChecker(totals, books),
            ],
            repairs=MongoRepairs(client, database, totals=totals),
            clock=clock,
        )
