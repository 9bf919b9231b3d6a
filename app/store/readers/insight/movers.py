"""Finds the items that moved most, from the newest lines of the ledger.

Rule: no more than MAX_LINES_READ lines are read, whatever is asked for. Where there are more, the oldest do not count.
"""

from collections.abc import Sequence

from app.domain.insight.movers import MAX_LINES_READ, Mover, MoversOrder, TopMovers
from app.domain.replenishment.demand import DEMAND_REASONS
from app.domain.stock.movement import MovementReason
from app.domain.time import Moment
from app.store.driver.client import BsonDocument, Database, aggregated
from app.store.driver.failures import raises_unavailable
from app.store.mapping import names
from app.store.queries.movements import AT_LOCATION, LEDGER_ORDER, MAX_SCANS

_REASONS = [reason.value for reason in MovementReason]
_MAX_MERGED = MAX_SCANS // len(_REASONS)  # locations of which the scans are merged in the order of the ledger
_MOVED: BsonDocument = {"$ifNull": ["$change.on_hand", 0]}
_WENT: BsonDocument = {"$max": [{"$subtract": [0, _MOVED]}, 0]}
_SUMS: BsonDocument = {
    "sold": {
        "$sum": {
            "$cond": [{"$in": ["$reason", [reason.value for reason in DEMAND_REASONS]]}, {"$subtract": [0, _MOVED]}, 0]
        }
    },
    "came": {"$sum": {"$max": [_MOVED, 0]}},
    "went": {"$sum": _WENT},
    "lines": {"$sum": 1},
    "oldest": {"$min": "$recorded_at"},
}
_WEIGHTS: dict[MoversOrder, BsonDocument] = {
    MoversOrder.UNITS_SOLD: {"$sum": ["$sold"]},
    MoversOrder.UNITS_MOVED: {"$sum": ["$came", "$went"]},
}


class MongoMovers:
    """MoverReader over MongoDB."""

    def __init__(self, database: Database, *, max_lines: int = MAX_LINES_READ) -> None:
        self._movements = database[names.MOVEMENTS]
        self._max_lines = max_lines

    @raises_unavailable
    async def movers(
        self, locations: Sequence[str] | None, *, since: Moment, until: Moment, order: MoversOrder, first: int
    ) -> TopMovers:
        lines, group, index = self._lines(locations, since)
        pipeline = [
            *lines,
            {"$group": {"_id": group, **_SUMS}},
            {"$facet": {"movers": _top(order, first), "all": _WHOLE}},
        ]
        [found] = await aggregated(self._movements, pipeline, hint=index)
        whole: BsonDocument = found["all"][0] if found["all"] else {"lines": 0, "oldest": None}
        oldest = None if whole["oldest"] is None else Moment(whole["oldest"])
        is_cut = whole["lines"] >= self._max_lines
        return TopMovers(
            since=oldest if is_cut and oldest is not None else since,
            until=until,
            movers=tuple(Mover(row["_id"], row["sold"], row["came"], row["went"]) for row in found["movers"]),
            oldest=oldest,
        )

    def _lines(
        self, locations: Sequence[str] | None, since: Moment
    ) -> tuple[list[BsonDocument], str | BsonDocument, str]:
        """Return the stages that give the newest lines, what groups them by item, and the index that has them so.

        Of many locations the lines are not merged: those elsewhere are read too, and form a group without a name.
        """
        window: BsonDocument = {names.RECORDED_AT: {"$gte": since}}
        newest: list[BsonDocument] = [{"$sort": dict(LEDGER_ORDER)}, {"$limit": self._max_lines}]
        if locations is None:
            return [{"$match": window}, *newest], "$sku", "newest"
        if len(locations) > _MAX_MERGED:
            group = {"$cond": [{"$in": ["$location", list(locations)]}, "$sku", None]}
            return [{"$match": window}, *newest], group, "newest"
        there = {"location": {"$in": list(locations)}, "reason": {"$in": _REASONS}}
        return [{"$match": {**there, **window}}, *newest], "$sku", AT_LOCATION


_WHOLE: list[BsonDocument] = [{"$group": {"_id": None, "lines": {"$sum": "$lines"}, "oldest": {"$min": "$oldest"}}}]


def _top(order: MoversOrder, first: int) -> list[BsonDocument]:
    return [
        {"$set": {"weight": _WEIGHTS[order]}},
        {"$match": {"weight": {"$gt": 0}, "_id": {"$ne": None}}},
        {"$sort": {"weight": -1, "_id": 1}},
        {"$limit": first},
    ]
