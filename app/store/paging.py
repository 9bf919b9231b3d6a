"""One page of a collection by keyset: the sort values of the last entry stand in the query.

Nothing is counted off, so that a page costs the same at any depth.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

from app.services.paging import Page, PageRequest, Position
from app.store.client import Collection, Document

T = TypeVar("T")
Sort = Sequence[tuple[str, int]]


async def read_page(
    collection: Collection,
    query: Document,
    *,
    sort: Sort,
    page: PageRequest,
    order: str,
    position: Callable[[Document], Position],
    build: Callable[[Document], T],
    projection: Document | None = None,
    hint: str | None = None,
) -> Page[T]:
    """Read the page, and one entry more to see whether another follows."""
    if page.first == 0:
        return Page(nodes=(), positions=(), order=order, has_next=False)
    if page.after is not None:
        query = {"$and": [query, after(sort, page.after)]} if query else after(sort, page.after)
    found = collection.find(
        query, projection, sort=list(sort), limit=page.first + 1, batch_size=page.first + 2, hint=hint
    )
    documents = await found.to_list(None)
    shown = documents[: page.first]
    return Page(
        nodes=tuple(build(document) for document in shown),
        positions=tuple(position(document) for document in shown),
        order=order,
        has_next=len(documents) > page.first,
    )


async def count(collection: Collection, query: Document) -> int:
    """Return how many documents match; without a query from the collection's own books, which cost nothing."""
    return await (collection.count_documents(query) if query else collection.estimated_document_count())


def after(sort: Sort, position: Position) -> Document:
    """Return the query of what comes after a position: `(a, b) > (x, y)` spelled so that the index serves it.

    The first condition bounds the index scan; the others only sort out the entries that share the first value. A
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
