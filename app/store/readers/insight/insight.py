"""Reads what insight is made of: sums over the ledger, added up by the server.

Sums of given levels use an index by level, and take milliseconds. Sums of whole locations read all of their lines
within the window, at 4 to 8 µs of the server each, and have a time limit of their own.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import pymongo
from pymongo.errors import ExecutionTimeout, NetworkTimeout

from app.domain.insight.insight import DayEndCounts, LedgerSums
from app.domain.insight.ranking import RankingTooLarge, StockedLevel
from app.domain.insight.window import Window
from app.domain.money import Money
from app.domain.stock.level import LevelKey
from app.domain.stock.movement import MovementReason
from app.domain.time import Moment
from app.services.filters import LevelFilter
from app.store.driver.client import BsonDocument, Database, aggregated
from app.store.driver.failures import raises_unavailable
from app.store.mapping import names
from app.store.queries.level_lines import BY_LEVEL, lines_of
from app.store.queries.levels import level_query, levels_at
from app.store.queries.movements import AT_LOCATION
from app.store.readers.insight.insight_sums import sales, sums, sums_of

T = TypeVar("T")

RANKING_SECONDS = 20  # after which the server aborts the query; 1,000,000 lines take 4 to 8 s of a free core
_BATCH_ROWS = 1_000  # 5 ms of this process at a time, so that other requests get their turns

_KEY = {"_id": 0, "sku": 1, "location": 1}
_STOCK = {
    **_KEY,
    **dict.fromkeys(
        ("on_hand", "reserved", "unavailable", "backordered", "unit_cost", "is_item_archived", "closed"), 1
    ),
}
_NEWEST_SALE: list[BsonDocument] = [
    {"$match": {"reason": MovementReason.SALE.value}},
    {"$sort": {"recorded_at": -1}},
    {"$limit": 1},
    {"$project": {"_id": 0, "recorded_at": 1}},
]


class MongoInsight:
    """InsightReader over MongoDB."""

    def __init__(self, database: Database, *, seconds: float = RANKING_SECONDS) -> None:
        self._levels = database[names.LEVELS]
        self._movements = database[names.MOVEMENTS]
        self._seconds = seconds

    @raises_unavailable
    async def sums_at(self, keys: Sequence[LevelKey], *, window: Window) -> Mapping[LevelKey, LedgerSums]:
        pipeline = [{"$match": lines_of(keys, since=window.since)}, *sums(window)]
        return dict(map(sums_of, await aggregated(self._movements, pipeline, hint=BY_LEVEL)))

    @raises_unavailable
    async def last_sold(self, keys: Sequence[LevelKey]) -> Mapping[LevelKey, Moment]:
        # The index has the sales of a level in a row: one line of each level is read.
        is_of_level = {"$and": [{"$eq": ["$sku", "$$sku"]}, {"$eq": ["$location", "$$location"]}]}
        newest_sale: BsonDocument = {
            "from": self._movements.name,
            "let": {"sku": "$sku", "location": "$location"},
            "pipeline": [{"$match": {"$expr": is_of_level}}, *_NEWEST_SALE],
            "as": "sale",
        }
        pipeline: list[BsonDocument] = [
            {"$match": levels_at(keys)},
            {"$lookup": newest_sale},
            {"$unwind": "$sale"},
            {"$project": {**_KEY, "sold_at": "$sale.recorded_at"}},
        ]
        found = await aggregated(self._levels, pipeline, hint="_id_")
        return {_key(document): Moment(document["sold_at"]) for document in found}

    @raises_unavailable
    async def sums_in(self, locations: Sequence[str], *, window: Window) -> Mapping[LevelKey, LedgerSums]:
        return await self._whole(locations, window, sums(window))

    @raises_unavailable
    async def sales_in(self, locations: Sequence[str], *, window: Window) -> Mapping[LevelKey, LedgerSums]:
        return await self._whole(locations, window, [sales()])

    @raises_unavailable
    async def stock_in(self, locations: Sequence[str], *, limit: int) -> Sequence[StockedLevel]:
        where = {"location": {"$in": list(locations)}}
        found = self._levels.find(where, _STOCK, limit=limit + 1, batch_size=_BATCH_ROWS, hint="by_location")
        with self._within_time():
            return _bounded(await _all(found, _stocked), limit=limit)

    @raises_unavailable
    async def matching(self, where: LevelFilter, *, limit: int) -> Collection[LevelKey]:
        found = self._levels.find(level_query(where), _KEY, limit=limit + 1, batch_size=_BATCH_ROWS)
        with self._within_time():
            return frozenset(_bounded(await _all(found, _key), limit=limit))

    async def _whole(
        self, locations: Sequence[str], window: Window, stages: list[BsonDocument]
    ) -> Mapping[LevelKey, LedgerSums]:
        where = {"location": {"$in": list(locations)}, "recorded_at": {"$gte": window.since}}
        # The groups may take more than the 100 MB that the server keeps in memory.
        opened: Any = self._movements.aggregate(
            [{"$match": where}, *stages], hint=AT_LOCATION, allowDiskUse=True, batchSize=_BATCH_ROWS
        )
        with self._within_time():
            return dict(await _all(opened, sums_of))

    @contextmanager
    def _within_time(self) -> Iterator[None]:
        """Give the server more time than for other reads. Raises RankingTooLarge where that is not enough."""
        try:
            with pymongo.timeout(self._seconds):
                yield
        except (ExecutionTimeout, NetworkTimeout) as error:
            raise RankingTooLarge(f"{self._seconds:g} s") from error


async def _all(opened: Any, build: Callable[[BsonDocument], T]) -> list[T]:  # noqa: ANN401 - each driver has its own kind
    """Return the documents of a cursor, built batch by batch. PyMongo's aggregations are awaited, Motor's are not."""
    cursor = await opened if hasattr(opened, "__await__") else opened
    try:
        return [build(document) async for document in cursor]
    finally:
        await cursor.close()


def _bounded(found: list[T], *, limit: int) -> list[T]:
    if len(found) > limit:
        raise RankingTooLarge(f"{limit:,} levels")
    return found


def _key(document: BsonDocument) -> LevelKey:
    return LevelKey(document["sku"], document["location"])


def _stocked(document: BsonDocument) -> StockedLevel:
    on_hand = document["on_hand"]
    taken = document["reserved"] + document["unavailable"] + document.get("backordered", 0)
    cost = document.get("unit_cost")
    return StockedLevel(
        key=_key(document),
        counts=DayEndCounts(on_hand, on_hand - taken),
        unit_cost=None if cost is None else Money(cost),
        is_closed=document.get("closed", False) or document["is_item_archived"],
    )
