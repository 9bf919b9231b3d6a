"""Which items a principal sees follows their categories, some seconds later in feeds."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.domain.access.visibility import EVERYTHING, Visibility
from app.domain.catalog.catalog import Item
from app.domain.time import NEVER
from app.services.access.visible_items import TRUST_SECONDS, VisibleItems

TEA = Visibility(categories=frozenset({"Tea"}))


class Shelf:
    """A catalog in memory, as far as it is asked, that counts how often that is."""

    def __init__(self, **categories: str | None) -> None:
        self.categories = categories
        self.asked: list[Sequence[str]] = []

    async def items(self, skus: Sequence[str]) -> Mapping[str, Item]:
        self.asked.append(skus)
        return {
            sku: Item(sku=sku, name=sku, category=self.categories[sku], created_at=NEVER, updated_at=NEVER)
            for sku in skus
            if sku in self.categories
        }

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - the other methods of the port
        raise NotImplementedError(name)


async def test_items_are_visible_by_category_whatever_its_case() -> None:
    """Those without a category, and those that do not exist, are not."""
    items = VisibleItems(Shelf(a="TEA", b="Cups", c=None), visibility=TEA)
    assert await items.among(["a", "b", "c", "d"]) == {"a"}
    assert await items.lately_among(["a", "b", "c", "d"]) == {"a"}


async def test_nothing_is_looked_up_for_those_whom_categories_do_not_limit() -> None:
    """They see also what does not exist yet."""
    shelf = Shelf()
    items = VisibleItems(shelf, visibility=EVERYTHING)
    assert set(await items.among(["a"])) == set(await items.lately_among(["a"])) == {"a"}
    assert shelf.asked == []


async def test_an_item_that_changes_its_category_enters_and_leaves_feeds_within_seconds() -> None:
    """Until then it is not looked up again; an answer looks it up each time."""
    shelf, now = Shelf(a="Tea", b="Cups"), [0.0]
    items = VisibleItems(shelf, visibility=TEA, monotonic=lambda: now[0])
    assert await items.lately_among(["a", "b"]) == {"a"}
    shelf.categories = {"a": "Cups", "b": "Tea"}
    assert await items.lately_among(["a", "b"]) == {"a"}
    assert len(shelf.asked) == 1
    assert await items.among(["a", "b"]) == {"b"}
    now[0] = TRUST_SECONDS + 0.1
    assert await items.lately_among(["a", "b"]) == {"b"}
