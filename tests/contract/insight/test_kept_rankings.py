"""A chain with too many levels to be ranked on request is ranked once a day, and its lists are the same."""

from collections.abc import Collection

import pytest

from app.domain.catalog.commands.upsert_item import ItemChange
from app.domain.insight.abc import AbcClass
from app.domain.insight.ranking import InsightOrder, Ranking, RankingTooLarge
from app.domain.stock.level import LevelKey
from app.domain.stock.movement import MovementReason
from app.domain.time import MICROSECONDS_PER_DAY, Moment
from app.services.filters import LevelFilter
from app.services.insight.filters import InsightFilter
from app.services.insight.insights import Insights
from app.services.insight.kept_ranking_worker import KeptRankingWorker
from app.services.insight.level_insight import LevelInsight
from app.services.insight.rankings import Rankings
from tests.support.clock import StillClock
from tests.support.scene import adjust, given_location, request_info
from tests.support.store import Store, whole

LOCATIONS = ("EAST", "NORTH", "WEST")
MAX_LEVELS = 5
FILTERS = (
    InsightFilter(),
    InsightFilter(classes=(AbcClass.A,)),
    InsightFilter(classes=(AbcClass.B, AbcClass.C)),
    InsightFilter(is_dead_stock=True),
    InsightFilter(is_dead_stock=False, classes=(AbcClass.C,)),
    InsightFilter(levels=LevelFilter(locations=("EAST", "WEST")), classes=(AbcClass.A, AbcClass.C)),
    InsightFilter(levels=LevelFilter(category="Odd")),
    InsightFilter(levels=LevelFilter(category="Odd", locations=("EAST", "WEST")), is_dead_stock=True),
)


class TooLarge(Rankings):
    """Rankings that are never made."""

    async def ranking(self, locations: Collection[str], *, days: int, with_out_time: bool = False) -> Ranking:
        raise RankingTooLarge("5 levels")


class Alone:
    """A lease that no other process wants."""

    async def hold(self, name: str) -> int | None:
        return 1

    async def release(self, name: str) -> None:
        pass


def on_request(store: Store) -> Insights:
    """Return insight as small shops have it."""
    return store.insights


def once_a_day(store: Store) -> Insights:
    """Return insight as a chain of more than five levels has it."""
    return Insights(
        reader=store.insight_reader,
        rankings=TooLarge(reader=store.insight_reader, clock=store.clock),
        kept=store.kept_rankings,
        levels=store.levels,
        catalog=store.catalog,
        clock=store.clock,
        max_levels=MAX_LEVELS,
    )


def worker(store: Store, *, max_levels: int = MAX_LEVELS) -> KeptRankingWorker:
    """Return the worker of such a chain."""
    return KeptRankingWorker(
        reader=store.insight_reader,
        kept=store.kept_rankings,
        levels=store.levels,
        catalog=store.catalog,
        lease=Alone(),
        clock=store.clock,
        max_levels=max_levels,
    )


async def given_chain(store: Store) -> None:
    """Stock four items at three locations a hundred days ago, and sell some of two of them since."""
    clock = store.clock
    assert isinstance(clock, StillClock)
    for code in LOCATIONS:
        await given_location(store, code)
    for number in range(4):
        sku, category = f"SKU-{number}", "Odd" if number % 2 else "Even"
        await store.shop.change_item(
            ItemChange(sku=sku, name=sku, category=category, unit_cost=number + 1), request=request_info()
        )
        for place, code in enumerate(LOCATIONS):
            await adjust(store, LevelKey(sku, code), 10 + number + place, reason=MovementReason.RECEIPT)
    clock.now = Moment(clock.now + 95 * MICROSECONDS_PER_DAY)
    for number, code in enumerate(LOCATIONS):
        await adjust(store, LevelKey("SKU-2", code), -9 + number, reason=MovementReason.SALE)
    await adjust(store, LevelKey("SKU-1", "EAST"), -11, reason=MovementReason.SALE)
    clock.now = Moment(clock.now + 5 * MICROSECONDS_PER_DAY)


async def listed(insights: Insights, where: InsightFilter, order: InsightOrder) -> list[LevelInsight]:
    """Return a whole list, read in pages of three, after its number was counted."""
    found = await whole(lambda after: insights.page(where, days=90, order=order, first=3, after=after))
    if not (where.is_dead_stock is None and where.classes is None):
        assert await insights.count(where, days=90) == len(found)
    return list(found)


async def seen(insights: Insights, where: InsightFilter, order: InsightOrder) -> list[object]:
    """Return what a list shows of each level."""
    return [
        (each.level.key, each.insight.units_sold, each.insight.is_dead_stock, await each.abc_class())
        for each in await listed(insights, where, order)
    ]


async def test_lists_are_the_same_as_on_request(store: Store) -> None:
    """In every order and with every filter, page by page, with the classes and the moment of the ranking."""
    await given_chain(store)
    assert await worker(store).look() == len(LOCATIONS)
    for order in InsightOrder:
        for where in FILTERS:
            kept = await seen(once_a_day(store), where, order)
            assert kept == await seen(on_request(store), where, order), (order, where)
            assert kept or where.classes, (order, where)
    for where in FILTERS:
        totals = await once_a_day(store).class_totals(where, days=90)
        assert totals == await on_request(store).class_totals(where, days=90), where
    assert totals.keys() == set(AbcClass)
    [first, *_] = await listed(once_a_day(store), InsightFilter(), InsightOrder.SALES_VALUE)
    assert first.ranked_at == store.clock()
    [first, *_] = await listed(once_a_day(store), InsightFilter(), InsightOrder.SKU)
    assert first.ranked_at is None


async def test_each_location_is_ranked_once_a_day(store: Store) -> None:
    """Figures are of now, places of the ranking, until the next day; a new location is ranked at once."""
    await given_chain(store)
    clock = store.clock
    assert isinstance(clock, StillClock)
    assert await worker(store).look() == 3
    ranked_at, best = clock.now, LevelKey("SKU-3", "WEST")
    before = [each.level.key for each in await listed(once_a_day(store), InsightFilter(), InsightOrder.SALES_VALUE)]
    await adjust(store, best, -12, reason=MovementReason.SALE)
    clock.now = Moment(clock.now + 1_000_000)
    assert await worker(store).look() == 0
    now = await listed(once_a_day(store), InsightFilter(), InsightOrder.SALES_VALUE)
    assert [each.level.key for each in now] == before
    assert {each.ranked_at for each in now} == {ranked_at}
    assert {each.level.key: each.insight.units_sold for each in now}[best] == 12
    dead = await listed(once_a_day(store), InsightFilter(is_dead_stock=False), InsightOrder.SKU)
    assert best not in [each.level.key for each in dead]

    await given_location(store, "SOUTH")
    with pytest.raises(RankingTooLarge):
        await listed(once_a_day(store), InsightFilter(), InsightOrder.SALES_VALUE)
    assert await worker(store).look() == 1

    clock.now = Moment(clock.now + MICROSECONDS_PER_DAY)
    assert await worker(store).look() == 4
    assert await worker(store).look() == 0
    [first, *_] = await listed(once_a_day(store), InsightFilter(), InsightOrder.SALES_VALUE)
    assert (first.level.key, first.ranked_at) == (best, clock.now)


async def test_a_small_shop_keeps_nothing_and_other_periods_are_refused(store: Store) -> None:
    """What can be ranked on request is; and only the last 90 days are kept."""
    await given_chain(store)
    assert await worker(store, max_levels=12).look() == 0
    assert await store.kept_rankings.locations(LOCATIONS) == {}
    assert await worker(store).look() == 3
    with pytest.raises(RankingTooLarge):
        await once_a_day(store).page(InsightFilter(), days=30, order=InsightOrder.STOCK_VALUE, first=3, after=None)


async def test_only_what_has_changed_is_written(store: Store) -> None:
    """A level that keeps its place costs no write, and one that is gone is not listed."""
    await given_chain(store)
    await worker(store).look()
    keys = [LevelKey(f"SKU-{number}", "EAST") for number in range(4)]
    ranked = await store.kept_rankings.levels_at(keys)
    assert await store.kept_rankings.keep("EAST", ranked, at=store.clock()) == 0
    changed = [ranked[0]._replace(cover=5), *ranked[1:3]]
    assert await store.kept_rankings.keep("EAST", changed, at=store.clock()) == 2
    assert set(await store.kept_rankings.levels_at(keys)) == set(changed)
