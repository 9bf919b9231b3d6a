"""Finds alerts whose snooze has ended."""

from collections.abc import Sequence

from app.domain.time import Moment
from app.store.driver.client import Database
from app.store.driver.failures import raises_unavailable
from app.store.mapping import names


class MongoAlertQueue:
    """WakeQueue of alerts over MongoDB."""

    def __init__(self, database: Database) -> None:
        self._alerts = database[names.ALERTS]

    @raises_unavailable
    async def due(self, *, now: Moment, limit: int) -> Sequence[str]:
        found = self._alerts.find(
            {"snoozed_until": {"$gt": 0, "$lte": now}},
            {"_id": 1},
            sort=[("snoozed_until", 1), ("_id", 1)],
            limit=limit,
            hint="due",
        )
        return [stored["_id"] for stored in await found.to_list(None)]
