"""Rankings: classes within each location, and every order."""

import pytest

from app.domain.insight.abc import AbcClass
from app.domain.insight.insight import DayEndCounts, LedgerSums
from app.domain.insight.ranking import ENDLESS, InsightOrder, RankedLevel, Ranking, StockedLevel, place_of
from app.domain.insight.window import Window
from app.domain.money import Money
from app.domain.stock.level import LevelKey
from app.domain.time import MICROSECONDS_PER_DAY, Moment
from tests.support.clock import START

A, B, C = AbcClass.A, AbcClass.B, AbcClass.C
TEN_DAYS = Window(until=START, days=10)
MAIN, NORTH = "MAIN", "NORTH"


def stocked(
    sku: str, location: str = MAIN, *, on_hand: int = 10, cost: int | None = 1, is_closed: bool = False
) -> StockedLevel:
    """Return a level of which all units are available."""
    unit_cost = None if cost is None else Money(cost)
    return StockedLevel(LevelKey(sku, location), DayEndCounts(on_hand, on_hand), unit_cost, is_closed)


def sold(units: int) -> LedgerSums:
    """Return the sums of a level that only sold, in the middle of the window, and had enough left."""
    at = Moment(START - 5 * MICROSECONDS_PER_DAY)
    return LedgerSums(
        units=units, moved=-units, moved_late=-units * 5 * MICROSECONDS_PER_DAY, ended=DayEndCounts(10, 10), sold_at=at
    )


def ranking(levels: list[StockedLevel], **units: int) -> Ranking:
    """Rank levels of which these items sold so much, at all locations."""
    sums = {level.key: sold(units[level.key.sku]) for level in levels if level.key.sku in units}
    return Ranking.of(levels, sums=sums, window=TEN_DAYS)


def test_items_are_classed_at_each_location_by_the_value_of_sales() -> None:
    """What matters most in the north may matter little elsewhere; what is archived or has no cost is C."""
    made = ranking(
        [
            stocked("many", cost=1),
            stocked("dear", cost=100),
            stocked("some", cost=9),
            stocked("priceless", cost=None),
            stocked("old", cost=10_000, is_closed=True),
            stocked("quiet"),
            stocked("many", NORTH, cost=1),
            stocked("quiet", NORTH),
        ],
        many=40,
        dear=10,
        some=20,
        priceless=500,
        old=99,
    )
    assert len(made) == 8
    assert {level.key: level.abc_class for level in made.levels} == {
        LevelKey("dear", MAIN): A,
        LevelKey("some", MAIN): B,
        LevelKey("many", MAIN): C,
        LevelKey("priceless", MAIN): C,
        LevelKey("old", MAIN): C,
        LevelKey("quiet", MAIN): C,
        LevelKey("many", NORTH): A,
        LevelKey("quiet", NORTH): C,
    }
    assert all(made.class_of(level.key) is level.abc_class for level in made.levels)
    assert made.class_of(LevelKey("unknown", MAIN)) is C


def test_a_level_is_ranked_by_its_figures() -> None:
    """Values in money, cover in seconds, time out in microseconds."""
    [level] = ranking([stocked("tea", on_hand=30, cost=7)], tea=20).levels
    assert level == RankedLevel(
        key=LevelKey("tea", MAIN),
        abc_class=A,
        is_dead_stock=False,
        sales_value=140,
        stock_value=210,
        cover=15 * 24 * 3_600,
        out_time=0,
    )
    [quiet] = ranking([stocked("tea", on_hand=0, cost=None)]).levels
    assert (quiet.cover, quiet.out_time, quiet.sales_value, quiet.stock_value) == (
        ENDLESS,
        10 * MICROSECONDS_PER_DAY,
        0,
        0,
    )
    [dear] = ranking([stocked("tea", on_hand=2**31 - 1, cost=10**13)], tea=2**31 - 1).levels
    assert (dear.sales_value, dear.stock_value) == (ENDLESS, ENDLESS)  # the largest that a cursor can hold


ORDERS = {
    InsightOrder.SKU: ["a", "b", "c", "d", "d"],
    InsightOrder.LOCATION: ["a", "b", "c", "d", "d"],
    InsightOrder.SALES_VALUE: ["c", "a", "b", "d", "d"],
    InsightOrder.STOCK_VALUE: ["b", "c", "a", "d", "d"],
    InsightOrder.DAYS_OF_COVER: ["c", "a", "b", "d", "d"],
    InsightOrder.STOCK_OUT_DAYS: ["d", "d", "a", "b", "c"],
}


@pytest.mark.parametrize(("order", "skus"), ORDERS.items(), ids=[order.value for order in ORDERS])
def test_levels_are_put_in_order(order: InsightOrder, skus: list[str]) -> None:
    """Equal figures go by SKU, then location; from any place on, the rest follows."""
    levels = [
        stocked("d", NORTH, on_hand=0),
        stocked("d", MAIN, on_hand=0),
        stocked("c", cost=2),
        stocked("b", on_hand=90),
        stocked("a"),
    ]
    made = ranking(levels, a=5, b=5, c=9)
    found = made.ordered(order)
    assert [level.key.sku for level in found] == skus
    assert [level.key.location for level in found if level.key.sku == "d"] == [MAIN, NORTH]
    for number, level in enumerate(found):
        assert made.ordered(order, after=place_of(level, order)) == found[number + 1 :]
