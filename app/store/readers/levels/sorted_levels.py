"""Reads levels in the orders that clients may choose beside those by SKU and by location.

By status, a list is the lists of its statuses, one after the other: an index has each of them by SKU. The numbers of a
level change with every movement. Indexes of them would cost each movement more than all that it costs now, so the
server looks at every level that matches and keeps the first of them: of MAX_SORTED_LEVELS at most (ADR 51).
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Final

from app.domain.failures import TooManyToSort
from app.domain.stock.availability import LevelStatus
from app.domain.stock.level import Level
from app.services.filters import MAX_SORTED_LEVELS, STATUS_RANKS, LevelFilter, LevelOrder, LevelSort, list_order
from app.services.page_cursor import KeysetPosition
from app.services.paging import Page, PageRequest
from app.store.driver.client import BsonDocument, Collection, aggregated
from app.store.keyset_paging import Sort, after, page_of
from app.store.mapping.catalog import WITHOUT_SEARCH_FIELDS
from app.store.mapping.level_rows import level_as_it_stands
from app.store.queries.levels import level_index, open_query
from app.store.single_reply import documents_by_ids

ReadBySku = Callable[[LevelFilter, PageRequest], Awaitable[Page[Level]]]

_PROMISED = ("reserved", "unavailable", "backordered")
_UNPROMISED: BsonDocument = {
    "$subtract": ["$on_hand", {"$sum": [f"${name}" for name in _PROMISED]}]
}  # $sum takes a missing field for 0


async def page_by_status(read: ReadBySku, where: LevelFilter, *, descending: bool, page: PageRequest) -> Page[Level]:
    """Return a page of the levels of each status in turn, as `read` returns them by SKU."""
    nodes: list[Level] = []
    positions: list[KeysetPosition] = []
    for status in sorted(LevelStatus, key=STATUS_RANKS.__getitem__, reverse=descending):
        rank, behind = STATUS_RANKS[status], None
        if page.after is not None:
            place = int(page.after[0])
            if (rank > place) if descending else (rank < place):
                continue
            behind = page.after[1:] if rank == place else None
        if len(nodes) > page.first or (where.statuses is not None and status not in where.statuses):
            continue
        some = PageRequest(first=page.first + 1 - len(nodes) if page.first else 0, after=behind)
        found = await read(replace(where, statuses=(status,)), some)
        nodes += found.nodes
        positions += [(rank, *position) for position in found.positions]
    return Page(
        nodes=tuple(nodes[: page.first]),
        positions=tuple(positions[: page.first]),
        order=list_order(LevelSort.STATUS, descending=descending),
        has_next=len(nodes) > page.first,
    )


async def page_by_number(
    levels: Collection,
    where: LevelFilter,
    *,
    sort: LevelSort,
    descending: bool,
    page: PageRequest,
    archived: frozenset[str],
) -> Page[Level]:
    """Return a page of the levels by one of their numbers, equal ones by SKU and location. Raises TooManyToSort."""
    query, index = open_query(where, archived), level_index(where, LevelOrder.SKU)
    order: Sort = (("sorted_by", -1 if descending else 1), ("sku", 1), ("location", 1))
    if page.first:
        await _check_number(levels, query, index, sort)
    behind = [] if page.after is None else [{"$match": after(order, page.after)}]
    pipeline: list[BsonDocument] = [
        {"$match": query},
        # Of all these levels no more is read than what they are sorted by.
        {"$project": {"sku": 1, "location": 1, "sorted_by": _number(sort, archived)}},
        *behind,
        {"$sort": dict(order)},
        {"$limit": page.first + 1},
    ]
    places = await aggregated(levels, pipeline, hint=index) if page.first else []
    found = await documents_by_ids(levels, [place["_id"] for place in places], WITHOUT_SEARCH_FIELDS) if places else []
    by_id = {document["_id"]: document for document in found}
    return await page_of(
        [{**by_id[place["_id"]], "sorted_by": place["sorted_by"]} for place in places],
        page=page,
        order=list_order(sort, descending=descending),
        position=lambda document: (document["sorted_by"], document["sku"], document["location"]),
        build=lambda document: level_as_it_stands(document, archived),
    )


async def _check_number(levels: Collection, query: BsonDocument, index: str, sort: LevelSort) -> None:
    """Count no more than may be sorted; all levels by the collection's metadata, which costs nothing."""
    if query:
        found = await levels.count_documents(query, hint=index, limit=MAX_SORTED_LEVELS + 1)
    else:
        found = await levels.estimated_document_count()
    if found > MAX_SORTED_LEVELS:
        raise TooManyToSort(sort.value, most=MAX_SORTED_LEVELS)


def _number(sort: LevelSort, archived: frozenset[str]) -> str | BsonDocument:
    """Return the expression of the number by which levels are sorted."""
    if sort is not LevelSort.AVAILABLE:
        return _STORED[sort]
    is_closed: BsonDocument = {"$or": ["$is_item_archived", {"$in": ["$location", sorted(archived)]}]}
    return {"$cond": [is_closed, {"$min": [_UNPROMISED, 0]}, _UNPROMISED]}


_STORED: Final[dict[LevelSort, str]] = {LevelSort.ON_HAND: "$on_hand", LevelSort.CHANGED_AT: "$changed_at"}
