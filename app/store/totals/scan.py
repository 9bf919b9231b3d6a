"""Adds up levels from the levels themselves: how the totals begin, and what proves them.

Rule: it runs in the snapshot of a session, so that it says what the levels were at one moment.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from bson import Decimal128

from app.domain.stock.availability import LevelStatus
from app.domain.stock.kept_totals import Part, Sums, TotalsKey
from app.store.driver.client import BsonDocument, Database, Session
from app.store.mapping import names

_PROMISED: BsonDocument = {"$add": ["$reserved", "$unavailable", {"$ifNull": ["$backordered", 0]}]}
# $subtract keeps MongoDB 6 from its slot-based engine, which takes half as long again for this many sums.
_UNPROMISED: BsonDocument = {"$subtract": ["$on_hand", _PROMISED]}
_FREE: BsonDocument = {"$max": [_UNPROMISED, 0]}
_BY: BsonDocument = {
    "location": "$location",
    "category": "$category",
    "is_archived": "$is_item_archived",
    "status": "$status",
}
_UNITS: Mapping[str, Any] = {
    **{name: f"${name}" for name in ("on_hand", "reserved", "unavailable", "backordered", "incoming")},
    "free": _FREE,
    "unvalued": {"$cond": [{"$gt": ["$unit_cost", None]}, 0, "$on_hand"]},
}
_VALUED: Mapping[str, Any] = {
    "on_hand_value": "$on_hand",
    "reserved_value": "$reserved",
    "unpromised_value": _UNPROMISED,
    "incoming_value": "$incoming",
    "free_value": _FREE,
}


async def scan_levels(
    database: Database, locations: Iterable[str] | None, *, session: Session
) -> dict[TotalsKey, Sums]:
    """Return the sums over all levels of these locations, of all where None."""
    query = [] if locations is None else [{"$match": {"location": {"$in": list(locations)}}}]
    levels = database[names.LEVELS]
    found = await _aggregate(levels, [*query, _group(is_decimal=False)], session=session)
    if any(isinstance(group[name], float) for group in found for name in _VALUED):  # beyond 64 bits, and rounded
        found = await _aggregate(levels, [*query, _group(is_decimal=True)], session=session)
    return dict(map(_sums_of, found))


async def next_locations(database: Database, after: str, *, limit: int, session: Session) -> list[str]:
    """Return the next locations that have levels, by code. Each costs one key of an index."""
    codes: list[str] = []
    while len(codes) < limit:
        where = {"location": {"$gt": codes[-1] if codes else after}}
        found = await database[names.LEVELS].find_one(
            where, {"_id": 0, "location": 1}, sort=[("location", 1), ("sku", 1)], hint="by_location", session=session
        )
        if found is None:
            break
        codes.append(found["location"])
    return codes


async def _aggregate(levels: Any, pipeline: list[BsonDocument], *, session: Session) -> list[BsonDocument]:  # noqa: ANN401 - of either driver
    opened: Any = levels.aggregate(pipeline, allowDiskUse=True, session=session)
    cursor: Any = await opened if hasattr(opened, "__await__") else opened  # Motor's is not awaited
    found: list[BsonDocument] = await cursor.to_list(None)
    return found


def _group(*, is_decimal: bool) -> BsonDocument:
    """Return the group stage. An unknown cost makes its product null, which $sum ignores."""
    return {
        "$group": {
            "_id": _BY,
            "levels": {"$sum": 1},
            **{name: {"$sum": units} for name, units in _UNITS.items()},
            **{
                name: {"$sum": {"$multiply": [{"$toDecimal": units} if is_decimal else units, "$unit_cost"]}}
                for name, units in _VALUED.items()
            },
        }
    }


def _sums_of(group: BsonDocument) -> tuple[TotalsKey, Sums]:
    by = group.pop("_id")
    part = Part(bool(by.get("is_archived")), LevelStatus(by["status"]))
    return TotalsKey(by["location"], by.get("category"), part), Sums(
        **{name: _whole(value) for name, value in group.items()}
    )


def _whole(value: Any) -> int:  # noqa: ANN401 - the server returns a sum as int, float or Decimal128
    return int(value.to_decimal() if isinstance(value, Decimal128) else value)
