"""Finds the reservations that expire, and those that wait for units (backorders)."""

from collections.abc import Sequence

from app.domain.stock.level import LevelKey
from app.domain.time import Moment
from app.services.reservations.ports import WaitingReservation
from app.store.driver.client import BsonDocument, Database, aggregated
from app.store.driver.failures import raises_unavailable
from app.store.mapping import names
from app.store.mapping.levels import level_id
from app.store.queries.reservations import ANYWHERE, anywhere, homes_of
from app.store.readers.levels.archived_locations import archived_codes

_HAS_FREE: BsonDocument = {"$expr": {"$gt": ["$on_hand", {"$add": ["$reserved", "$unavailable"]}]}}


class MongoReservationQueue:
    """ReservationQueue over MongoDB."""

    def __init__(self, database: Database) -> None:
        self._reservations = database[names.RESERVATIONS]
        self._levels = database[names.LEVELS]
        self._locations = database[names.LOCATIONS]

    @raises_unavailable
    async def due(self, *, now: Moment, limit: int, keys: Sequence[LevelKey] | None = None) -> Sequence[str]:
        wanted: BsonDocument = {"is_open": True, "expires_at": {"$gt": 0, "$lte": now}}
        if keys is not None:
            wanted["places"] = {"$in": list(map(level_id, keys))}
        found = self._reservations.find(
            wanted, {"_id": 1}, sort=[("expires_at", 1), ("_id", 1)], limit=limit, hint="due"
        )
        return [stored["_id"] for stored in await found.to_list(None)]

    @raises_unavailable
    async def next_expiry(self) -> Moment | None:
        wanted = {"is_open": True, "expires_at": {"$gt": 0}}
        found = self._reservations.find(wanted, {"expires_at": 1}, sort=[("expires_at", 1)], limit=1, hint="due")
        return next((Moment(stored["expires_at"]) for stored in await found.to_list(None)), None)

    @raises_unavailable
    async def waiting(self, key: LevelKey, *, limit: int, skip: int = 0) -> Sequence[WaitingReservation]:
        here = level_id(key)
        wanted: BsonDocument = {
            "waiting_at": {"$in": [here, anywhere(key.sku)]},
            "$or": [{"waiting_at": here}, {"accepts": None}, {"accepts": key.location}],
        }
        found = self._reservations.find(
            wanted,
            {"waiting_at": 1},
            sort=[("created_at", 1), ("_id", 1)],
            skip=skip,
            limit=limit,
            hint="waiting",
        )
        return [
            WaitingReservation(stored["_id"], tuple(homes_of(stored["waiting_at"], key.sku)))
            for stored in await found.to_list(None)
        ]

    @raises_unavailable
    async def waited_for_anywhere(self, skus: Sequence[str] | None = None) -> Sequence[str]:
        among: BsonDocument = ANYWHERE if skus is None else {"$in": list(map(anywhere, skus))}
        pipeline: list[BsonDocument] = [
            {"$match": {"waiting_at": among}},
            {"$unwind": "$waiting_at"},
            {"$match": {"waiting_at": among}},
            {"$group": {"_id": "$waiting_at"}},
        ]
        found = await aggregated(self._reservations, pipeline, hint="waiting")
        return sorted(stored["_id"][1:] for stored in found)

    @raises_unavailable
    async def waiting_longer(self, key: LevelKey, *, than: Moment, limit: int) -> Sequence[str]:
        wanted: BsonDocument = {"waiting_at": level_id(key), "needed_by": {"$gt": than}}
        found = self._reservations.find(wanted, {"_id": 1}, limit=limit, hint="waiting")
        return [stored["_id"] for stored in await found.to_list(None)]

    @raises_unavailable
    async def free(self, skus: Sequence[str]) -> Sequence[LevelKey]:
        wanted: BsonDocument = {"sku": {"$in": list(skus)}, **_HAS_FREE}
        found = self._levels.find(wanted, {"sku": 1, "location": 1}, sort=[("sku", 1), ("location", 1)], hint="by_sku")
        keys = [LevelKey(stored["sku"], stored["location"]) for stored in await found.to_list(None)]
        codes = await archived_codes(self._locations) if keys else ()
        return [key for key in keys if key.location not in codes]

    @raises_unavailable
    async def assignable(self, *, limit: int) -> Sequence[LevelKey]:
        wanted: BsonDocument = {"backordered": {"$gt": 0}, **_HAS_FREE}
        found = self._levels.find(
            wanted, {"sku": 1, "location": 1}, sort=[("sku", 1), ("location", 1)], limit=limit, hint="backordered"
        )
        return [LevelKey(stored["sku"], stored["location"]) for stored in await found.to_list(None)]
