"""Reads demand from the ledger, added up by the server to one row per level.

It reads the lines with a reason of demand, and the first line of a level, which says since when the level exists.
"""

from collections.abc import Mapping, Sequence

from app.domain.insight.window import Window
from app.domain.replenishment.demand import DEMAND_REASONS, DailySums, Demand, demand_within
from app.domain.stock.level import LevelKey
from app.domain.time import MICROSECONDS_PER_DAY, Moment
from app.store.driver.client import BsonDocument, Database, aggregated
from app.store.driver.failures import raises_unavailable
from app.store.mapping import names
from app.store.queries.level_lines import BY_LEVEL, lines_of

_REASONS = [reason.value for reason in DEMAND_REASONS]
_IS_DEMAND: BsonDocument = {"$in": ["$reason", _REASONS]}
_IS_FIRST: BsonDocument = {"$eq": ["$version", 1]}
_UNITS: BsonDocument = {"$ifNull": ["$change.on_hand", 0]}


class MongoDemand:
    """DemandReader over MongoDB."""

    def __init__(self, database: Database) -> None:
        self._movements = database[names.MOVEMENTS]

    @raises_unavailable
    async def demand_at(self, keys: Sequence[LevelKey], *, window: Window) -> Mapping[LevelKey, Demand]:
        if not keys:
            return {}
        pipeline = [{"$match": lines_of(keys, since=window.since)}, *_sums(window)]
        found = await aggregated(self._movements, pipeline, hint=BY_LEVEL)
        measured = {_key(document): _demand(document, window) for document in found}
        return {key: measured.get(key) or demand_within(window) for key in keys}


def _sums(window: Window) -> list[BsonDocument]:
    """Return the stages that add up the lines of each day (Window.day), then the days of each level."""
    age: BsonDocument = {"$max": [0, {"$subtract": [window.until - 1, "$recorded_at"]}]}
    return [
        {"$match": {"$or": [{"reason": {"$in": _REASONS}}, {"version": 1}]}},
        {"$set": {"age": age}},
        {
            "$group": {
                "_id": {
                    "sku": "$sku",
                    "location": "$location",
                    "day": {"$subtract": ["$age", {"$mod": ["$age", MICROSECONDS_PER_DAY]}]},
                },
                "units": {"$sum": {"$cond": [_IS_DEMAND, {"$subtract": [0, _UNITS]}, 0]}},
                "began_at": {"$max": {"$cond": [_IS_FIRST, "$recorded_at", None]}},
            }
        },
        {
            "$group": {
                "_id": {"sku": "$_id.sku", "location": "$_id.location"},
                "units": {"$sum": "$units"},
                "squares": {"$sum": {"$multiply": ["$units", "$units"]}},
                "began_at": {"$max": "$began_at"},
            }
        },
    ]


def _key(document: BsonDocument) -> LevelKey:
    return LevelKey(document["_id"]["sku"], document["_id"]["location"])


def _demand(document: BsonDocument, window: Window) -> Demand:
    sums = DailySums(units=document["units"], squares=int(document["squares"]))  # a float beyond 2 ** 63
    began_at = document["began_at"]
    return demand_within(window, sums, began_at=None if began_at is None else Moment(began_at))
