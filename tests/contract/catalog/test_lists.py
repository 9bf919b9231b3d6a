"""Lists: pages by cursor, filters, words and counts, the same over every store."""

import asyncio
import base64
import json
from collections.abc import Awaitable, Callable
from itertools import product
from typing import Any

import pytest

from app.domain.failures import BadArgument
from app.domain.replenishment.policy_change import SettingsChange
from app.domain.stock.availability import LevelStatus
from app.domain.stock.commands.record_sale import SaleLine
from app.domain.stock.level import Level, LevelKey
from app.domain.stock.level_change import UnavailableReason
from app.domain.stock.movement import Movement, MovementReason
from app.services.filters import (
    INDEXED_SORTS,
    ItemFilter,
    LevelFilter,
    LevelOrder,
    LevelSort,
    LocationFilter,
    MovementFilter,
)
from app.services.paging import Page
from tests.support.clock import SECOND, START
from tests.support.scene import TEA, adjust, given_catalog, given_item, given_level, given_location, request_info
from tests.support.store import Store, whole

SKUS = ("AB-1", "AB-2", "B", "a", "ä")  # in the order of their code points, as every store sorts them
CODES = ("EAST", "MAIN", "north")


async def given_shop(store: Store) -> None:
    """Stock each item at each location: 0, 1, 2, … units with a reorder point of 3; `B` is at MAIN alone."""
    keys = [LevelKey(sku, code) for sku, code in product(SKUS, CODES) if sku != "B" or code == "MAIN"]
    await asyncio.gather(
        *(given_item(store, sku, name=f"Thing {sku} Löffel", reorder_point=3) for sku in SKUS),
        *(given_location(store, code) for code in CODES),
        store.stock.configure(keys[0], settings=SettingsChange(reorder_point=3), request=request_info()),
        *(adjust(store, key, units) for units, key in enumerate(keys) if units),
    )


def level_pages(
    store: Store, where: LevelFilter, *, order: LevelOrder = LevelOrder.SKU, first: int = 250
) -> Callable[[str | None], Awaitable[Page[Level]]]:
    """Return the reader of one list of levels."""
    return lambda after: store.stock.levels(where, order=order, first=first, after=after)


def names(levels: tuple[Level, ...]) -> list[str]:
    """Return the levels as short words."""
    return [f"{level.key.sku}@{level.key.location}" for level in levels]


ALL_BY_SKU = [f"{sku}@{code}" for sku, code in product(SKUS, CODES) if sku != "B" or code == "MAIN"]
ALL_BY_LOCATION = [f"{sku}@{code}" for code, sku in product(CODES, SKUS) if sku != "B" or code == "MAIN"]


@pytest.mark.parametrize(("order", "expected"), [(LevelOrder.SKU, ALL_BY_SKU), (LevelOrder.LOCATION, ALL_BY_LOCATION)])
async def test_pages_of_any_size_make_the_whole_list(store: Store, order: LevelOrder, expected: list[str]) -> None:
    """Whatever the page size, each level comes once and in order."""
    await given_shop(store)
    for first in (1, 2, 3, 12, 13, 14, 250):
        assert names(await whole(level_pages(store, LevelFilter(), order=order, first=first))) == expected


@pytest.mark.parametrize(
    ("where", "matches"),
    [
        (LevelFilter(skus=("a", "AB-1", "none")), lambda level: level.key.sku in ("a", "AB-1")),
        (LevelFilter(skus=("B",)), lambda level: level.key.sku == "B"),
        (LevelFilter(locations=("MAIN",)), lambda level: level.key.location == "MAIN"),
        (LevelFilter(locations=("north", "EAST")), lambda level: level.key.location in ("north", "EAST")),
        (LevelFilter(statuses=(LevelStatus.LOW,)), lambda level: 1 <= level.on_hand <= 3),
        (LevelFilter(statuses=(LevelStatus.OUT, LevelStatus.IN_STOCK)), lambda level: not 1 <= level.on_hand <= 3),
        (LevelFilter(words=("ab",)), lambda level: level.key.sku.startswith("AB")),
        (LevelFilter(words=("ab2",)), lambda level: level.key.sku == "AB-2"),
        (LevelFilter(words=("loffel", "a")), lambda level: level.key.sku[0] in "aAä"),
        (LevelFilter(words=("loffel", "none")), lambda level: False),
        (LevelFilter(words=("Löffel",)), lambda level: False),
        (
            LevelFilter(skus=("AB-1", "a"), locations=("MAIN", "north"), statuses=(LevelStatus.LOW,), words=("thing",)),
            lambda level: level.key.sku in ("AB-1", "a") and level.key.location != "EAST" and 1 <= level.on_hand <= 3,
        ),
        (LevelFilter(skus=()), lambda level: False),
        (LevelFilter(locations=()), lambda level: False),
        (LevelFilter(statuses=()), lambda level: False),
    ],
)
async def test_a_filter_leaves_what_matches_in_either_order(
    store: Store, where: LevelFilter, matches: Callable[[Level], bool]
) -> None:
    """All filters must match; within one filter any value. Pages and counts agree."""
    await given_shop(store)
    for order in LevelOrder:
        everything = await whole(level_pages(store, LevelFilter(), order=order))
        expected = [level for level in everything if matches(level)]
        for first in (2, 250):
            assert list(await whole(level_pages(store, where, order=order, first=first))) == expected
        assert await store.stock.count_levels(where) == len(expected)


NUMBERS: dict[LevelSort, Callable[[Level], Any]] = {
    LevelSort.SKU: lambda level: 0,
    LevelSort.LOCATION: lambda level: level.key.location,
    LevelSort.STATUS: lambda level: ("OUT", "LOW", "IN_STOCK").index(level.status),
    LevelSort.ON_HAND: lambda level: level.on_hand,
    LevelSort.AVAILABLE: lambda level: level.available,
    LevelSort.CHANGED_AT: lambda level: level.changed_at,
}
SORTED_FILTERS = {
    "everything": LevelFilter(),
    "some places": LevelFilter(locations=("north", "EAST")),
    "some items": LevelFilter(skus=("AB-1", "a")),
    "some statuses": LevelFilter(statuses=(LevelStatus.OUT, LevelStatus.LOW)),
    "a word": LevelFilter(words=("ab",)),
    "none": LevelFilter(statuses=()),
}


@pytest.mark.parametrize("where", SORTED_FILTERS.values(), ids=SORTED_FILTERS)
async def test_clients_choose_the_order(store: Store, where: LevelFilter) -> None:
    """In pages of any size, each level once, either way round; what is equal stays by SKU and location."""
    await given_shop(store)
    await store.stock.reclassify(
        LevelKey("AB-1", "north"), quantity=2, source=None, target=UnavailableReason.DAMAGED, request=request_info()
    )
    await store.shop.archive_item("a", is_archived=True, request=request_info())
    by_sku = list(await whole(level_pages(store, where)))
    for sort, number in NUMBERS.items():
        for descending in (False, True):
            expected = sorted(by_sku, key=number, reverse=descending)  # keeps the order of what is equal
            if descending and sort in INDEXED_SORTS:
                expected = sorted(by_sku, key=number)[::-1]
            for first in (1, 3, 250):

                def page(
                    after: str | None, *, sort: LevelSort = sort, first: int = first, way: bool = descending
                ) -> Any:  # noqa: ANN401
                    return store.stock.sorted_levels(where, sort=sort, descending=way, first=first, after=after)

                assert names(await whole(page)) == names(tuple(expected)), (sort, descending, first)


async def test_a_cursor_belongs_to_its_order_and_its_way(store: Store) -> None:
    """Where it came from another, it would begin anywhere."""
    await given_shop(store)
    asked = {"sort": LevelSort.ON_HAND, "first": 2}
    page = await store.stock.sorted_levels(LevelFilter(), descending=True, after=None, **asked)
    with pytest.raises(BadArgument):
        await store.stock.sorted_levels(LevelFilter(), descending=False, after=page.end_cursor, **asked)
    none = await store.stock.sorted_levels(LevelFilter(), descending=True, after=None, **{**asked, "first": 0})
    assert (none.nodes, none.has_next) == ((), False)


async def test_a_page_says_whether_another_follows(store: Store) -> None:
    """The last full page is the last; a page of none says nothing follows; past the end there is nothing."""
    await given_shop(store)
    pages = [await store.stock.levels(LevelFilter(), order=LevelOrder.SKU, first=n, after=None) for n in (0, 12, 13)]
    assert [(len(page.nodes), len(page.cursors), page.has_next) for page in pages] == [
        (0, 0, False),
        (12, 12, True),
        (13, 13, False),
    ]
    rows = [
        await store.stock.level_rows(
            LevelFilter(), order=LevelOrder.SKU, first=n, after=None, attributes=("key", "status", "position")
        )
        for n in (0, 12, 13)
    ]
    for page, read in zip(pages, rows, strict=True):  # the same page, of each level some attributes
        assert read.nodes == tuple((level.key, level.status, level.position) for level in page.nodes)
        assert (read.positions, read.has_next) == (page.positions, page.has_next)
    last = pages[2].cursors[-1]
    after = await store.stock.levels(LevelFilter(), order=LevelOrder.SKU, first=5, after=last)
    assert after == Page(nodes=(), positions=(), order="SKU", has_next=False)
    assert (pages[1].start_cursor, pages[1].end_cursor) == (pages[1].cursors[0], pages[1].cursors[-1])
    assert (after.start_cursor, after.end_cursor, after.cursors) == (None, None, ())


async def test_an_empty_store_has_empty_pages(store: Store) -> None:
    """Nothing is a page like any other."""
    stock, shop = store.stock, store.shop
    pages = [
        await stock.levels(LevelFilter(), order=LevelOrder.SKU, first=5, after=None),
        await stock.movements(MovementFilter(), first=5, after=None),
        await shop.page_of_items(ItemFilter(), first=5, after=None),
        await shop.page_of_locations(LocationFilter(), first=5, after=None),
    ]
    assert [(page.nodes, page.cursors, page.has_next) for page in pages] == 4 * [((), (), False)]
    counts = (
        await stock.count_levels(LevelFilter()),
        await stock.count_movements(MovementFilter()),
        await shop.count_items(ItemFilter()),
        await shop.count_locations(LocationFilter()),
    )
    assert counts == (0, 0, 0, 0)


@pytest.mark.complaint("V2")
async def test_pages_are_stable_while_levels_change(store: Store) -> None:
    """Levels that change, begin before or begin behind the cursor make no other level come twice or not at all."""
    # given
    await given_shop(store)
    read = level_pages(store, LevelFilter(), first=4)
    first = await read(None)
    # when
    await given_level(store, LevelKey("A", "EAST"), on_hand=1)
    await given_level(store, LevelKey("C", "EAST"), on_hand=1)
    for level in first.nodes:
        await adjust(store, level.key, +100)
    rest: list[Level] = []
    after = first.cursors[-1]
    while True:
        page = await read(after)
        rest += page.nodes
        if not page.has_next:
            break
        after = page.cursors[-1]
    # then
    expected = [*ALL_BY_SKU]
    expected.insert(expected.index("a@EAST"), "C@EAST")
    assert names((*first.nodes, *rest)) == expected


async def given_history(store: Store) -> list[Movement]:
    """Record 18 movements and return them, the newest first."""
    await given_catalog(store, *(LevelKey(sku, code) for sku in ("A", "B") for code in ("X", "Y")))
    outcomes = await asyncio.gather(
        *(
            adjust(
                store,
                LevelKey(sku, code),
                +9,
                reason=MovementReason.RECEIPT if number % 2 else MovementReason.FOUND,
                reference=f"R-{number}" if sku == "A" else None,
            )
            for number, sku, code in product(range(4), "AB", "XY")
        )
    )
    sold = [SaleLine(sku="A", quantity=1), SaleLine(sku="B", quantity=-2)]
    sale = await store.stock.record_sale("X", sold, channel=None, request=request_info(reference="R-1"))
    return [line for outcome in (*outcomes, sale) for line in outcome.movements][::-1]


@pytest.mark.parametrize(
    ("where", "matches"),
    [
        (MovementFilter(), lambda line: True),
        (MovementFilter(sku="A"), lambda line: line.after.key.sku == "A"),
        (MovementFilter(location="Y"), lambda line: line.after.key.location == "Y"),
        (MovementFilter(sku="A", location="Y"), lambda line: line.after.key == ("A", "Y")),
        (MovementFilter(reason=MovementReason.SALE), lambda line: line.reason is MovementReason.SALE),
        (MovementFilter(reference="R-1"), lambda line: line.reference == "R-1"),
        (MovementFilter(reference="none"), lambda line: False),
        (
            MovementFilter(sku="B", reason=MovementReason.RECEIPT),
            lambda line: line.after.key.sku == "B" and line.reason is MovementReason.RECEIPT,
        ),
    ],
)
async def test_movements_come_newest_first(
    store: Store, where: MovementFilter, matches: Callable[[Movement], bool]
) -> None:
    """Every line that matches, each once, the newest first; pages and counts agree."""
    expected = [line for line in await given_history(store) if matches(line)]
    for first in (1, 5, 250):
        assert await all_movements(store, where, first=first) == expected
    assert await store.stock.count_movements(where) == len(expected)


async def all_movements(store: Store, where: MovementFilter, *, first: int) -> list[Movement]:
    """Return a whole list of movements, read in pages of this size."""
    return list(await whole(lambda after: store.stock.movements(where, first=first, after=after)))


async def test_movements_of_a_time_begin_with_it_and_end_before_the_next(store: Store) -> None:
    """`since` is included, `until` is not, and a cursor holds within them."""
    # given
    history = await given_history(store)
    since, until = history[9].recorded_at, history[4].recorded_at
    where = MovementFilter(since=since, until=until)
    # then
    assert await all_movements(store, where, first=2) == history[5:10]
    assert await store.stock.count_movements(where) == 5
    assert await store.stock.count_movements(MovementFilter(since=until)) == 5
    assert await store.stock.count_movements(MovementFilter(until=since)) == len(history) - 10


@pytest.mark.complaint("V2")
async def test_new_movements_do_not_disturb_those_who_page_back(store: Store) -> None:
    """A reader on its way into the past sees each older line once, whatever is added meanwhile."""
    # given
    history = await given_history(store)
    page = await store.stock.movements(MovementFilter(), first=6, after=None)
    # when
    await adjust(store, LevelKey("A", "X"), +1)
    rest = await store.stock.movements(MovementFilter(), first=250, after=page.cursors[-1])
    # then
    assert [*page.nodes, *rest.nodes] == history


async def test_one_movement_is_found_by_the_version_it_gave(store: Store) -> None:
    """Versions begin at 1 and end at the level's own."""
    await given_level(store, on_hand=5)
    await adjust(store, TEA, -1)
    lines = [await store.stock.movement(TEA, version) for version in (0, 1, 2, 3, -1)]
    assert [line and line.after.on_hand for line in lines] == [None, 5, 4, None, None]
    assert await store.stock.movement(LevelKey("NONE", "MAIN"), 1) is None


async def test_items_and_locations_are_paged_and_narrowed(store: Store) -> None:
    """Items by SKU, locations by code; words, category and archived narrow them; counts agree."""
    # given
    for number in range(5):
        await given_item(store, f"I-{number}", name=f"Thing {number}", category="Odd" if number % 2 else "Even")
        await given_location(store, f"L-{number}")
    await store.shop.archive_item("I-1", is_archived=True, request=request_info())
    await store.shop.archive_location("L-1", is_archived=True, request=request_info())

    async def items(where: ItemFilter) -> list[str]:
        found = await whole(lambda after: store.shop.page_of_items(where, first=2, after=after))
        assert await store.shop.count_items(where) == len(found)
        return [item.sku for item in found]

    async def locations(where: LocationFilter) -> list[str]:
        found = await whole(lambda after: store.shop.page_of_locations(where, first=2, after=after))
        assert await store.shop.count_locations(where) == len(found)
        return [location.code for location in found]

    # then
    assert await items(ItemFilter()) == ["I-0", "I-1", "I-2", "I-3", "I-4"]
    assert await items(ItemFilter(words=("thing", "i"))) == ["I-0", "I-1", "I-2", "I-3", "I-4"]
    assert await items(ItemFilter(words=("thing", "i3"))) == ["I-3"]
    assert await items(ItemFilter(category="Odd")) == ["I-1", "I-3"]
    assert await items(ItemFilter(category="Odd", is_archived=False)) == ["I-3"]
    assert await items(ItemFilter(is_archived=True)) == ["I-1"]
    assert await items(ItemFilter(words=("thing",), category="None")) == []
    assert await locations(LocationFilter()) == ["L-0", "L-1", "L-2", "L-3", "L-4"]
    assert await locations(LocationFilter(is_archived=True)) == ["L-1"]
    assert await locations(LocationFilter(is_archived=False)) == ["L-0", "L-2", "L-3", "L-4"]


def cursor(*parts: object) -> str:
    """Return a cursor of any content."""
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode()


BAD_CURSORS = [
    "",
    "x",
    "äöü",
    "\ud800",
    "!!!!",
    base64.urlsafe_b64encode(b"\xff\xfe").decode(),
    base64.urlsafe_b64encode(b"[" * 3_000).decode(),
    base64.urlsafe_b64encode(b"9" * 5_000).decode(),
    base64.urlsafe_b64encode(b'["SKU","\\ud800","MAIN"]').decode(),
    base64.urlsafe_b64encode(b'["SKU",NaN,"MAIN"]').decode(),
    cursor(),
    cursor("SKU"),
    cursor("SKU", "A"),
    cursor("SKU", "A", "B", "C"),
    cursor("SKU", "A", 1),
    cursor("SKU", None, "B"),
    cursor("SKU", {"$gt": ""}, "B"),
    cursor("SKU", ["A"], "B"),
    cursor("LOCATION", "A", "B"),
    cursor({"SKU": 1}),
]


@pytest.mark.parametrize("after", BAD_CURSORS)
async def test_a_cursor_that_is_none_of_the_list_is_refused(store: Store, after: str) -> None:
    """Whatever a client sends for a cursor, it is told so."""
    await given_level(store, on_hand=1)
    with pytest.raises(BadArgument, match=r"^The cursor does not belong to this list and order\.$"):
        await store.stock.levels(LevelFilter(), order=LevelOrder.SKU, first=5, after=after)


@pytest.mark.parametrize(
    "after",
    [
        cursor("NEWEST", "1", "w"),
        cursor("NEWEST", True, "w"),
        cursor("NEWEST", 1.5, "w"),
        cursor("NEWEST", 2**63, "w"),
        cursor("NEWEST", -(2**63) - 1, "w"),
        cursor("NEWEST", 10**30, "w"),
    ],
)
async def test_a_cursor_into_no_possible_time_is_refused(store: Store, after: str) -> None:
    """A moment is a whole number that the database can hold."""
    await given_level(store, on_hand=1)
    with pytest.raises(BadArgument, match=r"^The cursor does not belong to this list and order\.$"):
        await store.stock.movements(MovementFilter(), first=5, after=after)


@pytest.mark.parametrize("first", [-1, 251, 2**31])
async def test_a_page_longer_than_250_is_refused(store: Store, first: int) -> None:
    """Every list has the same bound, and says it."""
    stock, shop = store.stock, store.shop
    for request in (
        stock.levels(LevelFilter(), order=LevelOrder.SKU, first=first, after=None),
        stock.movements(MovementFilter(), first=first, after=None),
        shop.page_of_items(ItemFilter(), first=first, after=None),
        shop.page_of_locations(LocationFilter(), first=first, after=None),
    ):
        with pytest.raises(BadArgument, match=rf"^`first` must be between 0 and 250, not {first}\.$"):
            await request


async def test_a_cursor_of_one_list_is_none_of_another(store: Store) -> None:
    """Orders are part of the cursor."""
    # given
    await given_level(store, on_hand=1)
    by_sku = await store.stock.levels(LevelFilter(), order=LevelOrder.SKU, first=1, after=None)
    item = await store.shop.page_of_items(ItemFilter(), first=1, after=None)
    # then
    for request in (
        store.stock.levels(LevelFilter(), order=LevelOrder.LOCATION, first=1, after=by_sku.cursors[0]),
        store.stock.movements(MovementFilter(), first=1, after=by_sku.cursors[0]),
        store.shop.page_of_locations(LocationFilter(), first=1, after=item.cursors[0]),
    ):
        with pytest.raises(BadArgument):
            await request


async def test_movements_of_one_moment_by_two_writers_are_both_listed(store: Store) -> None:
    """The clock stands still: the lines of two levels differ by moment or writer, and a page of one shows each."""
    await given_level(store, LevelKey("A", "X"), on_hand=1)
    await given_level(store, LevelKey("B", "X"), on_hand=1)
    found = await all_movements(store, MovementFilter(), first=1)
    assert [line.after.key.sku for line in found] == ["B", "A"]
    assert all(START < line.recorded_at < START + SECOND for line in found)
