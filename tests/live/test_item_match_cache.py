"""Search in a live feed."""

from collections.abc import Mapping, Sequence

from app.domain.catalog.catalog import Item
from app.domain.catalog.search import search_terms
from app.domain.time import NEVER
from app.services.catalog.item_match_cache import MAX_VERDICTS, ItemMatchCache
from app.services.ports import CatalogReader

TEA = search_terms(["tea"])


class Shelf:
    """A catalog of given names that counts what it is asked."""

    def __init__(self, **names: str) -> None:
        self._names = names
        self.asked: list[list[str]] = []

    async def items(self, skus: Sequence[str]) -> Mapping[str, Item]:
        self.asked.append(list(skus))
        return {
            sku: Item(sku=sku, name=self._names[sku], created_at=NEVER, updated_at=NEVER)
            for sku in skus
            if sku in self._names
        }


def an_index(shelf: Shelf) -> ItemMatchCache:
    """Return an index over a shelf."""
    catalog: CatalogReader = shelf  # type: ignore[assignment]  # an index asks for items only
    return ItemMatchCache(catalog)


async def test_all_words_must_find_the_item() -> None:
    """Words are looked for in the name and the SKU; an item that does not exist is not found."""
    index = an_index(Shelf(T1="Green tea", T2="Black tea"))
    found = await index.verdicts(search_terms(["tea", "gree"]), ["T1", "T2", "T3"])
    assert found == {"T1": True, "T2": False, "T3": False}


async def test_the_catalog_is_asked_once_for_what_is_not_known() -> None:
    """What was looked up is remembered for what is sought, and known without waiting."""
    shelf = Shelf(T1="Green tea", T2="Black tea")
    index = an_index(shelf)
    assert index.verdict(TEA, "T1") is None
    await index.verdicts(TEA, ["T1"])
    assert index.verdict(TEA, "T1") is True
    await index.verdicts(TEA, ["T1", "T2"])
    await index.verdicts(TEA, ["T1", "T2"])
    assert shelf.asked == [["T1"], ["T2"]]


async def test_what_is_remembered_is_bounded() -> None:
    """The oldest verdicts make room."""
    index = an_index(Shelf())
    await index.verdicts(TEA, [f"T{number}" for number in range(MAX_VERDICTS + 10)])
    assert len(index._verdicts) == MAX_VERDICTS
    assert index.verdict(TEA, "T0") is None
