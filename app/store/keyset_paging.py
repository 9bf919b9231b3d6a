"""Keyset paging: a page of a collection begins behind the sort values of the last entry before it.

No entries are skipped, so that a page costs the same at any depth.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

from app.services.concurrency.time_slices import in_turns
from app.services.page_cursor import KeysetPosition
from app.services.paging import Page, PageRequest
from app.store.driver.client import BsonDocument, Collection
from app.store.single_reply import find_in_one

T = TypeVar("T")
Sort = Sequence[tuple[str, int]]


async def read_page(
    collection: Collection,
    query: BsonDocument,
    *,
    sort: Sort,
    page: PageRequest,
    order: str,
    position: Callable[[BsonDocument], KeysetPosition],
    build: Callable[[BsonDocument], T],
    projection: BsonDocument | None = None,
    hint: str | None = None,
    is_split: bool = True,
    is_quick: bool = False,
) -> Page[T]:
    """Read the page, and one entry more to see whether another follows. Not `is_split`: see after_in_one.

    `is_quick` tells that an entry is built in a microsecond or two, so that a page of them needs no turns.
    """
    if page.first == 0:
        return Page(nodes=(), positions=(), order=order, has_next=False)
    least = None
    if page.after is not None and not query and hint is not None and len(page.after) == len(sort):
        least = _first_behind(sort, page.after)
    if page.after is not None and least is None:
        behind = (after if is_split else after_in_one)(sort, page.after)
        query = {"$and": [query, behind]} if query else behind
    documents = await find_in_one(
        collection, query, projection, sort=list(sort), limit=page.first + 1, hint=hint, least=least
    )
    return await page_of(documents, page=page, order=order, position=position, build=build, is_quick=is_quick)


async def page_of(
    documents: Sequence[BsonDocument],
    *,
    page: PageRequest,
    order: str,
    position: Callable[[BsonDocument], KeysetPosition],
    build: Callable[[BsonDocument], T],
    is_quick: bool = False,
) -> Page[T]:
    """Return the page that begins with these documents, of which there is one more if another page follows."""
    shown = documents[: page.first]
    return Page(
        nodes=tuple(map(build, shown) if is_quick else await in_turns(shown, build)),
        positions=tuple(map(position, shown)),
        order=order,
        has_next=len(documents) > page.first,
    )


async def count(collection: Collection, query: BsonDocument) -> int:
    """Return how many documents match; without a query by the collection's metadata, which costs nothing."""
    return await (collection.count_documents(query) if query else collection.estimated_document_count())


def _first_behind(sort: Sort, position: KeysetPosition) -> BsonDocument | None:
    """Return the first key behind a position, in an ascending index of texts: where an unfiltered list goes on.

    The server seeks it, and has no condition to plan or to check: half of what such a page costs it otherwise.
    """
    if any(direction < 0 for _, direction in sort) or not isinstance(position[-1], str):
        return None
    *before, last = position
    return dict(zip([name for name, _ in sort], [*before, f"{last}\0"], strict=True))


def after(sort: Sort, position: KeysetPosition) -> BsonDocument:
    """Return the query of what comes after a position: `(a, b) > (x, y)` in the form that an index serves.

    The first condition bounds the index scan; the others only filter the entries that share the first value. A
    position shorter than the sort lies behind everything that begins with it.
    """
    (first, direction), *rest = sort
    strict = {1: "$gt", -1: "$lt"}
    if len(position) == 1:
        return {first: {strict[direction]: position[0]}}
    return {
        first: {strict[direction] + "e": position[0]},
        "$or": [{first: {strict[direction]: position[0]}}, after(rest, position[1:])],
    }


def after_in_one(sort: Sort, position: KeysetPosition) -> BsonDocument:
    """Return the same query in a form for which the server cannot scan once per alternative and sort the results.

    Its planner does so where some conditions are left for the documents themselves, and few documents of its trial
    meet them. The price is to read the documents before the position that share the first value.
    """
    (first, direction), *rest = sort
    if len(position) == 1 or not rest:
        return after(sort, position)
    least = {1: "$gte", -1: "$lte"}[direction]
    return {first: {least: position[0]}, "$nor": [{first: position[0], "$nor": [after_in_one(rest, position[1:])]}]}
