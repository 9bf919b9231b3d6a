"""The other side of the write benchmarks: the driver's conditional increment and nothing else. No ledger, no checks."""

from collections.abc import Iterator
from typing import Any

from pymongo import AsyncMongoClient, ReturnDocument

from app.domain.stock.level import LevelKey
from app.store.mapping.levels import level_id
from bench.closed_loop import closed_loop
from bench.measure import Run
from bench.scene import LOCATION, SKUS, STOCK_UNITS

DATABASE, COLLECTION = "bench_driver", "levels"


class DriverLoop:
    """One `find_one_and_update` per operation, majority, with the driver's defaults otherwise."""

    def __init__(self, client: AsyncMongoClient[dict[str, Any]], keys: Iterator[LevelKey]) -> None:
        self._levels = client[DATABASE][COLLECTION]
        self._keys = keys

    async def run(self, seconds: float, *, callers: int) -> Run:
        """Take single units for so many seconds."""
        return await closed_loop(self._take_one, callers=callers, seconds=seconds)

    async def _take_one(self) -> None:
        found = await self._levels.find_one_and_update(
            {"_id": level_id(next(self._keys)), "on_hand": {"$gte": 1}},
            {"$inc": {"on_hand": -1, "version": 1}},
            return_document=ReturnDocument.AFTER,
        )
        assert found is not None, "the stock has run out"


def open_driver(url: str) -> AsyncMongoClient[dict[str, Any]]:
    """Return a client as anyone would open it."""
    return AsyncMongoClient(url, w="majority")


async def stock_the_driver(client: AsyncMongoClient[dict[str, Any]]) -> None:
    """Give the driver levels of its own, as large as ours and without rules and further indexes."""
    await client[DATABASE][COLLECTION].insert_many(
        {
            "_id": level_id(LevelKey(sku, LOCATION)),
            "sku": sku,
            "location": LOCATION,
            "on_hand": STOCK_UNITS,
            "reserved": 0,
            "unavailable": 0,
            "available": STOCK_UNITS,
            "status": "IN_STOCK",
            "version": 1,
        }
        for sku in SKUS
    )
