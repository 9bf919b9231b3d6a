"""Finds shortages: levels with a shortfall, and the orders that hold units there."""

from collections.abc import Sequence

from app.domain.reservations.shortage import Holding
from app.domain.stock.level import Level, LevelKey
from app.store.driver.client import BsonDocument, Database
from app.store.driver.failures import raises_unavailable
from app.store.mapping import names
from app.store.mapping.catalog import WITHOUT_SEARCH_FIELDS
from app.store.mapping.levels import level_id, level_of
from app.store.queries.newest_first import NEWEST_FIRST


class MongoShortages:
    """ShortageReader over MongoDB."""

    def __init__(self, database: Database) -> None:
        self._reservations = database[names.RESERVATIONS]
        self._levels = database[names.LEVELS]

    @raises_unavailable
    async def short_levels(self, *, sku: str | None, location: str | None, limit: int) -> Sequence[Level]:
        wanted: BsonDocument = {"shortfall": {"$gte": 1}}
        wanted |= {name: value for name, value in (("sku", sku), ("location", location)) if value is not None}
        order = [("sku", 1), ("location", 1)]
        found = self._levels.find(wanted, WITHOUT_SEARCH_FIELDS, sort=order, limit=limit, hint="in_shortfall")
        return [level_of(stored) for stored in await found.to_list(None)]

    @raises_unavailable
    async def newest_holding(self, key: LevelKey, *, units: int) -> Sequence[Holding]:
        wanted: BsonDocument = {"places": level_id(key), "is_open": True}
        found = self._reservations.find(wanted, {"holds": 1}, sort=list(NEWEST_FIRST), hint="newest_open_at_level")
        holding: list[Holding] = []
        try:
            async for stored in found:
                held = sum(hold["held"] for hold in stored["holds"] if LevelKey(hold["sku"], hold["location"]) == key)
                if held:
                    holding.append(Holding(stored["_id"], held))
                    units -= held
                if units <= 0:
                    break
        finally:
            await found.close()
        return holding
