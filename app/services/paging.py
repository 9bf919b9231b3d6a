"""Keyset pagination: pages of ordered lists, addressed by the position after which they begin.

A cursor is opaque to clients: the name of the order and the sort values of the last entry. A page is found by those
values, never by counting, so it costs the same at any depth, and no entry is skipped while others come and go.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from app.domain.excerpt import entries_between, length_of
from app.domain.failures import BadArgument
from app.services.page_cursor import KeysetPosition, cursor_of, position_of

MAX_PAGE_SIZE = 250  # keeps one answer small enough to build in a few milliseconds
MAX_PART_SIZE = 1_000  # of a list that is part of what was read anyway: all lines of a document
WHOLE_LIST_PAGE_SIZE = 1_000  # of a list that the server itself reads to its end
DEFAULT_PAGE_SIZE = 50
DEFAULT_PART_SIZE = 20  # small, as it is multiplied where its list stands below another

T = TypeVar("T")

Row = tuple[Any, ...]  # the values of some attributes of an entry, in the order in which they were asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRequest:
    """Which page: `first` entries after a position."""

    first: int = DEFAULT_PAGE_SIZE
    after: KeysetPosition | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[T]):
    """Some entries with the position of each in the named order, and whether more follow."""

    nodes: tuple[T, ...]
    positions: tuple[KeysetPosition, ...]
    order: str
    has_next: bool

    @property
    def cursors(self) -> tuple[str, ...]:
        """The cursor of each entry."""
        return tuple(cursor_of(position, order=self.order) for position in self.positions)

    @property
    def start_cursor(self) -> str | None:
        """The cursor of the first entry; None on an empty page."""
        return cursor_of(self.positions[0], order=self.order) if self.positions else None

    @property
    def end_cursor(self) -> str | None:
        """The cursor of the last entry; None on an empty page."""
        return cursor_of(self.positions[-1], order=self.order) if self.positions else None


def page_request(
    *, order: str, shape: tuple[type, ...], first: int, after: str | None, maximum: int = MAX_PAGE_SIZE
) -> PageRequest:
    """Check the arguments of a list whose sort values have the types in `shape`.

    Raises BadArgument where `first` is out of range or the cursor belongs to another list.
    """
    if not 0 <= first <= maximum:
        raise BadArgument(f"`first` must be between 0 and {maximum}, not {first}.")
    return PageRequest(first=first, after=None if after is None else position_of(after, order=order, shape=shape))


def first_of(entries: Sequence[T], first: int) -> Sequence[T]:
    """Return so many entries. Raises BadArgument."""
    return entries[: page_request(order="", shape=(), first=first, after=None).first]


async def pages(
    read: Callable[[PageRequest], Awaitable[Page[T]]],
    *,
    size: int = WHOLE_LIST_PAGE_SIZE,
    after: KeysetPosition | None = None,
) -> AsyncIterator[Page[T]]:
    """Read a list page by page and yield each page, from the first or behind a position up to the last."""
    while True:
        page = await read(PageRequest(first=size, after=after))
        yield page
        if not page.has_next:
            return
        after = page.positions[-1]


def page_of_all(entries: Sequence[T], *, order: str, first: int, after: str | None) -> Page[T]:
    """Return a page of a list that is in memory as a whole, and addressed by the index of each entry.

    Raises BadArgument.
    """
    start, stop = places_asked(order=order, first=first, after=after)
    nodes = tuple(entries_between(entries, start, stop))
    positions = tuple((index,) for index in range(start, start + len(nodes)))
    return Page(nodes=nodes, positions=positions, order=order, has_next=stop < length_of(entries))


def places_asked(*, order: str, first: int, after: str | None) -> tuple[int, int]:
    """Return the first index of a page of such a list, and the index behind its last. Raises BadArgument."""
    page = page_request(order=order, shape=(int,), first=first, after=after, maximum=MAX_PART_SIZE)
    start = 0 if page.after is None else max(int(page.after[0]) + 1, 0)
    return start, start + first
