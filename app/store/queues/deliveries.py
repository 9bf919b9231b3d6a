"""Stores webhook deliveries, and the ledger offset of each webhook.

Rule: the server deletes deliveries some time after they end (TTL index), so that a receiver that never answers does not
fill the database; pending ones stay.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from pydantic import TypeAdapter
from pymongo import UpdateOne
from pymongo.errors import DuplicateKeyError

from app.domain.time import Moment, datetime_of
from app.domain.webhooks.delivery import Delivery, DeliveryState
from app.services.live.ledger_offset import LedgerOffset
from app.services.page_cursor import KeysetPosition as ListPosition
from app.services.paging import Page, PageRequest
from app.services.webhooks.filters import DeliveryFilter
from app.services.webhooks.ports import WaitingDelivery
from app.store.driver.client import BsonDocument, Database
from app.store.driver.failures import raises_unavailable
from app.store.keyset_paging import count, read_page
from app.store.mapping import names
from app.store.queries.deliveries import query
from app.store.queries.newest_first import NEWEST_FIRST

RULES: BsonDocument = {"$jsonSchema": {"bsonType": "object", "required": ["webhook_id", "message", "state", "next_at"]}}
OFFSET_RULES: BsonDocument = {"$jsonSchema": {"bsonType": "object", "required": ["term", "base", "reached"]}}

KEPT_DAYS: Mapping[DeliveryState, int] = {DeliveryState.DELIVERED: 7, DeliveryState.DEAD: 30}

_PENDING, _DEAD = DeliveryState.PENDING.value, DeliveryState.DEAD.value

_ADAPTER: TypeAdapter[Delivery] = TypeAdapter(Delivery)
_WAITING = {"message.subject": 1, "attempts": 1, "next_at": 1, "is_in_order": 1}


class MongoDeliveries:
    """DeliveryQueue and DeliveryReader over MongoDB."""

    def __init__(self, database: Database, *, kept_days: Mapping[DeliveryState, int] = KEPT_DAYS) -> None:
        """`kept_days` is for how long deliveries are kept after they ended, by the state in which they did."""
        self._kept_days = kept_days
        self._deliveries = database[names.DELIVERIES]
        self._offsets = database[names.DELIVERY_OFFSETS]

    @raises_unavailable
    async def offset(self, webhook_id: str) -> LedgerOffset | None:
        found = await self._offsets.find_one({"_id": webhook_id})
        return None if found is None else LedgerOffset(base=Moment(found["base"]), reached=dict(found["reached"]))

    @raises_unavailable
    async def move(self, webhook_id: str, position: LedgerOffset, *, term: int) -> bool:
        # Pairs, because the names of writers cannot be names of fields.
        moved = {"term": term, "base": position.base, "reached": [list(each) for each in position.reached.items()]}
        try:
            await self._offsets.update_one({"_id": webhook_id, "term": {"$lte": term}}, {"$set": moved}, upsert=True)
        except DuplicateKeyError:
            return False  # the stored offset is of a later term
        return True

    @raises_unavailable
    async def waiting(self, webhook_id: str, *, limit: int) -> Sequence[WaitingDelivery]:
        found = self._deliveries.find(
            {"webhook_id": webhook_id, "state": _PENDING},
            _WAITING,
            sort=[("message.occurred_at", 1), ("_id", 1)],
            limit=limit,
            batch_size=limit + 1,
            hint="pending",
        )
        return [
            WaitingDelivery(
                id=stored["_id"],
                subject=stored["message"]["subject"],
                attempts=stored["attempts"],
                next_at=Moment(stored["next_at"]),
                is_in_order=stored["is_in_order"],
            )
            for stored in await found.to_list(None)
        ]

    @raises_unavailable
    async def known(self, ids: Sequence[str]) -> frozenset[str]:
        found = self._deliveries.find({"_id": {"$in": list(ids)}}, {"_id": 1}, batch_size=len(ids) + 1)
        return frozenset(stored["_id"] for stored in await found.to_list(None))

    @raises_unavailable
    async def deliveries(self, ids: Sequence[str]) -> Mapping[str, Delivery]:
        found = self._deliveries.find({"_id": {"$in": list(ids)}}, batch_size=len(ids) + 1)
        return {delivery.id: delivery for delivery in map(_delivery_of, await found.to_list(None))}

    @raises_unavailable
    async def keep(self, deliveries: Sequence[Delivery]) -> None:
        begun = [
            UpdateOne({"_id": delivery.id}, {"$setOnInsert": self._document(delivery)}, upsert=True)
            for delivery in deliveries
        ]
        await self._deliveries.bulk_write(begun, ordered=False)

    @raises_unavailable
    async def record(self, delivery: Delivery) -> None:
        where = {"_id": delivery.id, "state": _PENDING}
        await self._deliveries.replace_one(where, self._document(delivery))

    @raises_unavailable
    async def hurry(self, ids: Sequence[str], *, now: Moment) -> None:
        await self._deliveries.update_many({"_id": {"$in": list(ids)}, "state": _PENDING}, {"$min": {"next_at": now}})

    @raises_unavailable
    async def page_of_deliveries(self, where: DeliveryFilter, *, page: PageRequest) -> Page[Delivery]:
        return await read_page(
            self._deliveries,
            query(where),
            sort=NEWEST_FIRST,
            page=page,
            order="NEWEST",
            position=_position,
            build=_delivery_of,
        )

    @raises_unavailable
    async def count_deliveries(self, where: DeliveryFilter) -> int:
        return await count(self._deliveries, query(where))

    @raises_unavailable
    async def redeliver(
        self, webhook_id: str, *, ids: Sequence[str] | None, since: Moment | None, by: str, at: Moment, now: Moment
    ) -> int:
        died: BsonDocument = {"state": _DEAD, "ended_at": {"$gte": since or 0, "$lte": at}}
        where: BsonDocument = {"webhook_id": webhook_id, **died}
        if ids is not None:
            failed = {"state": _PENDING, "tried_at": {"$gt": 0, "$lte": at}}
            where = {"_id": {"$in": list(ids)}, "webhook_id": webhook_id, "$or": [died, failed]}
        await self._deliveries.update_many({**where, "redelivered_by": {"$ne": by}}, _redelivered(by=by, now=now))
        return await self._deliveries.count_documents({"redelivered_by": by, "webhook_id": webhook_id})

    @raises_unavailable
    async def give_up(self, webhook_id: str, *, now: Moment) -> None:
        dead = {"state": _DEAD, "ended_at": now, "forget_at": self._forget_at(DeliveryState.DEAD, now)}
        await self._deliveries.update_many({"webhook_id": webhook_id, "state": _PENDING}, {"$set": dead})
        await self._offsets.delete_one({"_id": webhook_id})

    def _document(self, delivery: Delivery) -> BsonDocument:
        stored: dict[str, Any] = _ADAPTER.dump_python(delivery, mode="json")
        if delivery.ended_at is not None:
            stored["forget_at"] = self._forget_at(delivery.state, delivery.ended_at)
        return stored

    def _forget_at(self, state: DeliveryState, ended_at: Moment) -> object:
        return datetime_of(ended_at) + timedelta(days=self._kept_days[state])


def _redelivered(*, by: str, now: Moment) -> list[BsonDocument]:
    """Return the update that makes deliveries due. A dead one begins anew, out of the order of its subject."""
    had_died: BsonDocument = {"$eq": ["$state", _DEAD]}
    begun = {
        "state": _PENDING,
        "attempts": {"$cond": [had_died, 0, "$attempts"]},
        "is_in_order": {"$cond": [had_died, False, "$is_in_order"]},
        "next_at": now,
        "ended_at": None,
        "redelivered_by": {"$literal": by},
    }
    return [{"$set": begun}, {"$unset": "forget_at"}]


def _delivery_of(stored: BsonDocument) -> Delivery:
    fields = {name: value for name, value in stored.items() if name not in {"_id", "forget_at"}}
    return _ADAPTER.validate_python(fields)


def _position(stored: BsonDocument) -> ListPosition:
    return (stored["created_at"], stored["_id"])
