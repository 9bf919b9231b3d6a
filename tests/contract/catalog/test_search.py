"""Search: whatever is asked for, every store finds what a naive look at each item finds."""

import asyncio
import random
import re
from dataclasses import dataclass, replace
from itertools import product

import pytest

from app.domain.catalog.catalog import Item
from app.domain.catalog.commands.upsert_item import ItemChange
from app.domain.catalog.search import search_words
from app.domain.stock.availability import LevelStatus
from app.domain.stock.level import Level, LevelKey
from app.services.filters import ItemFilter, ItemOrder, LevelFilter, LevelOrder
from tests.support.clock import START
from tests.support.scene import adjust, given_item, given_location, request_info
from tests.support.store import Store, whole

CODES = ("EAST", "MAIN", "north")
CATEGORIES = ("Tea", "tea", "Tea & Coffee", None)
TAGS = ("new", "New", "sale", "on sale", "TAG:new")
PREFIXES = (
    "T",
    "TEA",
    "TEA-",
    "tea",
    "TEA-0",
    "TEA-00",
    "#",
    "#T",
    "茶",
    "A B",
    "",
    "X",
    "TEA-0001-SMALL-RED",
    "\U0001f600",
)
TYPED = (
    *("tea", "te", "t", "jas", "jasm", "jasmin", "jasmine", "jasminex", "tea-0", "tea-00", "tea-0001-sm", "#tea"),
    *("STRASSE", "TEA jas", "green tea", "0001", "01", "a b", "löf", "löff", "loff", "茶", "\U0001f600", "tag:new"),
    *("OPEN", "new", "a-b", "0001small", "#", "1-", "ea"),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A filter, and the text that was typed for its words."""

    where: LevelFilter
    typed: str

    @property
    def items(self) -> ItemFilter:
        """The part of it that is about items."""
        where = self.where
        return ItemFilter(
            words=where.words,
            sku_prefix=where.sku_prefix,
            barcode=where.barcode,
            category=where.category,
            tags=where.tags,
            is_archived=where.is_archived,
        )

    def finds_item(self, item: Item) -> bool:
        """Tell what the filter means, word for word."""
        where = self.where
        return (
            are_found(self.typed.split(), item)
            and (where.sku_prefix is None or item.sku[: len(where.sku_prefix)] == where.sku_prefix)
            and (where.barcode is None or where.barcode in item.barcodes)
            and (where.category is None or where.category.casefold() == (item.category or "").casefold())
            and all(tag.casefold() in map(str.casefold, item.tags) for tag in where.tags)
            and (where.is_archived is None or where.is_archived is item.is_archived)
        )

    def finds_level(self, level: Level, item: Item) -> bool:
        """Tell what the filter means for a level."""
        where = self.where
        return (
            self.finds_item(item)
            and (where.skus is None or level.key.sku in where.skus)
            and (where.locations is None or level.key.location in where.locations)
            and (where.statuses is None or level.status in where.statuses)
        )


def are_found(typed: list[str], item: Item) -> bool:
    """Tell whether all words find an item; signs do not count beside them, and find nothing alone."""
    words = [word for word in typed if re.search(r"\w", word)]
    return all(is_found(word, item) for word in words) and bool(words or not typed)


def is_found(typed: str, item: Item) -> bool:
    """Tell whether a word finds an item, by looking at the text of its SKU and name."""
    word, text = plain(typed), item.name.casefold().split()
    if word == "茶":
        return word in item.sku + item.name
    sku = plain(item.sku)
    rests = [(chunk[at:], at) for chunk in (sku, *map(plain, text)) for at in beginnings(chunk)]
    joined = "".join(re.findall(r"\w+", word))
    if len(joined) >= 3:
        return any("".join(re.findall(r"\w+", rest)).startswith(joined) for rest, _ in rests)
    is_whole = any(joined in ("".join(re.findall(r"\w+", rest)), re.split(r"\W", rest)[0]) for rest, _ in rests)
    return is_whole or "".join(re.findall(r"\w+", sku)).startswith(joined)


def plain(text: str) -> str:
    """Return a text of these tests without case and accents."""
    return text.casefold().replace("ö", "o")


def beginnings(chunk: str) -> list[int]:
    """Return where the parts of a chunk begin."""
    return [found.start() for found in re.finditer(r"(?<!\w)\w", chunk)]


def some_items(chance: random.Random) -> list[Item]:
    """Return items that share much, and differ in some of everything."""
    skus = [
        "#TEA-1",
        "茶-1",
        "A B",
        "A-B",
        "tea-7",
        "TEA",
        "\U0001f600-1",
        "TEA-0001-SMALL-RED-X",
        "TEA-0001-SMALL-BLUE",
    ]
    skus += [f"TEA-{number:04}" for number in range(12)]
    names = (
        "Jasmine Tea",
        "Green tea, loose",
        "Straße (100 g)",
        "Jasmin-Löffel",
        "TAG:new 01",
        "茶 \U0001f600",
        "T-Shirt",
    )
    return [
        Item(
            sku=sku,
            name=chance.choice(names),
            category=chance.choice(CATEGORIES),
            tags=tuple(chance.sample(TAGS, k=chance.randint(0, 3))),
            barcodes=tuple(f"400{number}{n}" for n in range(chance.randint(0, 2))),
            is_archived=chance.random() < 0.3,
            created_at=START,
            updated_at=START,
        )
        for number, sku in enumerate(skus)
    ]


def some_filter(chance: random.Random, items: list[Item]) -> Asked:
    """Return a filter of some conditions, most of which something meets."""

    def maybe(value: object) -> object:
        return value if chance.random() < 0.3 else None

    item = chance.choice(items)
    typed = maybe(chance.choice((*TYPED, item.name, item.sku, item.name[:5], item.sku[:4]))) or ""
    where = LevelFilter(
        words=search_words(str(typed)),
        is_archived=chance.choice((None, None, None, True, False)),
        tags=tuple(chance.sample(item.tags or TAGS, k=1)) if maybe(True) else (),
    )
    for name, value in {
        "sku_prefix": chance.choice((*PREFIXES, item.sku[:3])),
        "barcode": next(iter(item.barcodes), "none"),
        "category": item.category or "None",
        "skus": tuple(each.sku for each in chance.sample(items, k=8)),
        "locations": tuple(chance.sample(CODES, k=chance.randint(1, 2))),
        "statuses": tuple(chance.sample(list(LevelStatus), k=chance.randint(1, 2))),
    }.items():
        where = replace(where, **{name: maybe(value)})
    return Asked(where=where, typed=str(typed))


async def given_shop(store: Store, items: list[Item], chance: random.Random) -> None:
    """Record the items, and stock most of them at each location with 0 to 5 units, LOW at 3."""
    await asyncio.gather(*(given_location(store, code) for code in CODES))
    for item in items:
        await store.shop.change_item(
            ItemChange(
                sku=item.sku,
                name=item.name,
                category=item.category,
                tags=item.tags,
                barcodes=item.barcodes,
                reorder_point=3,
            ),
            request=request_info(),
        )
    for item, code in product(items, CODES):
        if units := chance.randint(0, 5):
            await adjust(store, LevelKey(item.sku, code), units)
            if units == 5:
                await adjust(store, LevelKey(item.sku, code), -5)
    for item in items:
        if item.is_archived:
            await store.shop.archive_item(item.sku, is_archived=True, request=request_info())


@pytest.mark.parametrize("seed", range(2))
async def test_every_filter_finds_what_it_says_in_every_order(store: Store, seed: int) -> None:
    """Items and levels, page by page, and their counts."""
    chance = random.Random(seed)  # noqa: S311 - the same shop each time
    items = some_items(chance)
    await given_shop(store, items, chance)
    levels = await whole(lambda after: store.stock.levels(LevelFilter(), order=LevelOrder.SKU, first=250, after=after))
    by_sku = {item.sku: item for item in items}
    found = 0
    for _ in range(100):
        asked = some_filter(chance, items)
        expected = [level for level in levels if asked.finds_level(level, by_sku[level.key.sku])]
        found += bool(expected)
        for order in LevelOrder:
            keys = sorted(
                (level.key for level in expected), key=lambda key: key if order is LevelOrder.SKU else key[::-1]
            )
            got = await whole(
                lambda after: store.stock.levels(asked.where, order=order, first=7, after=after)  # noqa: B023
            )
            assert [level.key for level in got] == keys, asked
        assert await store.stock.count_levels(asked.where) == len(expected)
        await check_items(store, asked, items)
    assert found > 30


async def check_items(store: Store, asked: Asked, items: list[Item]) -> None:
    """Prove that a filter finds the right items."""
    expected = [item for item in items if asked.finds_item(item)]
    for order in ItemOrder:
        skus = [
            item.sku
            for item in sorted(
                expected, key=lambda item: (item.sku,) if order is ItemOrder.SKU else (item.name, item.sku)
            )
        ]
        got = await whole(
            lambda after: store.shop.page_of_items(asked.items, order=order, first=3, after=after)  # noqa: B023
        )
        assert [item.sku for item in got] == skus, asked
    assert await store.shop.count_items(asked.items) == len(expected)


async def test_a_changed_item_is_found_by_what_it_is_now(store: Store) -> None:
    """Its levels too, at once: by its name, category, tags, barcodes, and whether it is archived."""
    # given
    await given_item(store, "TEA-1", name="Earl Grey")
    await given_location(store, "MAIN")
    await adjust(store, LevelKey("TEA-1", "MAIN"), +1)
    before = {"category": "Tea", "tags": ("new", "sale"), "barcodes": ("1",)}
    after = {"category": "Black tea", "tags": ("sale",), "barcodes": ("2",)}
    wanted = [
        ItemFilter(category="Tea"),
        ItemFilter(category="Black tea"),
        ItemFilter(tags=("new",)),
        ItemFilter(tags=("sale",)),
        ItemFilter(barcode="1"),
        ItemFilter(barcode="2"),
        ItemFilter(is_archived=True),
        ItemFilter(is_archived=False),
    ]

    async def found() -> list[int]:
        counts = [await store.shop.count_items(where) for where in wanted]
        levels = [
            await store.stock.count_levels(
                LevelFilter(
                    category=where.category, tags=where.tags, barcode=where.barcode, is_archived=where.is_archived
                )
            )
            for where in wanted
        ]
        assert counts == levels
        return counts

    # then
    assert await found() == [0, 0, 0, 0, 0, 0, 0, 1]
    await store.shop.change_item(ItemChange(sku="TEA-1", **before), request=request_info())
    assert await found() == [1, 0, 1, 1, 1, 0, 0, 1]
    await store.shop.change_item(ItemChange(sku="TEA-1", **after), request=request_info())
    assert await found() == [0, 1, 0, 1, 0, 1, 0, 1]
    await store.shop.archive_item("TEA-1", is_archived=True, request=request_info())
    assert await found() == [0, 1, 0, 1, 0, 1, 1, 0]
    await store.shop.archive_item("TEA-1", is_archived=False, request=request_info())
    assert await found() == [0, 1, 0, 1, 0, 1, 0, 1]


async def test_items_are_ordered_by_name_and_then_by_sku(store: Store) -> None:
    """By code points, as SKUs are; pages of any size make the whole list, and each cursor belongs to its order."""
    names = {"S-3": "Apple", "S-1": "apple", "S-2": "Apple", "S-4": "Äpfel", "S-5": "Zebra"}
    for sku, name in names.items():
        await given_item(store, sku, name=name)
    for first in (1, 2, 5, 250):
        got = await whole(
            lambda after: store.shop.page_of_items(ItemFilter(), order=ItemOrder.NAME, first=first, after=after)  # noqa: B023
        )
        assert [item.sku for item in got] == ["S-2", "S-3", "S-5", "S-1", "S-4"]
