"""Finds policies that are not applied yet, and new levels, which need their policies."""

from collections.abc import Sequence

from app.domain.document import DocumentKind
from app.domain.replenishment.policy_defaults import PolicyDefaults
from app.domain.stock.level import LevelKey
from app.domain.time import Moment
from app.services.replenishment.filters import PolicyFilter
from app.services.replenishment.ports import BegunLevel
from app.store.driver.client import BsonDocument, Database
from app.store.driver.failures import raises_unavailable
from app.store.keyset_paging import after as behind
from app.store.mapping import names
from app.store.mapping.document_mapping import from_bson
from app.store.queries.policies import query

RULES: BsonDocument = {"$jsonSchema": {"bsonType": "object", "required": ["until"]}}

_IN_ORDER = [("recorded_at", 1), ("sku", 1), ("location", 1)]
_ONE, _CLOSED = "levels", "archived"


class MongoPolicyQueue:
    """PolicyQueue over MongoDB."""

    def __init__(self, database: Database) -> None:
        self._policies = database[names.POLICIES]
        self._movements = database[names.MOVEMENTS]
        self._progress = database[names.POLICY_PROGRESS]

    @raises_unavailable
    async def pending(self, *, limit: int) -> Sequence[PolicyDefaults]:
        found = self._policies.find({"is_applied": False}, sort=[("changed_at", 1), ("_id", 1)], limit=limit)
        return [_defaults(stored) for stored in await found.to_list(None)]

    @raises_unavailable
    async def are_any(self) -> bool:
        return await self._policies.find_one(query(PolicyFilter()), {"_id": 1}) is not None

    @raises_unavailable
    async def begun(
        self, *, since: Moment, until: Moment, after: BegunLevel | None, limit: int
    ) -> Sequence[BegunLevel]:
        where: BsonDocument = {"version": 1, "recorded_at": {"$gte": since, "$lt": until}}
        if after is not None:
            where = {"$and": [where, behind(_IN_ORDER, (after.at, *after.key))]}
        found = self._movements.find(
            where,
            {"_id": 0, "recorded_at": 1, "sku": 1, "location": 1},
            sort=_IN_ORDER,
            limit=limit,
            batch_size=limit + 1,
            hint="begun",
        )
        return [
            BegunLevel(Moment(line["recorded_at"]), LevelKey(line["sku"], line["location"]))
            for line in await found.to_list(None)
        ]

    @raises_unavailable
    async def looked_until(self) -> Moment | None:
        found = await self._progress.find_one({"_id": _ONE})
        return None if found is None else Moment(found["until"])

    @raises_unavailable
    async def look_until(self, moment: Moment) -> None:
        await self._progress.update_one({"_id": _ONE}, {"$max": {"until": moment}}, upsert=True)

    @raises_unavailable
    async def are_archived_closed(self) -> bool:
        return await self._progress.find_one({"_id": _CLOSED}) is not None

    @raises_unavailable
    async def note_archived_closed(self) -> None:
        await self._progress.update_one({"_id": _CLOSED}, {"$set": {"until": 0}}, upsert=True)


def _defaults(stored: BsonDocument) -> PolicyDefaults:
    document = from_bson(DocumentKind.POLICY, stored)
    assert isinstance(document, PolicyDefaults)
    return document
