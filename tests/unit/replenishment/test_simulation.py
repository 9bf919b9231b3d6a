"""The past of a level with another policy, worked out by hand."""

from collections.abc import Sequence

import pytest

from app.domain.insight.window import SALES_DAYS
from app.domain.replenishment.policy import Policy, ReplenishmentMethod
from app.domain.replenishment.simulation import PastDay, Simulation, StockFigures, simulate
from app.domain.stock.level import Level, LevelKey
from app.domain.time import MICROSECONDS_PER_DAY, Moment

KEY = LevelKey("TEA-1", "MAIN")
MIN_MAX = Policy(method=ReplenishmentMethod.MIN_MAX, target_level=10)


def day(number: int, *, sold: int = 0, received: int = 0, on_hand: int | None = 0) -> PastDay:
    """Return a day of the past; its end is in the day of that number, since 1970."""
    return PastDay(at=Moment(number * MICROSECONDS_PER_DAY + 1), on_hand=on_hand, sold=sold, received=received)


def replayed(
    policy: Policy,
    *sold: int,
    opening: int,
    reorder_point: int = 4,
    lead_time_days: int | None = 2,
    before: Sequence[int] = (),
    pack: int = 1,
) -> Simulation:
    """Replay days of which only the demand is known."""
    return simulate(
        Level(key=KEY, reorder_point=reorder_point, policy=policy, reserved=3, on_hand=5, closed=True),
        [day(number, sold=units) for number, units in enumerate(sold)],
        opening=opening,
        demand_before=before,
        lead_time_days=lead_time_days,
        rounded=lambda units: -(-units // pack) * pack,
    )


def evenings(found: Simulation) -> list[tuple[int | None, int, int, int]]:
    """Return what each day came to: on hand, lost, arrived, ordered."""
    return [(each.on_hand, each.lost, each.arrived, each.ordered) for each in found.days]


def test_what_is_ordered_comes_after_the_lead_time_and_is_not_ordered_twice() -> None:
    """Sales take what is there, and the rest is lost; the level's own units and state of today do not count."""
    found = replayed(MIN_MAX, 3, 2, 4, 3, 0, opening=8)
    assert evenings(found) == [(5, 0, 0, 0), (3, 0, 0, 7), (0, 1, 0, 0), (4, 0, 7, 6), (4, 0, 0, 0)]
    assert found.simulated == StockFigures(
        days=5, days_out=1, units_sold=11, units_lost=1, units_received=7, mean_on_hand=16 / 5
    )


def test_orders_are_in_the_packs_of_the_supplier() -> None:
    """As real ones."""
    assert evenings(replayed(MIN_MAX, 4, 0, 0, opening=8, pack=12))[0] == (4, 0, 0, 12)


def test_without_a_lead_time_nothing_is_ordered() -> None:
    """And an order takes a day at least."""
    assert [each.ordered for each in replayed(MIN_MAX, 8, 0, opening=8, lead_time_days=None).days] == [0, 0]
    at_once = replayed(MIN_MAX, 8, 0, opening=8, lead_time_days=0)
    assert evenings(at_once) == [(0, 0, 0, 10), (10, 0, 10, 0)]


def test_what_comes_back_is_there_again() -> None:
    """More than was sold on that day."""
    assert evenings(replayed(Policy(), -2, 1, opening=1)) == [(3, 0, 0, 0), (2, 0, 0, 0)]


def test_periodic_orders_at_review_dates_alone() -> None:
    """The days of the calendar."""
    policy = Policy(method=ReplenishmentMethod.PERIODIC, target_level=10, review_days=3)
    assert [each.ordered for each in replayed(policy, *[1] * 7, opening=10).days] == [1, 0, 0, 3, 0, 0, 3]


def test_demand_decides_as_the_daily_review_does() -> None:
    """By the days before each evening, also those before the replay."""
    policy = Policy(method=ReplenishmentMethod.DEMAND_BASED, service_level=0.95, review_days=5)
    steady = replayed(policy, 2, 2, 2, opening=6, before=[2] * SALES_DAYS, reorder_point=0)
    assert [each.ordered for each in steady.days] == [10, 0, 0]  # 2 a day: at 4 or below, up to 14
    young = replayed(policy, 2, 2, 2, opening=20, reorder_point=0)
    assert [each.ordered for each in young.days] == [0, 0, 0]
    own = Policy(method=ReplenishmentMethod.DEMAND_BASED, target_level=6, own=("target_level",))
    assert replayed(own, 2, opening=6, before=[2] * SALES_DAYS).days[0].ordered == 2


def test_what_was_on_its_way_comes() -> None:
    """What really arrived within the first lead time; later arrivals were the real policy's."""
    days = [
        day(0, on_hand=None),
        day(1, sold=1, received=6, on_hand=5),
        day(2, received=3, on_hand=8),
        day(3, received=50, on_hand=58),
    ]
    found = simulate(
        Level(key=KEY, reorder_point=4, policy=MIN_MAX),
        days,
        opening=0,
        demand_before=[],
        lead_time_days=2,
        rounded=lambda units: units,
    )
    assert evenings(found) == [(None, 0, 0, 0), (5, 0, 6, 0), (8, 0, 3, 0), (8, 0, 0, 0)]
    assert found.actual == StockFigures(
        days=3, days_out=0, units_sold=1, units_lost=None, units_received=59, mean_on_hand=71 / 3
    )


@pytest.mark.parametrize("days", [(), (day(0, on_hand=None),)])
def test_a_level_without_a_past_comes_to_nothing(days: Sequence[PastDay]) -> None:
    """And divides by nothing."""
    found = simulate(
        Level(key=KEY, policy=MIN_MAX), days, opening=0, demand_before=[], lead_time_days=1, rounded=lambda units: units
    )
    assert found.simulated == StockFigures(
        days=0, days_out=0, units_sold=0, units_lost=0, units_received=0, mean_on_hand=0.0
    )
