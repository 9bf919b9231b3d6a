"""Insight into levels, the same over every store; the figures are worked out by hand from twenty days of a shop."""

from decimal import Decimal
from typing import Any

import pytest

from app.domain.catalog.commands.upsert_item import ItemChange
from app.domain.failures import BadArgument
from app.domain.insight.abc import AbcClass
from app.domain.insight.ranking import InsightOrder, RankingTooLarge
from app.domain.insight.window import Window
from app.domain.stock.level import LevelKey
from app.domain.stock.movement import MovementReason
from app.domain.time import MICROSECONDS_PER_DAY, Moment
from app.services.filters import LevelFilter
from app.services.insight.filters import InsightFilter
from app.services.insight.insights import Insights
from app.services.insight.level_insight import LevelInsight
from app.services.insight.rankings import Rankings
from app.services.paging import Page
from tests.support.clock import START
from tests.support.scene import adjust, given_location, request_info
from tests.support.store import Store, whole

A, C = AbcClass.A, AbcClass.C
TEA, CUP, JAM, OLD = (LevelKey(sku, "MAIN") for sku in ("TEA-1", "CUP-1", "JAM-1", "OLD-1"))
TEA_NORTH, CUP_NORTH = LevelKey("TEA-1", "NORTH"), LevelKey("CUP-1", "NORTH")
COSTS = {"TEA-1": Decimal(2), "CUP-1": Decimal(5), "JAM-1": None, "OLD-1": Decimal(99)}
SALE, RECEIPT = MovementReason.SALE, MovementReason.RECEIPT
EVERYTHING = InsightFilter()

# The days that are looked at are the tenth to the twentieth.
LEDGER: list[tuple[int, LevelKey, int, MovementReason]] = [
    (0, TEA, 20, RECEIPT),
    (0, TEA_NORTH, 5, RECEIPT),
    (0, CUP_NORTH, 1, RECEIPT),
    (0, OLD, 9, RECEIPT),
    (1, CUP, 10, RECEIPT),
    (2, CUP, -1, SALE),
    (11, CUP_NORTH, -1, SALE),
    (12, TEA, -8, SALE),
    (12, OLD, -8, SALE),
    (14, JAM, 6, RECEIPT),
    (15, TEA, -12, SALE),
    (16, TEA, 30, RECEIPT),
    (17, JAM, -3, SALE),
]


async def given_twenty_days(store: Store, *, also: LevelKey | None = None) -> None:
    """Let the ledger happen, and look at it at the end of its twentieth day; `also` has received units at its start."""
    for code in ("MAIN", "NORTH"):
        await given_location(store, code)
    for sku, cost in COSTS.items():
        category = "Drinks" if sku == "TEA-1" else None
        await store.shop.change_item(
            ItemChange(sku=sku, name=sku, category=category, unit_cost=cost), request=request_info()
        )
    for day, key, delta, reason in [*([(0, also, 4, RECEIPT)] if also else []), *LEDGER]:
        store.clock.now = Moment(START + day * MICROSECONDS_PER_DAY)
        await adjust(store, key, delta, reason=reason)
    await store.shop.archive_item(OLD.sku, is_archived=True, request=request_info())
    store.clock.now = Moment(START + 20 * MICROSECONDS_PER_DAY)


async def listed(
    store: Store, where: InsightFilter = EVERYTHING, order: InsightOrder = InsightOrder.SKU, *, first: int = 2
) -> list[LevelInsight]:
    """Return a whole list, read in pages, after checking that it counts as many."""
    found = await whole(lambda after: store.insights.page(where, days=10, order=order, first=first, after=after))
    assert await store.insights.count(where, days=10) == len(found)
    return list(found)


def keys(found: list[LevelInsight]) -> list[LevelKey]:
    """Return the keys of what was listed."""
    return [each.level.key for each in found]


def about_equal(value: float) -> Any:  # noqa: ANN401 - pytest's own type
    """Return the value give or take microseconds: lines are recorded a few of them after the clock."""
    return pytest.approx(value, abs=1e-6)


async def test_a_level_is_seen_through(store: Store) -> None:
    """20 units for 2 days, 12 for 3, none for 1, 30 for 4; and what the others did."""
    await given_twenty_days(store)
    found = {each.level.key: each for each in await listed(store)}
    told = {key: each.insight for key, each in found.items()}
    assert {key: each.units_sold for key, each in told.items()} == {
        CUP: 0,
        CUP_NORTH: 1,
        JAM: 3,
        OLD: 8,
        TEA: 20,
        TEA_NORTH: 0,
    }
    tea, jam = told[TEA], told[JAM]
    assert (tea.velocity, tea.days_of_cover, tea.observed_days) == (2.0, 15.0, 10.0)
    assert (tea.mean_on_hand, tea.stock_out_days) == (about_equal(19.6), about_equal(1.0))
    assert tea.turnover == about_equal(2 * 365 / 19.6)
    assert (tea.sales_value, tea.stock_value) == (400_000, 600_000)
    assert (jam.observed_days, jam.velocity, jam.days_of_cover) == (about_equal(6), about_equal(0.5), about_equal(6))
    assert (jam.mean_on_hand, jam.stock_out_days, jam.sales_value) == (about_equal(4.5), 0.0, None)
    assert (told[CUP_NORTH].stock_out_days, told[CUP_NORTH].days_of_cover) == (about_equal(9), 0.0)
    assert (told[TEA_NORTH].turnover, told[TEA_NORTH].days_of_cover) == (0.0, None)
    assert {key for key, each in told.items() if each.is_dead_stock} == {CUP, TEA_NORTH}
    assert {key: each.level for key, each in found.items()} == await store.levels.levels_at(list(found))
    sales = {key: [line for line in await store.movements(key) if line.reason is SALE] for key in found}
    assert {key: each.last_sold_at for key, each in found.items()} == {
        key: lines[-1].recorded_at if lines else None for key, lines in sales.items()
    }
    assert {key: await each.abc_class() for key, each in found.items()} == {
        CUP: C,
        CUP_NORTH: A,
        JAM: C,
        OLD: C,
        TEA: A,
        TEA_NORTH: C,
    }


BY_SKU = [CUP, CUP_NORTH, JAM, OLD, TEA, TEA_NORTH]
ORDERS = {
    InsightOrder.SKU: BY_SKU,
    InsightOrder.LOCATION: [CUP, JAM, OLD, TEA, CUP_NORTH, TEA_NORTH],
    InsightOrder.SALES_VALUE: [OLD, TEA, CUP_NORTH, CUP, JAM, TEA_NORTH],
    InsightOrder.STOCK_VALUE: [OLD, TEA, CUP, TEA_NORTH, CUP_NORTH, JAM],
    InsightOrder.DAYS_OF_COVER: [CUP_NORTH, OLD, JAM, TEA, CUP, TEA_NORTH],
    InsightOrder.STOCK_OUT_DAYS: [CUP_NORTH, TEA, CUP, JAM, OLD, TEA_NORTH],
}


async def test_lists_have_every_order(store: Store) -> None:
    """In pages of any size, each level once."""
    await given_twenty_days(store)
    for order, expected in ORDERS.items():
        for first in (1, 4, 250):
            assert keys(await listed(store, order=order, first=first)) == expected, order


FILTERS: dict[str, tuple[dict[str, Any], dict[str, Any], list[LevelKey]]] = {
    "class A": ({"classes": (A,)}, {}, [CUP_NORTH, TEA]),
    "no class": ({"classes": ()}, {}, []),
    "other classes": ({"classes": (AbcClass.B, C)}, {}, [CUP, JAM, OLD, TEA_NORTH]),
    "dead": ({"is_dead_stock": True}, {}, [CUP, TEA_NORTH]),
    "alive": ({"is_dead_stock": False}, {}, [CUP_NORTH, JAM, OLD, TEA]),
    "dead in the north": ({"is_dead_stock": True}, {"locations": ("NORTH",)}, [TEA_NORTH]),
    "dead drinks": ({"is_dead_stock": True}, {"category": "Drinks"}, [TEA_NORTH]),
    "class A of an item": ({"classes": (A,)}, {"skus": ("TEA-1", "JAM-1")}, [TEA]),
    "class C that is open": ({"classes": (C,)}, {"is_archived": False}, [CUP, JAM, TEA_NORTH]),
    "nowhere": ({"classes": (A, C)}, {"locations": ("SOUTH",)}, []),
    "a location": ({}, {"locations": ("NORTH",)}, [CUP_NORTH, TEA_NORTH]),
    "a category": ({}, {"category": "Drinks"}, [TEA, TEA_NORTH]),
}


async def test_lists_are_narrowed(store: Store) -> None:
    """By class and dead stock, by whatever levels are found by, and by both."""
    await given_twenty_days(store)
    for name, (ranked, of_levels, expected) in FILTERS.items():
        where = InsightFilter(**ranked, levels=LevelFilter(**of_levels))
        assert keys(await listed(store, where)) == expected, name
        assert set(keys(await listed(store, where, InsightOrder.STOCK_VALUE))) == set(expected), name


async def test_what_was_sold_since_it_was_ranked_is_dead_no_more(store: Store) -> None:
    """It is left out, and the list goes on behind it."""
    # given
    jam_north = LevelKey("JAM-1", "NORTH")
    await given_twenty_days(store, also=jam_north)
    remembering = Insights(
        reader=store.insight_reader,
        rankings=Rankings(reader=store.insight_reader, clock=store.clock, monotonic=lambda: 0),
        kept=store.kept_rankings,
        levels=store.levels,
        catalog=store.catalog,
        clock=store.clock,
    )
    dead = InsightFilter(is_dead_stock=True)

    async def page(after: str | None) -> Page[LevelInsight]:
        return await remembering.page(dead, days=10, order=InsightOrder.SKU, first=1, after=after)

    first = await page(None)
    # when
    await adjust(store, jam_north, -1, reason=SALE)
    # then
    second = await page(first.end_cursor)
    assert keys([*first.nodes, *second.nodes]) == [CUP, TEA_NORTH]
    assert (first.has_next, second.has_next) == (True, False)
    assert await remembering.count(dead, days=10) == 3  # as it was ranked


async def test_whole_locations_are_read_as_their_levels_are(store: Store) -> None:
    """One by one or all at once, the sums are the same; what did not move has none."""
    await given_twenty_days(store)
    reader, period = store.insight_reader, Window(until=store.clock(), days=10)
    at_once = await reader.sums_in(["MAIN", "NORTH"], window=period)
    assert at_once == await reader.sums_at(BY_SKU, window=period)
    assert at_once.keys() == {CUP_NORTH, TEA, OLD, JAM}
    assert await reader.sales_in(["MAIN", "NORTH"], window=period) == {
        key: sums._replace(moved_late=0, out_late=0, ended=None) for key, sums in at_once.items()
    }
    assert (await reader.sums_in(["NORTH", "SOUTH"], window=period)).keys() == {CUP_NORTH}
    stocked = {level.key: level for level in await reader.stock_in(["MAIN"], limit=4)}
    assert stocked.keys() == {CUP, JAM, OLD, TEA}
    assert {key for key, level in stocked.items() if level.is_closed} == {OLD}
    assert (stocked[TEA].unit_cost, stocked[JAM].unit_cost, stocked[TEA].counts) == (20_000, None, (30, 30))
    for too_many in (reader.stock_in(["MAIN"], limit=3), reader.matching(LevelFilter(), limit=5)):
        with pytest.raises(RankingTooLarge, match=r"limit of [35] levels\. Narrow the filter to fewer locations"):
            await too_many


async def test_counts_of_any_size_are_averaged(store: Store) -> None:
    """Also where units times microseconds are more than the server's whole numbers hold."""
    await given_location(store)
    await store.shop.change_item(
        ItemChange(sku="TEA-1", name="Tea", unit_cost=Decimal(1_000_000_000)), request=request_info()
    )
    await adjust(store, TEA, 2_000_000_000, reason=RECEIPT)
    store.clock.now = Moment(START + 15 * MICROSECONDS_PER_DAY)
    await adjust(store, TEA, -1_800_000_000, reason=SALE)
    store.clock.now = Moment(START + 20 * MICROSECONDS_PER_DAY)
    [tea] = await listed(store, order=InsightOrder.STOCK_OUT_DAYS)
    assert tea.insight.mean_on_hand == pytest.approx(1_100_000_000)
    assert (tea.insight.units_sold, tea.insight.sales_value) == (1_800_000_000, 18 * 10**21)
    assert (await store.demand_reader.demand_at([TEA], window=Window(store.clock(), days=10)))[
        TEA
    ].deviation == pytest.approx(1.8e9 / 10**0.5)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"days": 0}, "`days` must be between 1 and 730"),
        ({"days": 731}, "`days` must be between 1 and 730"),
        ({"first": 251}, "`first` must be between 0 and 250"),
        ({"after": "nonsense"}, "The cursor does not belong"),
    ],
)
async def test_what_cannot_be_asked_is_refused(store: Store, arguments: dict[str, Any], message: str) -> None:
    """In any order."""
    for order in (InsightOrder.SKU, InsightOrder.SALES_VALUE):
        asked = {"days": 90, "first": 50, "after": None, "order": order, **arguments}
        with pytest.raises(BadArgument, match=message):
            await store.insights.page(EVERYTHING, **asked)


async def test_an_empty_shop_has_empty_lists(store: Store) -> None:
    """Neither the first page nor one of nothing."""
    for order in InsightOrder:
        assert await listed(store, order=order) == []
        page = await store.insights.page(EVERYTHING, days=10, order=order, first=0, after=None)
        assert (page.nodes, page.has_next) == ((), False)
