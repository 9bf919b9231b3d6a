"""Reads the history of levels, added up by the server to one row per level and slice."""

from collections.abc import Mapping, Sequence

from app.domain.insight.level_history import RECEIPT_REASONS, Grid, PastCounts, Slice
from app.domain.replenishment.demand import DEMAND_REASONS
from app.domain.stock.level import LevelKey
from app.services.concurrency.time_slices import in_turns
from app.store.driver.client import BsonDocument, Database, aggregated
from app.store.driver.failures import raises_unavailable
from app.store.mapping import names
from app.store.queries.level_lines import BY_LEVEL, lines_of
from app.store.readers.insight.insight_sums import available_in

_DEMAND = [reason.value for reason in DEMAND_REASONS]
_RECEIPT = [reason.value for reason in RECEIPT_REASONS]
_MOVED: BsonDocument = {"$ifNull": ["$change.on_hand", 0]}
_AFTER: BsonDocument = {"version": "$version", "on_hand": "$on_hand", "available": "$available"}
_BEFORE: BsonDocument = {
    "version": "$version",
    "on_hand": {"$subtract": ["$on_hand", "$moved"]},
    "available": {"$subtract": ["$available", "$gained"]},
}


class MongoHistory:
    """HistoryReader over MongoDB."""

    def __init__(self, database: Database) -> None:
        self._movements = database[names.MOVEMENTS]

    @raises_unavailable
    async def slices_of(self, keys: Sequence[LevelKey], *, grid: Grid) -> Mapping[LevelKey, Mapping[int, Slice]]:
        if not keys:
            return {}
        pipeline = [{"$match": lines_of(keys, since=grid.window.since)}, *_sums(grid)]
        rows = await aggregated(self._movements, pipeline, hint=BY_LEVEL)
        found: dict[LevelKey, dict[int, Slice]] = {}
        for key, age, of_it in await in_turns(rows, _slice):
            found.setdefault(key, {})[grid.slice_aged(age)] = of_it
        return found


def _sums(grid: Grid) -> list[BsonDocument]:
    """Return the stages that add up the lines of each slice, of which the least version is the first."""
    age: BsonDocument = {"$max": [0, {"$subtract": [grid.window.until - 1, "$recorded_at"]}]}
    oldest = (grid.points - 1) * grid.width
    return [
        {
            "$project": {
                **dict.fromkeys(("sku", "location", "version"), 1),
                "age": {"$min": [oldest, age]},
                "moved": _MOVED,
                "on_hand": {"$sum": "$after.on_hand"},
                "available": available_in("after"),
                "gained": available_in("change"),
                "sold": {"$cond": [{"$in": ["$reason", _DEMAND]}, {"$subtract": [0, _MOVED]}, 0]},
                "received": {"$cond": [{"$in": ["$reason", _RECEIPT]}, {"$max": [_MOVED, 0]}, 0]},
            }
        },
        {
            "$group": {
                "_id": {
                    "sku": "$sku",
                    "location": "$location",
                    "age": {"$subtract": ["$age", {"$mod": ["$age", grid.width]}]},
                },
                "before": {"$min": _BEFORE},
                "after": {"$max": _AFTER},
                "came": {"$sum": {"$max": ["$moved", 0]}},
                "went": {"$sum": {"$min": ["$moved", 0]}},
                "sold": {"$sum": "$sold"},
                "received": {"$sum": "$received"},
            }
        },
    ]


def _slice(row: BsonDocument) -> tuple[LevelKey, int, Slice]:
    group, before, after = row["_id"], row["before"], row["after"]
    return (
        LevelKey(group["sku"], group["location"]),
        group["age"],
        Slice(
            before=None if before["version"] == 1 else PastCounts(before["on_hand"], before["available"]),
            after=PastCounts(after["on_hand"], after["available"]),
            units_in=row["came"],
            units_out=-row["went"],
            units_sold=row["sold"],
            units_received=row["received"],
        ),
    )
