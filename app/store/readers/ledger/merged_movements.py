"""Reads lists of movements that have no index of their own, merged from the scans of levels, or of locations.

Rule: no more lines are read than the page has, beside the first of each scan: a page costs a few microseconds per
location and reason, however many lines there are. An item or a shop has thousands of locations at most.
"""

from collections.abc import Sequence
from operator import itemgetter
from typing import Final

from app.services.filters import MovementFilter
from app.services.paging import PageRequest
from app.store.driver.client import BsonDocument, Database
from app.store.keyset_paging import after
from app.store.mapping import names
from app.store.queries.conditions import all_of, in_any_form
from app.store.queries.level_lines import BY_LEVEL
from app.store.queries.movements import AT_LOCATION, LEDGER_ORDER, merged_queries, movement_query
from app.store.single_reply import find_in_one

MERGED: Final = frozenset({BY_LEVEL, AT_LOCATION})

_MANY: Final = 10_000  # in one reply
_place = itemgetter(*(name for name, _ in LEDGER_ORDER))


async def newest_merged(
    database: Database, where: MovementFilter, *, page: PageRequest, hint: str
) -> Sequence[BsonDocument]:
    """Return the lines of the page, and one more if another page follows."""
    wanted = page.first + 1 if page.first else 0
    behind = [] if page.after is None else [after(LEDGER_ORDER, page.after)]
    found: list[BsonDocument] = []
    for query in merged_queries(where, await _locations(database, where) if wanted else ()):
        at_least = [{names.RECORDED_AT: {"$gte": found[-1][names.RECORDED_AT]}}] if len(found) == wanted else []
        bounded = {"$and": [query, *behind, *at_least]}
        lines = await find_in_one(
            database[names.MOVEMENTS], bounded, None, sort=list(LEDGER_ORDER), limit=wanted, hint=hint
        )
        found = sorted([*found, *lines], key=_place, reverse=True)[:wanted]
    return found


async def count_merged(database: Database, where: MovementFilter, *, hint: str) -> int:
    """Return how many lines match."""
    query = movement_query(where)
    if where.sku is None:
        query["location"] = {"$in": list(await _locations(database, where))}
    return await database[names.MOVEMENTS].count_documents(query, hint=hint)


async def _locations(database: Database, where: MovementFilter) -> Sequence[str]:
    """Return the locations that may have such lines: of the filter, of the item's levels, or all; visible ones only."""
    found = await _named(database, where)
    return found if where.visible_at is None else [code for code in found if code in frozenset(where.visible_at)]


async def _named(database: Database, where: MovementFilter) -> Sequence[str]:
    if (location := in_any_form(where.location)) is not None:
        return location["$in"] if isinstance(location, dict) else [location]
    if where.sku is None and where.visible_at is not None:
        return where.visible_at
    if where.sku is None:
        known = database[names.LOCATIONS].find({}, {"_id": 1}, hint="_id_", batch_size=_MANY)
        return [document["_id"] for document in await known.to_list(None)]
    levels = database[names.LEVELS].find(
        all_of({"sku": in_any_form(where.sku)}), {"_id": 0, "location": 1}, hint="by_sku", batch_size=_MANY
    )
    return list(dict.fromkeys([document["location"] for document in await levels.to_list(None)]))
