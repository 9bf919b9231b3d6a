"""Counts what waits in the database, for who watches the server.

Rule: each number is counted in an index and has a bound, so that counting costs milliseconds however much there is.
"""

import asyncio
from typing import Final, NamedTuple

import pymongo

from app.domain.alerts.alert import AlertState
from app.domain.alerts.open_alert import AlertType
from app.domain.time import Moment
from app.domain.webhooks.delivery import DeliveryState
from app.domain.webhooks.webhook import WebhookState
from app.store.driver.client import BsonDocument, Database
from app.store.driver.failures import raises_unavailable
from app.store.mapping import names

MAX_COUNTED: Final = 100_000  # of one kind: an index has so many entries in some 30 ms
MAX_RESERVATIONS_COUNTED: Final = 10_000  # whose index has an entry for each level: they are read
COUNT_SECONDS: Final = 0.8

_RESTING: Final = [WebhookState.PAUSED.value, WebhookState.GONE.value]
COUNTED_DELIVERIES: Final = (DeliveryState.PENDING, DeliveryState.DEAD)


class BacklogCounts(NamedTuple):
    """What waits: open alerts by type, reservations, and deliveries by state, with when the oldest was made.

    That is of those that are tried: what waits for a webhook that is paused may be of any age.
    """

    alerts: dict[str, int]
    reservations: int
    deliveries: dict[str, int]
    oldest_delivery_at: Moment | None


class MongoBacklogCounter:
    """Counts over MongoDB."""

    def __init__(self, database: Database, *, limit: int = MAX_COUNTED) -> None:
        """Count up to a limit of each kind."""
        self._database, self._limit = database, limit

    @raises_unavailable
    async def counts(self) -> BacklogCounts:
        """Return the counts, each at most its bound. Raises Unavailable."""
        with pymongo.timeout(COUNT_SECONDS):
            alerts, deliveries, reservations, oldest = await asyncio.gather(
                asyncio.gather(*(self._alerts(each) for each in AlertType)),
                asyncio.gather(*(self._deliveries(each) for each in COUNTED_DELIVERIES)),
                self._count(
                    names.RESERVATIONS,
                    {"waiting_at": {"$exists": True}},
                    hint="waiting",
                    limit=MAX_RESERVATIONS_COUNTED,
                ),
                self._oldest(),
            )
        return BacklogCounts(
            alerts=dict(zip((each.value for each in AlertType), alerts, strict=True)),
            reservations=reservations,
            deliveries=dict(zip((each.value for each in COUNTED_DELIVERIES), deliveries, strict=True)),
            oldest_delivery_at=oldest,
        )

    async def _alerts(self, type: AlertType) -> int:
        where = {"state": AlertState.OPEN.value, "type": type.value}
        return await self._count(names.ALERTS, where, hint="newest_in_state", limit=self._limit)

    async def _deliveries(self, state: DeliveryState) -> int:
        return await self._count(names.DELIVERIES, {"state": state.value}, hint="newest_in_state", limit=self._limit)

    async def _count(self, collection: str, where: BsonDocument, *, hint: str, limit: int) -> int:
        return await self._database[collection].count_documents(where, hint=hint, limit=limit)

    async def _oldest(self) -> Moment | None:
        where: BsonDocument = {"state": DeliveryState.PENDING.value}
        resting = self._database[names.WEBHOOKS].find({"state": {"$in": _RESTING}}, {"_id": 1}, hint="newest_in_state")
        if found := await resting.to_list(None):
            where["webhook_id"] = {"$nin": [each["_id"] for each in found]}
        oldest = await self._database[names.DELIVERIES].find_one(
            where,
            {"created_at": 1},
            sort=[("created_at", 1), ("_id", 1)],
            hint="newest_in_state",
        )
        return None if oldest is None else Moment(oldest["created_at"])
