"""Leases in the database, dated by its own clock, so that the clocks of processes do not matter."""

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from app.services.ports import LEASE_SECONDS
from app.store.driver.client import BsonDocument, Database
from app.store.driver.failures import raises_unavailable
from app.store.mapping import names

RULES: BsonDocument = {"$jsonSchema": {"bsonType": "object", "required": ["holder", "until", "term"]}}

_MILLISECONDS = 1_000


class MongoLease:
    """Lease over MongoDB. `holder` is a name of this process alone."""

    def __init__(self, database: Database, *, holder: str, seconds: float = LEASE_SECONDS) -> None:
        self._leases = database[names.LEASES]
        self._holder = holder
        self._milliseconds = int(seconds * _MILLISECONDS)

    @raises_unavailable
    async def hold(self, name: str) -> int | None:
        try:
            lease = await self._leases.find_one_and_update(
                {"_id": name}, self._taking, upsert=True, return_document=ReturnDocument.AFTER
            )
        except DuplicateKeyError:
            return None  # another process has written the first lease of this name at the same moment
        assert lease is not None
        return lease["term"] if lease["holder"] == self._holder else None

    @raises_unavailable
    async def release(self, name: str) -> None:
        await self._leases.update_one({"_id": name, "holder": self._holder}, [{"$set": {"until": "$$NOW"}}])

    @property
    def _taking(self) -> list[BsonDocument]:
        """Return the update that gives the lease to us if it is ours or expired. All of it sees the lease as it was.

        The names of holders are literals: one that begins with a dollar would be read as a field.
        """
        us = {"$literal": self._holder}
        is_ours: BsonDocument = {"$eq": ["$holder", us]}
        is_free: BsonDocument = {"$lte": [{"$ifNull": ["$until", "$$NOW"]}, "$$NOW"]}
        may: BsonDocument = {"$or": [is_ours, is_free]}
        grows: BsonDocument = {"$and": [is_free, {"$not": is_ours}]}
        return [
            {
                "$set": {
                    "holder": {"$cond": [may, us, "$holder"]},
                    "until": {"$cond": [may, {"$add": ["$$NOW", self._milliseconds]}, "$until"]},
                    "term": {"$add": [{"$ifNull": ["$term", 0]}, {"$cond": [grows, 1, 0]}]},
                }
            }
        ]
