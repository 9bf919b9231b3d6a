"""What a policy wants at which position. No store is needed."""

import pytest

from app.domain.limits import MAX_QUANTITY
from app.domain.purchasing.rounding import round_to_packs
from app.domain.replenishment.need import missing_units, needed_after, spare_units
from app.domain.replenishment.policy import NO_POLICY, Policy, ReplenishmentMethod, policy_of
from app.domain.stock.level import Level, LevelKey
from app.domain.time import MICROSECONDS_PER_SECOND, Moment

KEY = LevelKey("TEA-1", "MAIN")
MIN_MAX = Policy(method=ReplenishmentMethod.MIN_MAX, target_level=50)
FIXED = Policy(method=ReplenishmentMethod.FIXED_QUANTITY, order_quantity=12)
PERIODIC = Policy(method=ReplenishmentMethod.PERIODIC, target_level=50, review_days=7)
JUST_IN_TIME = Policy(method=ReplenishmentMethod.JUST_IN_TIME, safety_stock=3)


def a_level(policy: Policy, **counts: int) -> Level:
    """Return a level whose reorder point is 10."""
    return Level(key=KEY, reorder_point=10, policy=policy, **counts)


@pytest.mark.parametrize(
    ("policy", "position", "wanted"),
    [
        (MIN_MAX, 11, 0),
        (MIN_MAX, 10, 40),
        (MIN_MAX, 0, 50),
        (MIN_MAX, -5, 55),
        (FIXED, 11, 0),
        (FIXED, 10, 12),
        (FIXED, -2, 24),  # 12 would bring it to 10, which is not above the reorder point
        (FIXED, -1, 12),
        (PERIODIC, 49, 1),
        (PERIODIC, 50, 0),
        (PERIODIC, 51, 0),
        (JUST_IN_TIME, 3, 0),
        (JUST_IN_TIME, -4, 7),
        (NO_POLICY, -100, 0),
    ],
)
def test_a_policy_wants_what_brings_the_position_to_where_it_should_be(
    policy: Policy, position: int, wanted: int
) -> None:
    """By each method, at a reorder point of 10."""
    assert policy.wanted(position=position, reorder_point=10) == wanted


@pytest.mark.parametrize(
    ("policy", "position", "is_short"),
    [
        (MIN_MAX, 11, False),
        (MIN_MAX, 10, True),
        (FIXED, 10, True),
        (FIXED, 11, False),
        (JUST_IN_TIME, 2, True),
        (JUST_IN_TIME, 3, False),
        (PERIODIC, -9, False),
        (NO_POLICY, -9, False),
        (Policy(method=ReplenishmentMethod.MIN_MAX), 0, False),
        (Policy(method=ReplenishmentMethod.FIXED_QUANTITY), 0, False),
    ],
)
def test_a_level_is_short_where_something_is_to_be_ordered_now(policy: Policy, position: int, is_short: bool) -> None:
    """Never by a policy that lacks a number, nor by one that orders at review dates only."""
    assert policy.is_short(position=position, reorder_point=10) is is_short


def test_what_is_on_order_is_not_needed_again() -> None:
    """Units on their way and units on drafts count like those that are there."""
    assert missing_units(a_level(MIN_MAX, on_hand=5), is_review=False) == 45
    assert missing_units(a_level(MIN_MAX, on_hand=5, incoming=45), is_review=False) == 0
    assert missing_units(a_level(MIN_MAX, on_hand=5, planned=45), is_review=False) == 0
    assert missing_units(a_level(MIN_MAX, on_hand=5, incoming=3, planned=2), is_review=False) == 40


def test_promised_and_unavailable_units_are_needed_again() -> None:
    """They are on hand, and not to be sold."""
    assert missing_units(a_level(MIN_MAX, on_hand=20, reserved=8, damaged=4), is_review=False) == 42


def test_a_periodic_level_orders_in_reviews_only() -> None:
    """However little is left between them."""
    level = a_level(PERIODIC, on_hand=1)
    assert missing_units(level, is_review=False) == 0
    assert missing_units(level, is_review=True) == 49


def test_no_more_is_wanted_than_a_level_may_hold() -> None:
    """Backordered units beside the largest target are missing afterwards."""
    policy = Policy(method=ReplenishmentMethod.MIN_MAX, target_level=MAX_QUANTITY)
    level = Level(key=KEY, backordered=4, backorder_limit=9, policy=policy)
    assert missing_units(level, is_review=False) == MAX_QUANTITY


def test_what_is_needed_later_is_not_ordered_yet() -> None:
    """Just in time: 7 are missing, and 5 of those are wanted after the lead time."""
    level = a_level(JUST_IN_TIME, on_hand=0, backordered=4, backorder_limit=9)
    assert missing_units(level, is_review=False, later=5) == 2
    assert missing_units(level, is_review=False, later=9) == 0


def test_an_order_comes_after_its_lead_time() -> None:
    """In whole days."""
    assert needed_after(2, now=Moment(5)) == 5 + 2 * 86_400 * MICROSECONDS_PER_SECOND


@pytest.mark.parametrize(
    ("wanted", "minimum", "pack", "quantity"),
    [
        (1, 1, 1, 1),
        (5, 1, 4, 8),
        (8, 1, 4, 8),
        (1, 10, 1, 10),
        (1, 10, 6, 12),
        (MAX_QUANTITY, 1, 2, MAX_QUANTITY - 1),
        (1, MAX_QUANTITY, MAX_QUANTITY - 1, MAX_QUANTITY - 1),
    ],
)
def test_a_quantity_is_rounded_up_to_minimum_and_packs(wanted: int, minimum: int, pack: int, quantity: int) -> None:
    """Whole packs, and not below the minimum; no more than can be ordered."""
    assert round_to_packs(wanted, minimum_quantity=minimum, pack_size=pack) == quantity


def test_a_location_gives_away_what_it_does_not_need_itself() -> None:
    """Beyond its target; beyond its reorder point where that is faster than buying; never what is promised already."""
    source = a_level(MIN_MAX, on_hand=60)
    assert spare_units(source, is_faster=False) == 10
    assert spare_units(source, is_faster=True) == 50
    assert spare_units(a_level(MIN_MAX, on_hand=60, reserved=25), is_faster=True) == 25
    assert spare_units(a_level(MIN_MAX, on_hand=4), is_faster=True) == 0
    assert spare_units(a_level(MIN_MAX, on_hand=60, pledged=8), is_faster=False) == 2
    assert spare_units(a_level(MIN_MAX, on_hand=60, pledged=18), is_faster=False) == 0


@pytest.mark.parametrize("policy", [NO_POLICY, MIN_MAX, Policy(alert_margin=3, own=("alert_margin", "reorder_point"))])
def test_a_policy_is_the_same_after_it_was_kept_or_sent(policy: Policy) -> None:
    """Only what differs from no policy is kept."""
    assert policy_of(policy.plain()) == policy
    assert policy.plain().keys() == {
        name for name in policy.__slots__ if getattr(policy, name) != getattr(NO_POLICY, name)
    }


def test_an_absent_policy_is_none() -> None:
    """The very object, so that levels without one cost nothing."""
    assert policy_of(None) is NO_POLICY
    assert policy_of({}) is NO_POLICY
