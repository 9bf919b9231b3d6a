"""Reads levels."""

from collections.abc import Mapping, Sequence

from app.domain.level import Level, LevelKey
from app.services.filters import LevelFilter, LevelOrder
from app.services.paging import Page, PageRequest, Position
from app.store.client import Database, Document
from app.store.documents import level_id, level_of
from app.store.failures import unavailable_on_failure
from app.store.paging import count, read_page

_PROJECTION = {"words": 0}
_SORTS = {
    LevelOrder.SKU: [("sku", 1), ("location", 1)],
    LevelOrder.LOCATION: [("location", 1), ("sku", 1)],
}


@unavailable_on_failure
class MongoLevels:
    """See LevelReader."""

    def __init__(self, database: Database) -> None:
        self._levels = database["levels"]

    async def levels_at(self, keys: Sequence[LevelKey]) -> Mapping[LevelKey, Level]:
        """See LevelReader."""
        ids = [level_id(key) for key in keys]
        found = await self._levels.find({"_id": {"$in": ids}}, _PROJECTION, batch_size=len(ids) + 1).to_list(None)
        return {level.key: level for level in map(level_of, found)}

    async def levels(self, where: LevelFilter, *, order: LevelOrder = LevelOrder.SKU, page: PageRequest) -> Page[Level]:
        """See LevelReader."""
        sort = _SORTS[order]

        def position(document: Document) -> Position:
            return tuple(document[name] for name, _ in sort)

        return await read_page(
            self._levels,
            level_query(where),
            sort=sort,
            page=page,
            order=order.value,
            position=position,
            build=level_of,
            projection=_PROJECTION,
            hint=_index(where, order),
        )

    async def count_levels(self, where: LevelFilter) -> int:
        """See LevelReader."""
        return await count(self._levels, level_query(where))


def level_query(where: LevelFilter) -> Document:
    """Return the query of a filter."""
    query: Document = {}
    if where.skus is not None:
        query["sku"] = {"$in": list(where.skus)}
    if where.locations is not None:
        query["location"] = {"$in": list(where.locations)}
    if where.statuses is not None:
        query["status"] = {"$in": [status.value for status in where.statuses]}
    if where.words:
        query["words"] = {"$all": list(where.words)}
    return query


def _index(where: LevelFilter, order: LevelOrder) -> str:
    """Return the index that narrows the list and has its order.

    Left to choose, the server now and then prefers to collect thousands of levels and sort them in memory.
    """
    by_sku = order is LevelOrder.SKU
    if where.words:
        return "by_word" if by_sku else "by_word_at"
    if where.statuses is not None and (where.skus if by_sku else where.locations) is None:
        return "by_status" if by_sku else "by_status_at"
    is_one_place = where.skus is None and where.locations is not None and len(where.locations) == 1
    return "by_sku" if by_sku and not is_one_place else "by_location"
