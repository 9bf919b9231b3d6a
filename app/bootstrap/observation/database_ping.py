"""Whether the database answers, asked anew for readiness and for each scrape.

Rule: it is a question of one document, so that a database which is merely slow at more than that counts as there.
"""

import asyncio

from pymongo.errors import PyMongoError

from app.store.database.format import NewerFormatError, check_format
from app.store.driver.client import Database
from app.store.driver.failures import reason_of
from app.telemetry.metrics import Metrics

PING_SECONDS = 1.5  # within the time of the whole check, so that it also reports the other dependencies


class DatabasePing:
    """The question, and the metric of its answer."""

    def __init__(self, database: Database, metrics: Metrics) -> None:
        self._database, self._up = database, metrics.mongo_up

    async def refresh(self) -> None:
        """Ask, and set the metric."""
        await self.problem()

    async def problem(self) -> str | None:
        """Return what is the matter with the database; None where it may be used."""
        try:
            async with asyncio.timeout(PING_SECONDS):
                await check_format(self._database)  # of a process that runs on, too, while a newer version upgrades
        except NewerFormatError as error:
            self._up.set(1)
            return str(error)
        except PyMongoError as error:
            self._up.set(0)
            return f"The database is not available: {reason_of(error)}"
        except TimeoutError:
            self._up.set(0)
            return f"The database has not answered within {PING_SECONDS:g} s."
        self._up.set(1)
        return None
