"""Keeps and reads the rankings of a chain that has too many levels to be ranked on request (ADR 34)."""

from collections.abc import Collection, Mapping, Sequence
from itertools import islice
from typing import Any

import pymongo
from bson import MaxKey
from pymongo import DeleteOne, ReplaceOne

from app.domain.insight.abc import AbcClass
from app.domain.insight.class_totals import ClassTotals
from app.domain.insight.ranking import InsightOrder, RankedLevel
from app.domain.stock.level import LevelKey
from app.domain.time import Moment
from app.services.background.heartbeat import beat
from app.services.concurrency.time_slices import in_turns
from app.services.insight.ports import KeptFilter, KeptLocation
from app.services.paging import PageRequest
from app.store.driver.client import BsonDocument, Database
from app.store.driver.failures import raises_unavailable
from app.store.mapping import names
from app.store.mapping.levels import level_id
from app.store.queries.kept_rankings import FILTERED, ORDERS, SUMMED_BY_CLASS, index_name, kept_query
from app.store.queries.levels import levels_at

READ_SECONDS = 20  # a class that hardly any level has is found by reading a whole index
_WRITE_BATCH = 1_000
_READ_BATCH = 10_000


class MongoKeptRankings:
    """KeptRankings over MongoDB."""

    def __init__(self, database: Database) -> None:
        self._levels = database[names.RANKED_LEVELS]
        self._locations = database[names.RANKED_LOCATIONS]

    @raises_unavailable
    async def locations(self, codes: Collection[str]) -> Mapping[str, KeptLocation]:
        found = self._locations.find({"_id": {"$in": list(codes)}}, batch_size=len(codes) + 1)
        return {each["_id"]: KeptLocation(Moment(each["at"]), each["levels"]) for each in await found.to_list(None)}

    @raises_unavailable
    async def keep(self, location: str, levels: Sequence[RankedLevel], *, at: Moment) -> int:
        fresh = {document["_id"]: document for document in await in_turns(levels, _document)}
        with pymongo.timeout(READ_SECONDS):
            stored = self._levels.find({"location": location}, hint="by_location", batch_size=_READ_BATCH)
            old = {document["_id"]: document for document in await stored.to_list(None)}
        changed = [document for identity, document in fresh.items() if old.get(identity) != document]
        statements: list[ReplaceOne[BsonDocument] | DeleteOne] = [
            *(ReplaceOne({"_id": document["_id"]}, document, upsert=True) for document in changed),
            *(DeleteOne({"_id": identity}) for identity in old.keys() - fresh.keys()),
        ]
        remaining = iter(statements)
        while batch := list(islice(remaining, _WRITE_BATCH)):
            await self._levels.bulk_write(batch, ordered=False)
            beat()
        ranked = {"at": at, "levels": len(levels)}
        await self._locations.replace_one({"_id": location}, ranked, upsert=True)
        return len(statements)

    @raises_unavailable
    async def page(self, where: KeptFilter, *, order: InsightOrder, page: PageRequest) -> Sequence[RankedLevel]:
        fields = ORDERS[order]
        found = self._levels.find(
            kept_query(where),
            sort=[(field, 1) for field in fields],
            limit=page.first + 1,
            batch_size=page.first + 2,
            hint=index_name(order),
        )
        if page.after is not None:  # sought in the index: nine levels of ten may share the first value of a place
            place: list[Any] = [*zip(fields, page.after, strict=True), *((field, MaxKey()) for field in FILTERED)]
            found = found.min(place)
        with pymongo.timeout(READ_SECONDS):
            return [_ranked(document) for document in await found.to_list(None)]

    @raises_unavailable
    async def count(self, where: KeptFilter) -> int:
        with pymongo.timeout(READ_SECONDS):
            return await self._levels.count_documents(kept_query(where), hint=index_name(InsightOrder.LOCATION))

    @raises_unavailable
    async def totals(self, where: KeptFilter) -> Mapping[AbcClass, ClassTotals]:
        pipeline = [{"$match": kept_query(where)}, SUMMED_BY_CLASS]
        with pymongo.timeout(READ_SECONDS):
            opened: Any = self._levels.aggregate(pipeline, hint=index_name(InsightOrder.LOCATION))
            cursor = await opened if hasattr(opened, "__await__") else opened  # Motor's is not awaited
            sums = {each["_id"]: each for each in await cursor.to_list(None)}
        totals = {abc_class: ClassTotals() for abc_class in AbcClass}
        for name, each in sums.items():
            totals[AbcClass(name)] = ClassTotals(*(round(each[field]) for field in ClassTotals._fields))
        return totals

    @raises_unavailable
    async def levels_at(self, keys: Collection[LevelKey]) -> Sequence[RankedLevel]:
        remaining, found = iter(keys), list[RankedLevel]()
        while some := list(islice(remaining, _READ_BATCH)):
            stored = await self._levels.find(levels_at(some), batch_size=len(some) + 1, hint="_id_").to_list(None)
            found += await in_turns(stored, _ranked)
        return found


def _document(level: RankedLevel) -> BsonDocument:
    return {
        "_id": level_id(level.key),
        "sku": level.key.sku,
        "location": level.key.location,
        "abc_class": level.abc_class.value,
        "is_dead_stock": level.is_dead_stock,
        "sales_value": -level.sales_value,
        "stock_value": -level.stock_value,
        "cover": level.cover,
        "out_time": -level.out_time,
    }


def _ranked(document: BsonDocument) -> RankedLevel:
    return RankedLevel(
        key=LevelKey(document["sku"], document["location"]),
        abc_class=AbcClass(document["abc_class"]),
        is_dead_stock=document["is_dead_stock"],
        sales_value=-document["sales_value"],
        stock_value=-document["stock_value"],
        cover=document["cover"],
        out_time=-document["out_time"],
    )
