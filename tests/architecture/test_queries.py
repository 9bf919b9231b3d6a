"""Every list is served by an index: no scan of a collection, no sort in memory, whatever the filter and the order.

The queries are those that the readers really send, listened to on the wire and explained by the server.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from itertools import chain, combinations, product
from typing import Any

import pytest

from app.domain.catalog.commands.upsert_item import ItemChange
from app.domain.replenishment.policy import ReplenishmentMethod
from app.domain.replenishment.policy_change import SettingsChange
from app.domain.stock.availability import LevelStatus
from app.domain.stock.level import Level, LevelKey
from app.domain.stock.movement import MovementReason
from app.domain.time import Moment
from app.services.filters import (
    ItemFilter,
    ItemOrder,
    LevelFilter,
    LevelOrder,
    LevelSort,
    LocationFilter,
    MovementFilter,
)
from app.services.paging import MAX_PAGE_SIZE, Page
from app.store.driver.client import Database, close_client
from app.store.migrations.wanting_levels import WANTING_LEVELS
from app.store.queries.movements import MAX_SCANS
from tests.support.clock import START
from tests.support.database import drop, fresh_database
from tests.support.explain import Reads, listened_to, stages
from tests.support.migrations import step_through
from tests.support.scene import given_location, line, request_info
from tests.support.store import Store, mongo_store, whole

ITEMS, LOCATIONS = 250, 12
WORDS = ("red", "blue", "green", "black", "white")
PAGE = 20
ON_ORDER = SettingsChange(method=ReplenishmentMethod.JUST_IN_TIME, safety_stock=9)
AT_DATES = SettingsChange(method=ReplenishmentMethod.PERIODIC, target_level=9, review_days=7)

Pages = Callable[[str | None], Awaitable[Page[Any]]]


@pytest.fixture(scope="module")
async def shop(mongo_url: str, reads: Reads) -> AsyncIterator[tuple[Store, Database]]:
    """Return a shop of 250 items at 12 locations: 3,000 levels, a tenth OUT, a few LOW, a twentieth archived."""
    client = listened_to(mongo_url, reads)
    database = await fresh_database(client, "explained")
    store = mongo_store(database)
    await asyncio.gather(
        *(
            store.shop.change_item(
                ItemChange(
                    sku=f"S-{number:03}",
                    name=f"{WORDS[number % 5]} thing {number}",
                    category=f"C{number % 7}",
                    tags=(f"T{number % 3}", f"U{number % 10}"),
                    barcodes=(f"40{number:03}",),
                    reorder_point=5 if number % 50 == 0 else 0,
                ),
                request=request_info(),
            )
            for number in range(ITEMS)
        ),
        *(given_location(store, f"L{number:02}") for number in range(LOCATIONS)),
    )
    keys = [LevelKey(f"S-{item:03}", f"L{place:02}") for item, place in product(range(ITEMS), range(LOCATIONS))]
    for number, start in enumerate(range(0, len(keys), 500)):
        lines = [line(key, 3) for key in keys[start : start + 500]]
        await store.stock.adjust_many(lines, is_atomic=True, request=request_info(reference=f"R-{number}"))
    sold = [line(key, -3, MovementReason.SALE) for key in keys[::10]]
    await store.stock.adjust_many(sold, is_atomic=True, request=request_info())
    for number, key in enumerate(keys[::29]):
        change = ON_ORDER if number % 2 else AT_DATES
        await store.stock.configure(key, settings=change, request=request_info())
    for number in range(4, ITEMS, 20):
        await store.shop.archive_item(f"S-{number:03}", is_archived=True, request=request_info())
    yield store, database
    await drop(database)
    await close_client(client)


async def check_served_by_index(shop: tuple[Store, Database], reads: Reads, read: Pages) -> None:
    """Prove it of the first page, of the second, and of one in the middle."""
    _, database = shop
    reads.sent.clear()
    page = await read(None)
    for _ in range(3):
        if not page.has_next:
            break
        page = await read(page.cursors[-1])
    assert reads.sent
    for query in reads.sent:
        explained = await database.command("explain", query, verbosity="queryPlanner")
        found = set(stages(explained["queryPlanner"]["winningPlan"]))
        assert not found & {"COLLSCAN", "SORT"}, (query, found)


LEVEL_FILTERS = {
    "everything": LevelFilter(),
    "one item": LevelFilter(skus=("S-007",)),
    "some items": LevelFilter(skus=tuple(f"S-{number:03}" for number in range(0, 200, 9))),
    "one location": LevelFilter(locations=("L03",)),
    "some locations": LevelFilter(locations=("L03", "L07", "L11")),
    "one status, often": LevelFilter(statuses=(LevelStatus.IN_STOCK,)),
    "one status, seldom": LevelFilter(statuses=(LevelStatus.LOW,)),
    "some statuses": LevelFilter(statuses=(LevelStatus.LOW, LevelStatus.OUT)),
    "one word": LevelFilter(words=("red",)),
    "words": LevelFilter(words=("red", "thing")),
    "visible categories": LevelFilter(categories=frozenset({"C3", "C5"})),
    "a rare word": LevelFilter(words=("s123",)),
    "location and status": LevelFilter(locations=("L03",), statuses=(LevelStatus.LOW, LevelStatus.OUT)),
    "location and word": LevelFilter(locations=("L03",), words=("red",)),
    "locations and statuses": LevelFilter(locations=("L03", "L07"), statuses=(LevelStatus.LOW, LevelStatus.OUT)),
    "items and statuses": LevelFilter(
        skus=("S-007", "S-008", "S-010"), statuses=(LevelStatus.IN_STOCK, LevelStatus.OUT)
    ),
    "items and a location": LevelFilter(skus=("S-007", "S-008", "S-010"), locations=("L03",)),
    "items and locations": LevelFilter(skus=("S-007", "S-008", "S-010"), locations=("L03", "L07")),
    "status and word": LevelFilter(statuses=(LevelStatus.OUT,), words=("red",)),
    "a method": LevelFilter(methods=(ReplenishmentMethod.PERIODIC,)),
    "no method": LevelFilter(methods=(ReplenishmentMethod.NONE,)),
    "no method and another, of a status": LevelFilter(
        methods=(ReplenishmentMethod.NONE, ReplenishmentMethod.JUST_IN_TIME), statuses=(LevelStatus.OUT,)
    ),
    "all of them": LevelFilter(
        skus=tuple(f"S-{number:03}" for number in range(0, 200, 9)),
        locations=("L03", "L07"),
        statuses=(LevelStatus.OUT, LevelStatus.IN_STOCK),
        words=("thing",),
        methods=(ReplenishmentMethod.JUST_IN_TIME,),
        needs_reorder=True,
    ),
    "a declined need at two locations": LevelFilter(locations=("L03", "L07"), is_declined=True),
}


@pytest.mark.parametrize("order", LevelOrder)
@pytest.mark.parametrize("where", LEVEL_FILTERS.values(), ids=LEVEL_FILTERS.keys())
async def test_levels_are_served_by_an_index(
    shop: tuple[Store, Database], reads: Reads, where: LevelFilter, order: LevelOrder
) -> None:
    """In either order, by any filter."""
    store, _ = shop
    await check_served_by_index(
        shop, reads, lambda after: store.stock.levels(where, order=order, first=PAGE, after=after)
    )


BY_AN_INDEX = [
    (LevelSort.SKU, True),
    (LevelSort.LOCATION, True),
    (LevelSort.STATUS, False),
    (LevelSort.STATUS, True),
]


@pytest.mark.parametrize(("sort", "descending"), BY_AN_INDEX)
@pytest.mark.parametrize("where", LEVEL_FILTERS.values(), ids=LEVEL_FILTERS.keys())
async def test_orders_of_clients_are_served_by_an_index(
    shop: tuple[Store, Database], reads: Reads, where: LevelFilter, sort: LevelSort, descending: bool
) -> None:
    """Either way round; those by numbers are sorted by the server (ADR 51)."""
    store, _ = shop

    async def read(after: str | None) -> Page[Level]:
        return await store.stock.sorted_levels(where, sort=sort, descending=descending, first=PAGE, after=after)

    await check_served_by_index(shop, reads, read)


MOVEMENT_FILTERS = {
    "everything": MovementFilter(),
    "an item": MovementFilter(sku="S-007"),
    "a location": MovementFilter(location="L03"),
    "visible locations": MovementFilter(visible_at=("L03", "L07")),
    "an item at visible locations": MovementFilter(sku="S-007", visible_at=("L03", "L07")),
    "visible items": MovementFilter(visible_skus=frozenset(f"S-{number:03}" for number in range(0, 200, 9))),
    "a level": MovementFilter(sku="S-007", location="L03"),
    "a frequent reason": MovementFilter(reason=MovementReason.CORRECTION),
    "a reason": MovementFilter(reason=MovementReason.SALE),
    "some reasons": MovementFilter(reasons=(MovementReason.CORRECTION, MovementReason.SALE)),
    "some reasons of a level": MovementFilter(
        sku="S-007", location="L03", reasons=(MovementReason.CORRECTION, MovementReason.SALE), since=Moment(START)
    ),
    "a reference": MovementFilter(reference="R-1"),
    "a time": MovementFilter(since=Moment(START), until=Moment(START + 2_000)),
    "an item since": MovementFilter(sku="S-007", since=Moment(START)),
    "all of them": MovementFilter(
        sku="S-007",
        location="L03",
        reason=MovementReason.CORRECTION,
        reference="R-0",
        since=Moment(START),
        until=Moment(START + 10_000),
    ),
}


@pytest.mark.parametrize("where", MOVEMENT_FILTERS.values(), ids=MOVEMENT_FILTERS.keys())
async def test_movements_are_served_by_an_index(
    shop: tuple[Store, Database], reads: Reads, where: MovementFilter
) -> None:
    """The newest first, by any filter."""
    store, _ = shop
    await check_served_by_index(shop, reads, lambda after: store.stock.movements(where, first=PAGE, after=after))


@pytest.mark.parametrize("where", [MovementFilter(sku="S-007"), MovementFilter(reason=MovementReason.SALE)])
async def test_a_merged_list_is_whole_and_reads_little(
    shop: tuple[Store, Database], reads: Reads, where: MovementFilter
) -> None:
    """An item at more locations than one query may scan: no line is missed or comes twice, whatever is a page's end."""
    store, database = shop
    everything = await whole(lambda after: store.stock.movements(MovementFilter(), first=MAX_PAGE_SIZE, after=after))
    wanted = [line for line in everything if where.sku in (None, line.after.key.sku)]
    wanted = [line for line in wanted if where.reason in (None, line.reason)]
    reads.sent.clear()
    found = await whole(lambda after: store.stock.movements(where, first=7, after=after))
    assert list(found) == wanted
    for query in [query for query in reads.sent if query.get("find") == "movements"][:4]:
        plan = await database.command("explain", query, verbosity="executionStats")
        assert plan["executionStats"]["totalDocsExamined"] <= 7 + 2
        assert plan["executionStats"]["totalKeysExamined"] <= 2 * MAX_SCANS


CONDITIONS: dict[str, dict[str, Any]] = {
    "a word": {"words": ("red",)},
    "words": {"words": ("red", "thing")},
    "the beginning of a word": {"words": ("thin",)},
    "a prefix": {"sku_prefix": "S-1"},
    "a prefix that is no word": {"sku_prefix": ""},
    "a barcode": {"barcode": "40007"},
    "a category": {"category": "C3"},
    "a tag": {"tags": ("T1",)},
    "tags": {"tags": ("T1", "U4")},
    "archived ones": {"is_archived": True},
    "open ones": {"is_archived": False},
}
LEVEL_CONDITIONS: dict[str, dict[str, Any]] = CONDITIONS | {
    "some items": {"skus": ("S-007", "S-107", "S-108", "S-110")},
    "a location": {"locations": ("L03",)},
    "locations": {"locations": ("L03", "L07")},
    "a status": {"statuses": (LevelStatus.OUT,)},
    "statuses": {"statuses": (LevelStatus.OUT, LevelStatus.IN_STOCK)},
    "methods": {"methods": (ReplenishmentMethod.PERIODIC, ReplenishmentMethod.JUST_IN_TIME)},
    "what is to be ordered": {"needs_reorder": True},
}


# Of each field the one that needs most: what is alike by itself is not tried with every two others.
DEMANDING = (
    *("words", "a prefix", "a barcode", "a category", "tags", "open ones"),
    *("some items", "locations", "statuses", "methods", "what is to be ordered"),
)


def combined(conditions: dict[str, dict[str, Any]], *, sizes: Iterable[int]) -> dict[str, dict[str, Any]]:
    """Return every combination of so many conditions, a field once in each."""
    found: dict[str, dict[str, Any]] = {}
    for names in chain.from_iterable(combinations(conditions, size) for size in sizes):
        merged = {field: value for name in names for field, value in conditions[name].items()}
        if len(merged) == len(names):
            found[", ".join(names)] = merged
    return found


@pytest.mark.parametrize("order", [LevelOrder.SKU, LevelOrder.LOCATION])
async def test_levels_are_served_by_an_index_by_any_conditions_together(
    shop: tuple[Store, Database], reads: Reads, order: LevelOrder
) -> None:
    """Each alone, with each other, and by SKU the demanding ones with each two others."""
    store, _ = shop
    tried = combined(LEVEL_CONDITIONS, sizes=(1, 2))
    if order is LevelOrder.SKU:
        tried |= combined({name: LEVEL_CONDITIONS[name] for name in DEMANDING}, sizes=(3,))
    for conditions in tried.values():
        where = LevelFilter(**conditions)
        await check_served_by_index(
            shop,
            reads,
            lambda after: store.stock.levels(where, order=order, first=PAGE, after=after),  # noqa: B023
        )


@pytest.mark.parametrize("order", ItemOrder)
async def test_items_are_served_by_an_index(shop: tuple[Store, Database], reads: Reads, order: ItemOrder) -> None:
    """In either order, by nothing, each condition alone, with each other, and with each two others."""
    store, _ = shop
    for conditions in combined(CONDITIONS, sizes=(0, 1, 2, 3)).values():
        where = ItemFilter(**conditions)
        await check_served_by_index(
            shop,
            reads,
            lambda after: store.shop.page_of_items(where, order=order, first=5, after=after),  # noqa: B023
        )


NARROW: dict[str, tuple[LevelFilter, int]] = {
    "an item": (LevelFilter(skus=("S-007",)), 12),
    "a prefix": (LevelFilter(sku_prefix="S-10"), 21),
    "a long prefix": (LevelFilter(sku_prefix="S-107"), 12),
    "a prefix at a location": (LevelFilter(sku_prefix="S-10", locations=("L03",)), 10),
    "a prefix at locations": (LevelFilter(sku_prefix="S-10", locations=("L03", "L07")), 20),
    "items at locations": (LevelFilter(skus=("S-007", "S-107"), locations=("L03", "L07")), 4),
    "a prefix of a status": (LevelFilter(sku_prefix="S-10", statuses=(LevelStatus.OUT,)), 21),
    "open ones of a status": (LevelFilter(is_archived=False, statuses=(LevelStatus.LOW,)), 21),
    "open ones of an item": (LevelFilter(is_archived=False, skus=("S-007",)), 12),
    "a barcode": (LevelFilter(barcode="40007"), 12),
    "a barcode among all else": (
        LevelFilter(words=("thing", "black"), barcode="40003", category="C3", tags=("T0", "U3"), is_archived=False),
        12,
    ),
    "a part of a SKU": (LevelFilter(words=("123",)), 12),
    "a rare word among frequent ones": (LevelFilter(words=("black", "123", "thing")), 12),
    "a word with a rare one typed first": (LevelFilter(words=("123", "thing")), 12),
    "the beginning of a word": (LevelFilter(words=("whit",)), 21),
    "archived ones": (LevelFilter(is_archived=True), 21),
    "visible categories": (LevelFilter(categories=frozenset({"C3", "C5"})), 21),
    "visible categories at locations": (LevelFilter(categories=frozenset({"C3"}), locations=("L03", "L07")), 21),
    "a category at a location": (LevelFilter(category="C3", locations=("L03",)), 21),
    "a method": (LevelFilter(methods=(ReplenishmentMethod.PERIODIC,)), 21),
    "methods": (LevelFilter(methods=(ReplenishmentMethod.PERIODIC, ReplenishmentMethod.JUST_IN_TIME)), 21),
    "what is to be ordered": (LevelFilter(needs_reorder=True), 21),
    "what is to be ordered, or was declined": (LevelFilter(is_wanting=True), 21),
    "what is to be ordered of some items": (LevelFilter(needs_reorder=True, sku_prefix="S-10"), 21),
    "what is to be ordered at a location": (LevelFilter(needs_reorder=True, locations=("L03",)), 21),
    "nothing": (LevelFilter(words=("nothing",)), 0),
    "no such beginning": (LevelFilter(words=("nothin",)), 0),
    "no such barcode": (LevelFilter(words=("thing",), barcode="40"), 0),
}


@pytest.mark.parametrize("order", LevelOrder)
@pytest.mark.parametrize(("where", "levels"), NARROW.values(), ids=NARROW.keys())
async def test_a_page_looks_at_no_more_levels_than_it_shows(
    shop: tuple[Store, Database], reads: Reads, where: LevelFilter, levels: int, order: LevelOrder
) -> None:
    """The index alone decides, whichever condition narrows most: it leads to the levels of the page and one more."""
    store, database = shop
    reads.sent.clear()
    await store.stock.levels(where, order=order, first=PAGE, after=None)
    [query] = [query for query in reads.sent if query["find"] != "locations"]  # those that are archived
    explained = await database.command("explain", query, verbosity="executionStats")
    assert explained["executionStats"]["totalDocsExamined"] <= levels


@pytest.mark.parametrize("is_archived", [None, False])
async def test_locations_are_served_by_an_index(
    shop: tuple[Store, Database], reads: Reads, is_archived: bool | None
) -> None:
    """By code, archived or not."""
    store, _ = shop
    where = LocationFilter(is_archived=is_archived)
    await check_served_by_index(shop, reads, lambda after: store.shop.page_of_locations(where, first=5, after=after))


async def test_needs_that_are_due_to_wake_are_found_by_an_index(shop: tuple[Store, Database], reads: Reads) -> None:
    """Each second, in every process, so it looks at nothing else; and those of an older build are listed again."""
    store, database = shop
    levels, until = database["levels"], {"declined.until": 5}
    await levels.update_many({"sku": {"$lt": "S-10"}}, {"$set": until})
    due = await levels.count_documents(until)
    reads.sent.clear()
    assert len(await store.need_queue.due(now=Moment(9), limit=3)) == 3 < due
    [query] = reads.sent
    plan = await database.command("explain", query, verbosity="executionStats")
    assert not set(stages(plan["queryPlanner"]["winningPlan"])) & {"COLLSCAN", "SORT"}
    assert plan["executionStats"]["totalKeysExamined"] == 3
    await levels.update_many({}, {"$unset": {"is_wanting": "", "declined": ""}})
    await step_through(database, WANTING_LEVELS)
    assert await store.levels.count_levels(LevelFilter(is_wanting=True)) == await store.levels.count_levels(
        LevelFilter(needs_reorder=True)
    )
