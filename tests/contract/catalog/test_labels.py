"""The categories and tags in use, the same over every store."""

from app.domain.access.visibility import Visibility
from app.domain.catalog.commands.upsert_item import ItemChange
from app.domain.catalog.labels import MAX_LABELS, LabelKind
from app.services.limited.catalog import LimitedCatalog
from app.services.limited.sight import Sight
from tests.support.scene import request_info
from tests.support.store import Store

CATEGORY, TAG = LabelKind.CATEGORY, LabelKind.TAG


async def given_items(store: Store) -> None:
    """Label some items; two spell a label differently, and one has none."""
    for sku, category, tags in (
        ("A-1", "Tea", ("Loose", "new")),
        ("A-2", "tea", ("NEW",)),
        ("B-1", "Cups", ("new", "Öko", "nearly")),
        ("C-1", None, ()),
    ):
        change = ItemChange(sku=sku, name=sku, category=category, tags=tags)
        await store.shop.change_item(change, request=request_info())


async def test_labels_are_those_that_items_have(store: Store) -> None:
    """In order, each once, as its first item spells it."""
    await given_items(store)
    assert await store.shop.labels(CATEGORY, beginning="") == ["Cups", "Tea"]
    assert await store.shop.labels(TAG, beginning="") == ["Loose", "nearly", "new", "Öko"]
    assert await store.shop.labels(TAG, beginning="NE") == ["nearly", "new"]
    assert await store.shop.labels(TAG, beginning="new!") == []
    assert await store.shop.labels(CATEGORY, beginning="öko") == []


async def test_labels_of_what_is_hidden_are_not_suggested(store: Store) -> None:
    """Where categories limit."""
    await given_items(store)
    seen = Visibility(locations=None, categories=frozenset({"TEA"}))
    catalog = LimitedCatalog(store.catalog, sight=Sight(seen, catalog=store.catalog))
    assert await catalog.labels(CATEGORY, beginning="") == ["Tea"]
    assert await catalog.labels(TAG, beginning="") == ["Loose", "new"]
    assert await catalog.labels(TAG, beginning="", within=["Cups"]) == []


async def test_no_more_labels_are_read_than_are_shown(store: Store) -> None:
    """However many there are."""
    for number in range(6):
        tags = tuple(f"T{number}-{each:02}" for each in range(10))
        await store.shop.change_item(ItemChange(sku=f"S-{number}", name="Thing", tags=tags), request=request_info())
    found = await store.shop.labels(TAG, beginning="t")
    assert (len(found), found[0], found[-1]) == (MAX_LABELS, "T0-00", "T4-09")
