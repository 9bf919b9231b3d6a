"""Tells what of given things a principal may see. Where the category of an item decides, the item is read.

Rule: what decides is here, in the filters and in `is_within` of each document, and nowhere else.
"""

from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from typing import Protocol, Self, TypeVar, runtime_checkable

from app.domain.access.visibility import Visibility
from app.domain.document import Document
from app.domain.stock.level import LevelKey
from app.services.background.cancellation import raise_if_cancelled
from app.services.page_cursor import KeysetPosition
from app.services.paging import WHOLE_LIST_PAGE_SIZE, Page, PageRequest
from app.services.ports import CatalogReader

FEW_ITEMS = 1_000  # whose SKUs take a millisecond or two to be read
READS_OF_ALL = 3  # of a list, of which a part is visible: some milliseconds each

D = TypeVar("D", bound=Document)
T = TypeVar("T")


class Narrowed(Protocol):
    """A filter that knows what is visible."""

    def within(self, visibility: Visibility, /) -> Self:
        """Return the filter of what matches and is visible."""


@runtime_checkable
class NarrowedByItems(Protocol):
    """A filter of what is about one item each."""

    def of_items(self, skus: frozenset[str]) -> Self:
        """Return the filter of what matches and is about these items."""


F = TypeVar("F", bound=Narrowed)


class Sight:
    """What a principal may see. All methods raise Unavailable."""

    def __init__(self, visibility: Visibility, *, catalog: CatalogReader) -> None:
        """Take the catalog of all items."""
        self.visibility = visibility
        self._catalog = catalog

    async def narrowed(self, where: F) -> F:
        """Return a filter of what matches and is visible."""
        there = where.within(self.visibility)
        if self.visibility.categories is None or not isinstance(there, NarrowedByItems):
            return there
        return there.of_items(await self._catalog.skus_in(self.visibility.categories))

    async def items(self, skus: Iterable[str]) -> frozenset[str]:
        """Return which of these items are visible. Where categories do not limit, all are, also unknown ones."""
        wanted = frozenset(skus)
        if self.visibility.categories is None or not wanted:
            return wanted
        found = await self._catalog.items(sorted(wanted))
        return frozenset(sku for sku, item in found.items() if self.visibility.shows_category(item.category))

    async def few_items(self) -> frozenset[str] | None:
        """Return the visible items where categories limit and these have FEW_ITEMS at most; else None."""
        found = await self._catalog.skus_in(self.visibility.categories or (), limit=FEW_ITEMS + 1)
        return found if len(found) <= FEW_ITEMS else None

    async def levels(self, keys: Iterable[LevelKey]) -> frozenset[LevelKey]:
        """Return which of these levels are visible."""
        there = [key for key in keys if self.visibility.shows_location(key.location)]
        items = await self.items(key.sku for key in there)
        return frozenset(key for key in there if key.sku in items)

    async def documents(self, documents: Iterable[D]) -> list[D]:
        """Return which of these documents are visible, in their order. They have to be whole."""
        there = [document for document in documents if document.is_within(self.visibility)]
        items = await self.items(document.about_item for document in there if document.about_item is not None)
        return [document for document in there if document.about_item is None or document.about_item in items]


async def page_of_visible(
    read: Callable[[F, PageRequest], Awaitable[Page[T]]],
    where: F,
    *,
    page: PageRequest,
    sight: Sight,
    keep: Callable[[Sequence[T]], Awaitable[Collection[T]]],
) -> Page[T]:
    """Return a page of what matches, and is kept because its item is visible.

    Where there are some visible items, the database looks for theirs. Of large categories the SKUs are not read: more
    is read than the page has, and the items of all of that are looked up. Where READS_OF_ALL reads do not fill the
    page, the SKUs are read after all.
    """
    there = where.within(sight.visibility)
    if sight.visibility.categories is None or page.first == 0:
        return await read(there, page)
    few = await sight.few_items()
    if few is not None and isinstance(there, NarrowedByItems):
        return await read(there.of_items(few), page)
    nodes: list[T] = []
    positions: list[KeysetPosition] = []
    asked, size = page, page.first
    left = READS_OF_ALL
    while True:
        size = min(2 * size + 1, WHOLE_LIST_PAGE_SIZE)
        found = await read(there, PageRequest(first=size, after=asked.after))
        kept = {id(node) for node in await keep(found.nodes)}
        for node, position in zip(found.nodes, found.positions, strict=True):
            if id(node) in kept:
                nodes.append(node)
                positions.append(position)
        if len(nodes) > page.first or not found.has_next:
            break
        asked = PageRequest(first=size, after=found.positions[-1])
        raise_if_cancelled()
        left -= 1
        if not left:
            there = await sight.narrowed(where)
    return Page(
        nodes=tuple(nodes[: page.first]),
        positions=tuple(positions[: page.first]),
        order=found.order,
        has_next=len(nodes) > page.first,
    )


async def first_visible(
    read: Callable[[int], Awaitable[Sequence[T]]], keep: Callable[[Sequence[T]], Awaitable[Sequence[T]]], *, limit: int
) -> list[T]:
    """Return the first entries that are kept. `read` returns the first so many: more are read until enough are kept."""
    asked = limit
    while True:
        found = await read(asked)
        kept = await keep(found)
        if len(kept) >= limit or len(found) < asked:
            return list(kept[:limit])
        raise_if_cancelled()
        asked *= 4
