"""The pipeline stages that add up the lines of each level to LedgerSums, which says why they need no order."""

from app.domain.insight.insight import DayEndCounts, LedgerSums
from app.domain.insight.window import Window
from app.domain.replenishment.demand import DEMAND_REASONS
from app.domain.stock.level import LevelKey
from app.domain.stock.movement import MovementReason
from app.domain.time import Moment
from app.store.driver.client import BsonDocument

_DEMAND = [reason.value for reason in DEMAND_REASONS]
_NOT_AVAILABLE = ("reserved", "backordered", "damaged", "quality_control", "safety", "other")  # of what is on hand
_TAKEN: BsonDocument = {"$subtract": [0, "$change.on_hand"]}
_IS_FIRST: BsonDocument = {"$eq": ["$version", 1]}
_IS_SALE: BsonDocument = {"$eq": ["$reason", MovementReason.SALE.value]}


def sums(window: Window) -> list[BsonDocument]:
    """Return the stages that add up all lines since the window's beginning to one row per level."""
    place: BsonDocument = {"$subtract": [{"$min": ["$recorded_at", window.until]}, window.since]}
    parts: BsonDocument = {
        **dict.fromkeys(("sku", "location", "reason", "recorded_at", "version", "change.on_hand"), 1),
        "place": place,
        "on_hand": {"$sum": "$after.on_hand"},
        "available": available_in("after"),
        "gained": available_in("change"),
    }
    in_time: BsonDocument = {
        "moved_late": {"$sum": {"$multiply": ["$change.on_hand", "$place"]}},
        "out_late": {"$sum": {"$multiply": [_ran_out(), "$place"]}},
        "ended": {"$max": {"at": "$recorded_at", "on_hand": "$on_hand", "available": "$available"}},
    }
    return [{"$project": parts}, {"$group": {**sales()["$group"], **in_time}}]


def sales() -> BsonDocument:
    """Return the stage that adds up the same without the sums over time."""
    return {
        "$group": {
            "_id": {"sku": "$sku", "location": "$location"},
            "units": {"$sum": {"$cond": [{"$in": ["$reason", _DEMAND]}, _TAKEN, 0]}},
            "moved": {"$sum": "$change.on_hand"},
            "began_at": {"$max": {"$cond": [_IS_FIRST, "$recorded_at", None]}},
            "sold_at": {"$max": {"$cond": [_IS_SALE, "$recorded_at", None]}},
        }
    }


def sums_of(row: BsonDocument) -> tuple[LevelKey, LedgerSums]:
    """Return the level of a row, and its sums."""
    ended = row.get("ended")
    return LevelKey(row["_id"]["sku"], row["_id"]["location"]), LedgerSums(
        units=row["units"],
        moved=row["moved"],
        moved_late=row.get("moved_late", 0),
        out_late=row.get("out_late", 0),
        ended=DayEndCounts(ended["on_hand"], ended["available"]) if ended else None,
        began_at=_moment(row["began_at"]),
        sold_at=_moment(row["sold_at"]),
    )


def available_in(part: str) -> BsonDocument:
    """Return the available units of a part of a line. As an expression, $sum takes a missing field for 0."""
    return {"$subtract": [{"$sum": f"${part}.on_hand"}, {"$sum": [f"${part}.{name}" for name in _NOT_AVAILABLE]}]}


def _ran_out() -> BsonDocument:
    """Return 1 for a line that left nothing available, -1 for one that made something available, else 0."""
    before: BsonDocument = {"$subtract": ["$available", "$gained"]}
    is_out: BsonDocument = {"$cond": [{"$lte": ["$available", 0]}, 1, 0]}
    was_out: BsonDocument = {"$cond": [{"$and": [{"$not": _IS_FIRST}, {"$lte": [before, 0]}]}, 1, 0]}
    return {"$subtract": [is_out, was_out]}


def _moment(value: int | None) -> Moment | None:
    return None if value is None else Moment(value)
