"""The rule of counting, and the status of a level."""

import pytest
from msgspec import structs

from app.domain.errors import InsufficientStock, InvalidValue, QuantityOutOfRange
from app.domain.limits import MAX_OVERSOLD, MAX_QUANTITY
from app.domain.stock.availability import LevelStatus
from app.domain.stock.level import Level, LevelKey, unavailable_of
from app.domain.stock.level_change import Allowance, LevelChange, UnavailableReason, unavailable_change
from app.domain.time import Moment

KEY = LevelKey("TEA-1", "MAIN")


def test_available_is_what_is_neither_reserved_nor_unavailable() -> None:
    """Derived from the three counts, never stored."""
    assert Level(key=KEY, on_hand=10, reserved=3, damaged=2).available == 5


@pytest.mark.parametrize(
    ("available", "reorder_point", "status"),
    [
        (0, 0, LevelStatus.OUT),
        (0, 5, LevelStatus.OUT),
        (1, 0, LevelStatus.IN_STOCK),
        (4, 5, LevelStatus.LOW),
        (5, 5, LevelStatus.LOW),
        (6, 5, LevelStatus.IN_STOCK),
        (MAX_QUANTITY, MAX_QUANTITY, LevelStatus.LOW),
    ],
)
def test_a_level_is_low_at_its_reorder_point(available: int, reorder_point: int, status: LevelStatus) -> None:
    """OUT at nothing available, LOW at or below the point, whatever else is on hand."""
    assert Level(key=KEY, on_hand=available, reorder_point=reorder_point).status is status
    if available <= MAX_QUANTITY - 7:
        held = Level(key=KEY, on_hand=available + 7, reserved=3, quality_control=4, reorder_point=reorder_point)
        assert held.status is status


@pytest.mark.parametrize(
    "counts",
    [
        {"on_hand": -MAX_OVERSOLD - 1},
        {"on_hand": 1, "reserved": -1},
        {"on_hand": 1, "damaged": -1},
        {"on_hand": 1, "safety": 1, "other": -1},
        {"on_hand": 1, "backordered": -1},
        {"on_hand": 1, "incoming": -1},
        {"on_hand": MAX_QUANTITY + 1},
    ],
)
def test_a_level_that_breaks_the_rule_cannot_be_made(counts: dict[str, int]) -> None:
    """0 <= reserved, 0 <= unavailable, -100,000 <= on hand <= 2,147,483,647; the same where a level is changed."""
    with pytest.raises(AssertionError):
        Level(key=KEY, **counts)
    with pytest.raises(AssertionError):
        structs.replace(Level(key=KEY), **counts)


def test_levels_are_compared_without_what_the_ledger_does_not_know() -> None:
    """A reader notes that a level is archived before the ledger says so."""
    level = Level(key=KEY, on_hand=3)
    assert structs.replace(level, archived=True) == level
    assert len({structs.replace(level, archived=True), level}) == 1
    assert structs.replace(level, on_hand=4) != level
    assert level != KEY


@pytest.mark.parametrize("allowance", list(Allowance))
@pytest.mark.parametrize("reason", list(UnavailableReason))
def test_no_more_is_released_than_is_unavailable(reason: UnavailableReason, allowance: Allowance) -> None:
    """For each reason by itself, whatever else has happened: units of another class do not stand in for it."""
    level = Level(key=KEY, on_hand=20, damaged=2, quality_control=2, safety=2, other=2)
    assert level.refusal(unavailable_change(reason, -2, on_hand=-2), allowance) is None
    for change in (unavailable_change(reason, -3), unavailable_change(reason, -3, on_hand=-5)):
        refused = InsufficientStock(sku="TEA-1", location="MAIN", requested=3, available=2, reason=reason.value)
        assert level.refusal(change, allowance) == refused


@pytest.mark.parametrize(
    ("change", "requested"),
    [
        (LevelChange(on_hand=-6), 6),
        (LevelChange(reserved=6), 6),
        (LevelChange(other=6), 6),
        (LevelChange(on_hand=-2, reserved=2, safety=2), 6),
        (LevelChange(on_hand=1, reserved=7), 6),
        (LevelChange(on_hand=-MAX_QUANTITY), MAX_QUANTITY),
    ],
)
def test_no_more_than_is_available_can_be_taken(change: LevelChange, requested: int) -> None:
    """Units may leave, be reserved or become unavailable only up to what is available."""
    level = Level(key=KEY, on_hand=10, reserved=3, damaged=2)
    assert level.refusal(change) == InsufficientStock(sku="TEA-1", location="MAIN", requested=requested, available=5)


@pytest.mark.parametrize(
    "change",
    [
        LevelChange(),
        LevelChange(on_hand=-5),
        LevelChange(reserved=5),
        LevelChange(on_hand=1, reserved=6),
        LevelChange(on_hand=-3, reserved=-3),
        LevelChange(on_hand=MAX_QUANTITY - 10),
        LevelChange(incoming=4),
    ],
)
def test_a_change_without_a_refusal_keeps_the_rule(change: LevelChange) -> None:
    """What is not refused can be applied, and the version grows by one."""
    level = Level(key=KEY, on_hand=10, reserved=3, damaged=2, version=7)
    assert level.refusal(change) is None
    after = level.changed(change, at=Moment(5))
    assert (after.on_hand, after.reserved, after.unavailable, after.incoming) == (
        10 + change.on_hand,
        3 + change.reserved,
        2 + change.unavailable,
        change.incoming,
    )
    assert (after.version, after.changed_at, after.key) == (8, 5, KEY)


def test_a_level_cannot_grow_beyond_the_largest_quantity() -> None:
    """The refusal names the count that it would have been."""
    level = Level(key=KEY, on_hand=10)
    assert level.refusal(LevelChange(on_hand=MAX_QUANTITY - 9)) == QuantityOutOfRange(
        quantity=MAX_QUANTITY + 1, minimum=0
    )


def test_what_is_oversold_and_promised_leaves_no_count_that_cannot_be_told() -> None:
    """GraphQL's Int holds the sums of a level, and each change of it: it is read wherever levels are listed."""
    promised = Level(key=KEY, on_hand=0, reserved=MAX_QUANTITY)
    sold = LevelChange(on_hand=-1)
    assert promised.refusal(sold, Allowance.OVERSALE) == QuantityOutOfRange(quantity=-MAX_QUANTITY - 1)
    assert structs.replace(promised, on_hand=1).refusal(sold, Allowance.OVERSALE) is None
    earlier = structs.replace(promised, on_hand=-5)  # by a version that accepted it
    assert earlier.refusal(LevelChange(on_hand=2), Allowance.OVERSALE) is None
    oversold = Level(key=KEY, on_hand=-1)
    assert oversold.refusal(LevelChange(on_hand=MAX_QUANTITY + 1)) == QuantityOutOfRange(
        quantity=MAX_QUANTITY + 1, minimum=0
    )
    assert oversold.refusal(LevelChange(on_hand=MAX_QUANTITY)) is None


def test_a_reorder_point_is_replaced_only_where_one_is_given() -> None:
    """Zero is given; None is not."""
    level = Level(key=KEY, on_hand=1, reorder_point=5)
    points = [level.changed(LevelChange(reorder_point=point), at=Moment(1)).reorder_point for point in (None, 0, 9)]
    assert points == [5, 0, 9]


def test_backorders_go_below_zero_down_to_the_limit() -> None:
    """Promised units that are yet to come lower what is available; only a change that backorders may."""
    level = Level(key=KEY, on_hand=3, backorder_limit=4)
    assert level.refusal(LevelChange(reserved=3, backordered=4)) is None
    waiting = level.changed(LevelChange(reserved=3, backordered=4), at=Moment(1))
    assert (waiting.available, waiting.free, waiting.status) == (-4, 0, LevelStatus.OUT)
    for change in (LevelChange(backordered=1), LevelChange(on_hand=-1), LevelChange(damaged=1)):
        assert waiting.refusal(change) == InsufficientStock(
            sku="TEA-1", location="MAIN", requested=1, available=0, waiting=4
        )


def test_units_that_arrive_belong_to_those_who_wait() -> None:
    """Nobody else may take them; the waiting are given what is free, and no more."""
    level = Level(key=KEY, on_hand=2, backordered=4)
    assert (level.available, level.free) == (-2, 2)
    assert level.refusal(LevelChange(reserved=1)) is not None
    assert level.refusal(LevelChange(reserved=2, backordered=-2)) is None
    assert level.refusal(LevelChange(reserved=3, backordered=-3)) is not None
    assert level.refusal(LevelChange(on_hand=5)) is None


def test_a_count_is_remembered() -> None:
    """Only a count moves the moment of the last one."""
    counted = Level(key=KEY).changed(LevelChange(), at=Moment(5), is_count=True)
    assert (counted.counted_at, counted.changed(LevelChange(on_hand=1), at=Moment(6)).counted_at) == (5, 5)


def test_a_limit_is_replaced_only_where_one_is_given() -> None:
    """Zero is given; None is not."""
    level = Level(key=KEY, backorder_limit=5)
    limits = [level.changed(LevelChange(backorder_limit=limit), at=Moment(1)).backorder_limit for limit in (None, 0, 9)]
    assert limits == [5, 0, 9]


@pytest.mark.parametrize("reason", UnavailableReason)
def test_units_become_unavailable_for_a_reason(reason: UnavailableReason) -> None:
    """Each reason has a count of its own, and all of them make up what is unavailable."""
    change = unavailable_change(reason, 3)
    level = Level(key=KEY, on_hand=10).changed(change, at=Moment(1))
    assert (level.unavailable, level.available, change.unavailable) == (3, 7, 3)
    assert [unavailable_of(level, each) for each in UnavailableReason] == [
        3 if each is reason else 0 for each in UnavailableReason
    ]


@pytest.mark.parametrize(
    ("change", "allowance", "shortfall", "oversold"),
    [
        (LevelChange(on_hand=-6), Allowance.SHORTFALL, 1, 0),
        (LevelChange(on_hand=-10), Allowance.SHORTFALL, 5, 0),
        (LevelChange(damaged=8), Allowance.SHORTFALL, 3, 0),
        (LevelChange(on_hand=-6), Allowance.OVERSALE, 1, 0),
        (LevelChange(on_hand=-12), Allowance.OVERSALE, 5, 2),
        (LevelChange(on_hand=-10 - MAX_OVERSOLD), Allowance.OVERSALE, 5, MAX_OVERSOLD),
    ],
)
def test_what_has_happened_may_leave_less_than_was_promised(
    change: LevelChange, allowance: Allowance, shortfall: int, oversold: int
) -> None:
    """Units that are gone down to none on hand, and sales below that; what is merely asked for may not."""
    level = Level(key=KEY, on_hand=10, reserved=3, damaged=2)
    assert level.refusal(change, allowance) is None
    after = level.changed(change, at=Moment(1))
    assert (after.shortfall, after.oversold, after.free) == (shortfall, oversold, -shortfall - oversold)
    assert isinstance(level.refusal(change), InsufficientStock)
    for more in (LevelChange(on_hand=-1), LevelChange(reserved=1), LevelChange(safety=1)):
        assert isinstance(after.refusal(more), InsufficientStock)
    for less in (LevelChange(on_hand=1), LevelChange(reserved=-1), LevelChange(damaged=-1)):
        assert after.refusal(less) is None


@pytest.mark.parametrize(
    ("allowance", "least"), [(Allowance.NONE, 0), (Allowance.SHORTFALL, 0), (Allowance.OVERSALE, -MAX_OVERSOLD)]
)
def test_on_hand_is_bounded_below(allowance: Allowance, least: int) -> None:
    """Nothing that is not there leaves, be it reserved or gone; a sale only down to the limit."""
    level = Level(key=KEY, on_hand=4, reserved=9)
    units = 4 - least + 1
    for change in (LevelChange(on_hand=-units), LevelChange(on_hand=-units, reserved=-9)):
        refusal = level.refusal(change, allowance)
        if isinstance(refusal, InsufficientStock):
            assert (refusal.requested in (units, units - 9), refusal.available >= 0, least) == (True, True, 0)
        else:  # so many were not available either: the limit is told
            assert isinstance(refusal, InvalidValue)
            assert least < 0
    assert level.refusal(LevelChange(on_hand=1 - units, reserved=-9), allowance) is None


@pytest.mark.parametrize("change", [LevelChange(on_hand=2, reserved=2), LevelChange(on_hand=1, damaged=1)])
def test_what_is_asked_for_promises_none_of_the_units_that_are_owed(change: LevelChange) -> None:
    """Even where it brings as many units as it promises: a level that is oversold owes them to others."""
    oversold = Level(key=KEY, on_hand=-4)
    assert isinstance(oversold.refusal(change), InsufficientStock)
    assert oversold.refusal(change, Allowance.SHORTFALL) is None
