"""Reads the lines of counts, and the levels that are to be counted."""

from collections.abc import Collection as Names
from collections.abc import Sequence

from app.domain.counting.count_line import CountLine
from app.domain.document import DocumentKind
from app.domain.replenishment.demand import DEMAND_REASONS
from app.domain.stock.level import Level, LevelKey
from app.domain.time import Moment
from app.services.counting.filters import CountLineFilter
from app.services.counting.ports import SoldItem
from app.services.filters import LevelFilter
from app.services.paging import Page, PageRequest
from app.store.driver.client import BsonDocument, Database, aggregated
from app.store.driver.failures import raises_unavailable
from app.store.keyset_paging import count, read_page
from app.store.mapping import names
from app.store.mapping.catalog import WITHOUT_SEARCH_FIELDS
from app.store.mapping.document_mapping import from_bson
from app.store.mapping.levels import level_of
from app.store.queries.counts import line_query
from app.store.queries.levels import level_query, levels_at
from app.store.queries.movements import AT_LOCATION

_BY_SKU = [("sku", 1)]


class MongoCounts:
    """CountReader and CycleReader over MongoDB. Aggregations end at the client's own time limit."""

    def __init__(self, database: Database) -> None:
        self._levels = database[names.LEVELS]
        self._movements = database[names.MOVEMENTS]
        self._lines = database[names.COUNT_LINES]

    @raises_unavailable
    async def page_of_lines(self, where: CountLineFilter, *, page: PageRequest) -> Page[CountLine]:
        return await read_page(
            self._lines, line_query(where), sort=_BY_SKU, page=page, order="SKU", position=_position, build=_line
        )

    @raises_unavailable
    async def count_lines(self, where: CountLineFilter) -> int:
        return await count(self._lines, line_query(where))

    @raises_unavailable
    async def count_uncounted(self, count: str, levels: LevelFilter) -> int:
        # A union of both lists, grouped by SKU: a lookup per level would take ten times as long.
        lines = [{"$match": {"count": count}}, {"$project": {"_id": 0, "sku": 1, "lines": {"$literal": 1}}}]
        pipeline: list[BsonDocument] = [
            {"$match": level_query(levels)},
            {"$project": {"_id": 0, "sku": 1, "levels": {"$literal": 1}}},
            {"$unionWith": {"coll": self._lines.name, "pipeline": lines}},
            {"$group": {"_id": "$sku", "levels": {"$sum": "$levels"}, "lines": {"$sum": "$lines"}}},
            {"$match": {"levels": 1, "lines": 0}},
            {"$count": "levels"},
        ]
        return sum(document["levels"] for document in await aggregated(self._levels, pipeline, hint="by_word_at"))

    @raises_unavailable
    async def sold(self, location: str, *, since: Moment) -> Sequence[SoldItem]:
        # The server adds up the units sold; each level has the cost of a unit.
        reasons = [reason.value for reason in DEMAND_REASONS]
        pipeline: list[BsonDocument] = [
            {"$match": {"location": location, "recorded_at": {"$gte": since}, "reason": {"$in": reasons}}},
            {"$group": {"_id": "$sku", "units": {"$sum": "$change.on_hand"}}},
            {"$match": {"units": {"$lt": 0}}},
        ]
        found = await aggregated(self._movements, pipeline, hint=AT_LOCATION)
        units = {document["_id"]: -document["units"] for document in found}
        levels = self._levels.find(
            {**levels_at(LevelKey(sku, location) for sku in units), "is_item_archived": False},
            {"sku": 1, "unit_cost": 1},
            batch_size=len(units) + 1,
            hint="_id_",
        )
        return [
            SoldItem(sku=level["sku"], units=units[level["sku"]], unit_cost=level.get("unit_cost"))
            for level in await levels.to_list(None)
        ]

    @raises_unavailable
    async def longest_uncounted(
        self, location: str, *, until: Moment, without: Names[str], first: int
    ) -> Sequence[Level]:
        # A level that an earlier version wrote has no such moment, and counts as never counted. An index by it would be
        # rewritten with all others of the level by each count, which takes twenty times as long as the count itself.
        where = {
            "location": location,
            "is_item_archived": False,
            "counted_at": {"$not": {"$gt": until}},
            "sku": {"$nin": list(without)},
        }
        longest = {"$topN": {"n": first, "sortBy": {"counted_at": 1, "sku": 1}, "output": "$$ROOT"}}
        pipeline: list[BsonDocument] = [{"$match": where}, {"$group": {"_id": None, "levels": longest}}]
        found = await aggregated(self._levels, pipeline, hint="by_location")
        return [level_of(document) for group in found for document in group["levels"]]

    @raises_unavailable
    async def oversold(self, location: str, *, limit: int) -> Sequence[Level]:
        where = {"location": location, "oversold": {"$gt": 0}}
        found = self._levels.find(where, WITHOUT_SEARCH_FIELDS, sort=[("sku", 1)], limit=limit, hint="oversold_at")
        return [level_of(document) for document in await found.to_list(None)]


def _line(document: BsonDocument) -> CountLine:
    line = from_bson(DocumentKind.COUNT_LINE, document)
    assert isinstance(line, CountLine)
    return line


def _position(document: BsonDocument) -> tuple[str]:
    return (document["sku"],)
