"""Connects a reconciliation: it reads the database itself, beside processes that serve or without any."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app.bootstrap.foundation import connected
from app.config import Settings
from app.services.reconciliation.level_checker import LevelChecker
from app.services.reconciliation.reconciliation import Reconciliation
from app.store.database_clock import DatabaseClock
from app.store.readers.books import MongoBooks
from app.store.readers.open_documents import OpenDocumentsChecker
from app.store.repairs import MongoRepairs


@asynccontextmanager
async def open_reconciliation(settings: Settings) -> AsyncIterator[Reconciliation]:
    """Connect to the database that the settings name, and close the connection again."""
    async with connected(settings) as client:
        database = client[settings.mongo_database]
        clock = DatabaseClock(client)
        await clock.read()
        yield Reconciliation(
            [LevelChecker(MongoBooks(client, database)), OpenDocumentsChecker(database)],
            repairs=MongoRepairs(client, database),
            clock=clock,
        )
