"""The registry of writers: the identities that may have written to the ledger lately, which its readers follow.

Rule: a writer is registered by the time its first line can be seen, because the same transaction does both.
"""

from collections.abc import Callable

from pymongo import ASCENDING, IndexModel

from app.domain.time import MICROSECONDS_PER_SECOND
from app.store.driver.client import BsonDocument, Database, Session
from app.store.mapping import names

ENTRY_SECONDS = 86_400  # an entry outlives its writer's last line by almost a day
RENEW_SECONDS = 3_600
# How old an offset may be for the registry to name every writer with lines after it: lines come up to an hour after
# their writer's entry, and the clocks of writers may be a little apart.
TRUSTED_MICROSECONDS = (ENTRY_SECONDS // 2) * MICROSECONDS_PER_SECOND

RULES: BsonDocument = {"$jsonSchema": {"bsonType": "object", "required": ["seen_at"]}}
INDEXES = (IndexModel([("seen_at", ASCENDING)], name="forgotten", expireAfterSeconds=ENTRY_SECONDS),)


class WriterRegistry:
    """Registers one process's writer, under its present identity."""

    def __init__(self, database: Database, *, seconds: Callable[[], float]) -> None:
        """`seconds` is the time of day: a monotonic clock may stand still while a machine sleeps."""
        self._writers = database[names.WRITERS]
        self._seconds = seconds
        self._entered: tuple[str, float] = ("", 0.0)

    async def enter(self, writer: str, *, session: Session) -> None:
        """Enter the writer in this transaction, unless it was entered lately. The database's clock dates the entry."""
        if not self._is_entered(writer):
            update = {"$currentDate": {"seen_at": True}}
            await self._writers.update_one({"_id": writer}, update, upsert=True, session=session)

    def confirm(self, writer: str) -> None:
        """Note that the transaction was committed."""
        if not self._is_entered(writer):
            self._entered = (writer, self._seconds())

    def _is_entered(self, writer: str) -> bool:
        entered, at = self._entered
        return (
            entered == writer and 0 <= self._seconds() - at < RENEW_SECONDS
        )  # also renews when the clock was set back
