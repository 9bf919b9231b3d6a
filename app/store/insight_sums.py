"""How the server adds up the lines of each level. See LedgerSums for what the sums mean, and why no order is needed."""

from app.domain.demand import DEMAND_REASONS
from app.domain.insight import Counts, LedgerSums
from app.domain.level import LevelKey
from app.domain.movement import MovementReason
from app.domain.time import Moment
from app.domain.window import Window
from app.store.client import Document

_TAKEN = ("reserved", "backordered", "damaged", "quality_control", "safety", "other")  # on hand less these is available
_MOVED: Document = {"$sum": "$change.on_hand"}  # as an expression, $sum takes what is missing for nothing


def sums(window: Window) -> list[Document]:
    """Return the stages that add up lines, all of them since the window's beginning, to one row per level."""
    place: Document = {"$subtract": [{"$min": ["$recorded_at", window.until]}, window.since]}
    demand = [reason.value for reason in DEMAND_REASONS]
    return [
        {
            "$project": {
                "sku": 1,
                "location": 1,
                "reason": 1,
                "recorded_at": 1,
                "place": place,
                "is_first": {"$eq": ["$version", 1]},
                "moved": _MOVED,
                "on_hand": {"$sum": "$after.on_hand"},
                "available": _available("after"),
                "gained": _available("change"),
            }
        },
        {
            "$group": {
                "_id": {"sku": "$sku", "location": "$location"},
                "units": {"$sum": {"$cond": [{"$in": ["$reason", demand]}, {"$subtract": [0, "$moved"]}, 0]}},
                "moved": {"$sum": "$moved"},
                "moved_late": {"$sum": {"$multiply": ["$moved", "$place"]}},
                "out_late": {"$sum": {"$multiply": [_ran_out(), "$place"]}},
                "ended": {"$max": {"at": "$recorded_at", "on_hand": "$on_hand", "available": "$available"}},
                "began_at": {"$max": {"$cond": ["$is_first", "$recorded_at", None]}},
                "sold_at": {"$max": {"$cond": [{"$eq": ["$reason", MovementReason.SALE.value]}, "$recorded_at", None]}},
            }
        },
    ]


def sums_of(row: Document) -> tuple[LevelKey, LedgerSums]:
    """Return the sums of a level that a row holds."""
    ended = row["ended"]
    return LevelKey(row["_id"]["sku"], row["_id"]["location"]), LedgerSums(
        units=row["units"],
        moved=row["moved"],
        moved_late=row["moved_late"],
        out_late=row["out_late"],
        ended=Counts(ended["on_hand"], ended["available"]),
        began_at=_moment(row["began_at"]),
        sold_at=_moment(row["sold_at"]),
    )


def _available(part: str) -> Document:
    return {"$subtract": [{"$sum": f"${part}.on_hand"}, {"$sum": [f"${part}.{name}" for name in _TAKEN]}]}


def _ran_out() -> Document:
    """Return 1 for a line that left nothing available, -1 for one that made something available, else 0."""
    before: Document = {"$subtract": ["$available", "$gained"]}
    is_out: Document = {"$cond": [{"$lte": ["$available", 0]}, 1, 0]}
    was_out: Document = {"$cond": [{"$and": [{"$not": "$is_first"}, {"$lte": [before, 0]}]}, 1, 0]}
    return {"$subtract": [is_out, was_out]}


def _moment(value: int | None) -> Moment | None:
    return None if value is None else Moment(value)
