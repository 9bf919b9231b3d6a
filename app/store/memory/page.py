"""Pages of lists in memory, with the keyset positions of the database."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from app.services.paging import Page, PageRequest

T = TypeVar("T")


def page_of(
    entries: Iterable[T],
    *,
    page: PageRequest,
    order: str,
    position: Callable[[T], Any],
    newest_first: bool = False,
) -> Page[T]:
    """Order the entries by their positions, and return those after the one that the page names."""
    ordered = sorted(entries, key=position, reverse=newest_first)
    if page.after is not None:
        start = page.after
        ordered = [entry for entry in ordered if (position(entry) < start if newest_first else position(entry) > start)]
    shown = ordered[: page.first]
    return Page(
        nodes=tuple(shown),
        positions=tuple(position(entry) for entry in shown),
        order=order,
        has_next=0 < page.first < len(ordered),
    )
