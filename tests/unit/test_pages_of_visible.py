"""Pages of what is visible because of its item, where the items are too many to be named."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import pytest

from app.domain.access.visibility import Visibility
from app.domain.catalog.catalog import Item
from app.domain.time import NEVER
from app.services.filters import MovementFilter
from app.services.limited.sight import FEW_ITEMS, Sight, page_of_visible
from app.services.paging import Page, PageRequest

ENTRIES = [f"S-{number:04}" for number in range(4_000)]  # each is about the item of its name


class Catalog:
    """Items of which some, by their numbers, are of the category Tea."""

    def __init__(self, visible: Collection[str]) -> None:
        self.visible = visible

    async def items(self, skus: Sequence[str]) -> Mapping[str, Item]:
        """Return the items."""
        return {
            sku: Item(
                sku=sku,
                name=sku,
                category="Tea" if sku in self.visible else "Cups",
                created_at=NEVER,
                updated_at=NEVER,
            )
            for sku in skus
        }

    async def skus_in(self, categories: Collection[str], *, limit: int | None = None) -> frozenset[str]:
        """Return those of Tea."""
        assert categories == {"tea"}
        return frozenset(sorted(self.visible)[:limit])


@pytest.mark.parametrize("first", [1, 20, 250])
@pytest.mark.parametrize(
    "visible",
    [ENTRIES[:3], ENTRIES[1::3], ENTRIES[-1_500:], [*ENTRIES[:2], *ENTRIES[-1_200:]], [], ENTRIES],
    ids=["few", "every third", "the last", "the first and the last", "none", "all"],
)
async def test_pages_of_what_is_visible_are_whole_and_in_order(visible: Sequence[str], first: int) -> None:
    """Page by page, each entry once and none that is not visible; the last page says that it is the last."""
    catalog: Any = Catalog(frozenset(visible))
    sight = Sight(Visibility(categories=frozenset({"tea"})), catalog=catalog)
    asked: list[int] = []

    async def read(where: MovementFilter, page: PageRequest) -> Page[str]:
        asked.append(page.first)
        there = [each for each in ENTRIES if where.visible_skus is None or each in where.visible_skus]
        behind = [each for each in there if page.after is None or each > str(page.after[0])]
        nodes = tuple(behind[: page.first])
        return Page(
            nodes=nodes, positions=tuple((each,) for each in nodes), order="", has_next=len(behind) > page.first
        )

    async def keep(entries: Sequence[str]) -> Sequence[str]:
        seen = await sight.items(entries)
        return [each for each in entries if each in seen]

    found: list[str] = []
    after = None
    while True:
        page = await page_of_visible(
            read, MovementFilter(), page=PageRequest(first=first, after=after), sight=sight, keep=keep
        )
        found += page.nodes
        if not page.has_next or len(found) > 600:
            break
        assert len(page.nodes) == first
        after = page.positions[-1]
    assert found == list(visible)[: len(found)]
    assert page.has_next or len(found) == len(visible)
    assert asked[0] == first if len(visible) <= FEW_ITEMS else asked[0] > first
