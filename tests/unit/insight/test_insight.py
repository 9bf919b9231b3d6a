"""Insight: sums over the ledger, against figures worked out by hand and against walking through the lines in order."""

from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.insight.insight import DayEndCounts, Insight, LedgerSums
from app.domain.insight.window import Window
from app.domain.money import Money
from app.domain.stock.level import Level, LevelKey
from app.domain.stock.level_change import LevelChange
from app.domain.stock.movement import Movement, MovementReason
from app.domain.time import MICROSECONDS_PER_DAY, Moment
from tests.support.clock import START

KEY = LevelKey("TEA-1", "MAIN")
TEN_DAYS = Window(until=START, days=10)
SALE, RETURN, RECEIPT = MovementReason.SALE, MovementReason.RETURN, MovementReason.RECEIPT
BUSY = Level(key=KEY, on_hand=20, version=3, changed_at=Moment(START - 100 * MICROSECONDS_PER_DAY))  # there long before


def on(day: float) -> Moment:
    """Return the moment so many days after the window's beginning."""
    return Moment(TEN_DAYS.since + round(day * MICROSECONDS_PER_DAY))


def played(level: Level, *steps: tuple[float, MovementReason, LevelChange]) -> list[Movement]:
    """Return the lines of changes on these days of the window, in order."""
    lines = []
    for day, reason, change in steps:
        level = level.changed(change, at=on(day))
        lines.append(recorded(reason, change, level))
    return lines


def recorded(reason: MovementReason, change: LevelChange, after: Level) -> Movement:
    """Return a line."""
    return Movement(
        operation_id="1", writer="w", recorded_at=after.changed_at, reason=reason, change=change, after=after
    )


def units(on_hand: int = 0, **others: int) -> LevelChange:
    """Return a change of units."""
    return LevelChange(on_hand=on_hand, **others)


def insight(lines: Sequence[Movement], *, now: Level | None = None, unit_cost: int | None = 100) -> Insight:
    """Return the insight of lines since the window's beginning, of a level that is as they left it."""
    level = now or lines[-1].after
    return Insight(
        key=KEY,
        counts=DayEndCounts(level.on_hand, level.available),
        unit_cost=None if unit_cost is None else Money(unit_cost),
        sums=LedgerSums.of(lines, window=TEN_DAYS),
        window=TEN_DAYS,
    )


def test_a_level_that_sells_is_seen_through() -> None:
    """20 units for 2 days, 12 for 3, none for 1, 30 for 4: 196 unit days in ten."""
    seen = insight(
        played(BUSY, (2, SALE, units(-8)), (5, SALE, units(-12)), (6, RECEIPT, units(29)), (6 + 1e-9, RETURN, units(1)))
    )
    assert (seen.units_sold, seen.velocity, seen.observed_days) == (19, 1.9, 10.0)
    assert seen.mean_on_hand == pytest.approx((20 * 2 + 12 * 3 + 30 * 4) / 10)
    assert seen.days_of_cover == pytest.approx(30 / 1.9)
    assert seen.turnover == pytest.approx(1.9 * 365 / 19.6)
    assert seen.stock_out_days == 1.0
    assert seen.is_dead_stock is False
    assert (seen.sales_value, seen.stock_value) == (1_900, 3_000)


def test_what_is_reserved_is_not_available() -> None:
    """Stock is out while all of it is promised, unsound or backordered; on hand stays."""
    seen = insight(
        played(
            BUSY,
            (1, MovementReason.RESERVATION, units(reserved=15)),
            (2, MovementReason.RECLASSIFICATION, units(damaged=5)),  # nothing is left
            (4, MovementReason.RELEASE, units(reserved=-1)),
            (7, MovementReason.RESERVATION, units(reserved=1, backordered=3)),
            (9, MovementReason.RELEASE, units(reserved=-15, backordered=-3)),
        )
    )
    assert seen.stock_out_days == 4.0
    assert (seen.mean_on_hand, seen.units_sold, seen.days_of_cover, seen.turnover) == (20.0, 0, None, 0.0)
    assert seen.is_dead_stock is True


def test_a_level_that_did_not_move_is_as_it_is_now() -> None:
    """Its counts stand for the whole window."""
    quiet = insight([], now=BUSY)
    assert (quiet.mean_on_hand, quiet.stock_out_days, quiet.velocity, quiet.observed_days) == (20.0, 0.0, 0.0, 10.0)
    assert (quiet.is_dead_stock, quiet.days_of_cover, quiet.turnover) == (True, None, 0.0)
    empty = insight([], now=Level(key=KEY, version=9))
    assert (empty.mean_on_hand, empty.stock_out_days, empty.turnover, empty.is_dead_stock) == (0.0, 10.0, None, False)


def test_a_young_level_is_measured_since_it_began() -> None:
    """It was neither empty nor out before its first line."""
    seen = insight(played(Level(key=KEY), (6, RECEIPT, units(10)), (7, SALE, units(-4)), (9, SALE, units(-6))))
    assert (seen.observed_days, seen.velocity, seen.stock_out_days) == (4.0, 2.5, 1.0)
    assert seen.mean_on_hand == pytest.approx((10 * 1 + 6 * 2 + 0) / 4)
    assert seen.days_of_cover == 0.0
    nothing_yet = insight(played(Level(key=KEY), (6, MovementReason.SETTINGS, units(reorder_point=5))))
    assert (nothing_yet.stock_out_days, nothing_yet.mean_on_hand, nothing_yet.is_dead_stock) == (4.0, 0.0, False)


def test_a_level_of_an_hour_does_not_sell_24_times_a_day() -> None:
    """It is taken for a day old."""
    seen = insight(played(Level(key=KEY), (9.75, RECEIPT, units(10)), (9.875, SALE, units(-2))))
    assert (seen.observed_days, seen.velocity, seen.days_of_cover) == (1.0, 2.0, 4.0)
    assert seen.mean_on_hand == pytest.approx(9.0)
    just_now = insight(played(Level(key=KEY), (10.5, RECEIPT, units(10))))  # by a clock ahead of ours
    assert (just_now.mean_on_hand, just_now.stock_out_days, just_now.observed_days) == (10.0, 0.0, 1.0)


@pytest.mark.parametrize(
    ("before", "steps", "is_dead"),
    [
        (20, [], True),
        (20, [(3.0, MovementReason.COUNT, units(-1))], True),
        (20, [(3.0, RETURN, units(1))], True),
        (20, [(3.0, SALE, units(-1))], False),
        (20, [(3.0, SALE, units(-1)), (4.0, RETURN, units(1))], False),  # somebody wanted it
        (20, [(3.0, MovementReason.LOST, units(-20))], False),  # there is none
        (0, [(3.0, RECEIPT, units(20))], False),  # it has not lain there for long enough
        (1, [(3.0, RECEIPT, units(20))], True),
    ],
)
def test_dead_is_what_lay_there_all_the_time_and_was_not_sold(
    before: int, steps: list[tuple[float, MovementReason, LevelChange]], is_dead: bool
) -> None:
    """Units on hand now and when the window began, and no sale in between."""
    level = Level(key=KEY, on_hand=before, version=3)
    lines = played(level, *steps)
    assert insight(lines, now=lines[-1].after if lines else level).is_dead_stock is is_dead


def test_what_comes_back_is_no_sale_below_zero() -> None:
    """More returns than sales sell nothing; without a cost there are no values."""
    seen = insight(played(BUSY, (1, SALE, units(-2)), (2, RETURN, units(5))), unit_cost=None)
    assert (seen.units_sold, seen.velocity, seen.days_of_cover, seen.turnover) == (-3, 0.0, None, 0.0)
    assert (seen.sales_value, seen.stock_value) == (None, None)


def naive(lines: Sequence[Movement], before: Level) -> tuple[float, float]:
    """Walk from line to line; return mean on hand and the days with nothing available, since the level began."""
    area = out = lived = 0
    level, since = before, TEN_DAYS.since
    for line in [*lines, None]:
        until = TEN_DAYS.until if line is None else line.recorded_at
        if level.version:
            area += level.on_hand * (until - since)
            out += (level.available <= 0) * (until - since)
            lived += until - since
        if line is not None:
            level, since = line.after, line.recorded_at
    return (area / lived if lived else float(level.on_hand)), out / MICROSECONDS_PER_DAY


@given(st.integers(1, 40), st.integers(0, 3), st.randoms(use_true_random=False))
def test_sums_tell_what_walking_through_the_lines_tells(steps: int, version: int, chance: Random) -> None:
    """Whatever moved, in whatever order the lines are added up."""
    before = level = Level(key=KEY, on_hand=chance.randrange(4) if version else 0, version=version)
    moments = sorted(chance.sample(range(TEN_DAYS.since, TEN_DAYS.until), steps))  # no two lines of a level share one
    lines = []
    for moment in moments:
        change = chance.choice(
            [
                units(chance.randrange(4)),
                units(-chance.randint(0, max(0, level.free))),
                units(reserved=chance.randint(-level.reserved, max(0, level.free))),
                units(safety=chance.randint(-level.safety, max(0, level.free))),
                units(backordered=chance.randint(-level.backordered, 3)),
            ]
        )
        level = level.changed(change, at=moment)
        reason = chance.choice(list(MovementReason))
        lines.append(recorded(reason, change, level))
    mean, out = naive(lines, before)
    shuffled = lines.copy()
    chance.shuffle(shuffled)
    seen = insight(shuffled, now=level)
    assert seen.mean_on_hand == pytest.approx(mean, abs=1e-9)
    assert seen.stock_out_days == pytest.approx(out, abs=1e-9)
    assert seen.sums == LedgerSums.of(lines, window=TEN_DAYS)
