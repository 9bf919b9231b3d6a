"""By how much the record is wrong: the formulas of counting, on paper."""

from dataclasses import replace
from decimal import Decimal
from itertools import permutations

import pytest
from msgspec import structs

from app.domain.counting.count import Count, CountState, CountTotals
from app.domain.counting.count_line import Correction, CountEntry, CountLine, CountMode
from app.domain.errors import StaleLevel
from app.domain.limits import MAX_QUANTITY
from app.domain.money import Money
from app.domain.stock.level import Level
from app.domain.time import NEVER, Moment

EMPTY = CountLine(id="c/TEA-1", count="c", sku="TEA-1", location="MAIN")
COUNT = Count(id="c", location="MAIN", opened_by="shop", matching=4)


def entry(quantity: int, *, at: int, expected: int, corrected_at: int = 0, starts_over: bool = False) -> CountEntry:
    """Return an entry of a moment."""
    return CountEntry(
        counted_by="Ann",
        quantity=quantity,
        counted_at=Moment(at),
        expected=expected,
        version=at,
        corrected_at=Moment(corrected_at),
        starts_over=starts_over,
    )


def counted(*entries: CountEntry, mode: CountMode, unit_cost: int | None = None) -> CountLine:
    """Return a line with these entries."""
    line = EMPTY
    for each in entries:
        line = line.with_entry(each, mode=mode, unit_cost=None if unit_cost is None else Money(unit_cost))
    return line


def test_the_last_entry_rules_in_whatever_order_entries_arrive() -> None:
    """Last is who counted last, not who told last."""
    entries = (entry(3, at=1, expected=9), entry(5, at=2, expected=8), entry(7, at=3, expected=10))
    for order in permutations(entries):
        line = counted(*order, mode=CountMode.LAST)
        assert (line.entries, line.counted, line.expected, line.variance, line.moved) == (entries, 7, 10, -3, 0)


def test_of_entries_of_one_moment_the_last_to_arrive_rules() -> None:
    """Whoever counts twice within a microsecond means the second."""
    line = counted(entry(3, at=1, expected=9), entry(5, at=1, expected=9), mode=CountMode.LAST)
    assert line.variance == -4


def test_partial_counts_add_up_against_the_last_record() -> None:
    """6 of 10 in the shop; 1 of the 4 in the back is sold and 5 arrive there; then 8 are in the back: all is right."""
    entries = (entry(6, at=1, expected=10), entry(8, at=3, expected=14))
    for order in permutations(entries):
        line = counted(*order, mode=CountMode.SUM)
        assert (line.counted, line.expected, line.variance, line.moved) == (14, 14, 0, 4)


def test_goods_that_move_where_people_counted_already_are_off_by_what_moved() -> None:
    """6 of 10 in the shop, 2 of those are sold, then 4 in the back: the two look like found, and `moved` says so."""
    line = counted(entry(6, at=1, expected=10), entry(4, at=2, expected=8), mode=CountMode.SUM)
    assert (line.variance, line.moved) == (2, 2)


def test_moved_adds_up_what_came_and_what_went() -> None:
    """Both make the sum uncertain; it stays within what a client can read."""
    entries = [entry(1, at=at, expected=expected) for at, expected in enumerate((10, 7, 12, 12))]
    assert counted(*entries, mode=CountMode.SUM).moved == 3 + 5
    entries = [entry(0, at=at, expected=expected) for at, expected in enumerate((0, MAX_QUANTITY, 0))]
    assert counted(*entries, mode=CountMode.SUM).moved == MAX_QUANTITY


def test_starting_over_forgets_what_was_counted_before_it() -> None:
    """Not what was counted after, whenever it arrives; the entries stay to be read."""
    entries = (
        entry(600, at=1, expected=10),
        entry(6, at=2, expected=9, starts_over=True),
        entry(3, at=3, expected=9),
    )
    for order in permutations(entries):
        line = counted(*order, mode=CountMode.SUM)
        assert (line.entries, line.counted, line.variance, line.moved) == (entries, 9, 0, 0)


def test_a_variance_is_worth_its_units() -> None:
    """Below zero where units are missing; unknown where the cost is."""
    line = counted(entry(3, at=1, expected=5), mode=CountMode.LAST, unit_cost=12_500)
    assert line.value == -25_000
    assert counted(entry(3, at=1, expected=5), mode=CountMode.LAST).value is None


def test_what_was_corrected_since_is_not_posted_again() -> None:
    """Only with the whole of the correction; without any all is posted, and nothing where people saw more since."""
    line = counted(entry(3, at=1, expected=5, corrected_at=7), mode=CountMode.LAST)
    level = Level(key=line.level_key, on_hand=9, version=4, counted_at=Moment(7))
    assert line.outstanding(level, None) == -2
    level = structs.replace(level, counted_at=Moment(8))
    assert line.is_corrected(level)
    assert line.outstanding(level, Correction(units=-2, until=Moment(8), is_newer=False)) == 0
    assert line.outstanding(level, Correction(units=+1, until=Moment(8), is_newer=False)) == -3
    assert line.outstanding(level, Correction(units=+1, until=Moment(8), is_newer=True)) == 0
    stale = StaleLevel(sku="TEA-1", location="MAIN", expected=1, actual=4)
    for unknown in (None, Correction(units=-2, until=Moment(7), is_newer=True)):
        with pytest.raises(StaleLevel) as refusal:
            line.outstanding(level, unknown)
        assert refusal.value == stale


def test_totals_follow_every_line() -> None:
    """Units and values too many and too few are kept apart; counting again replaces what a line came to."""
    few = counted(entry(3, at=1, expected=5), mode=CountMode.LAST, unit_cost=12_500)
    many = counted(entry(9, at=2, expected=2), mode=CountMode.LAST, unit_cost=1)
    count = COUNT.with_line(None, few).with_line(None, many)
    assert count.totals == CountTotals(counted=12, up=7, down=2, value_up=Decimal("0.0007"), value_down=Decimal("2.50"))
    assert (count.lines, count.entries, count.progress) == (2, 2, 0.5)
    right = few.with_entry(entry(5, at=3, expected=5), mode=CountMode.LAST, unit_cost=None)
    count = count.with_line(few, right)
    assert count.totals == CountTotals(counted=14, up=7, value_up=Decimal("0.0007"))
    assert (count.lines, count.entries) == (2, 3)


def test_totals_hold_what_no_database_integer_could() -> None:
    """A billion of money for each of two billion units, many times."""
    line = counted(entry(MAX_QUANTITY, at=1, expected=0), mode=CountMode.LAST, unit_cost=10**13)
    count = COUNT
    for _ in range(50):
        count = count.with_line(None, line)
    assert count.totals.value_up == Decimal(MAX_QUANTITY * 10**9 * 50)


def test_progress_is_the_share_of_what_was_in_scope() -> None:
    """Items that were never stocked can only complete it; of nothing, all was counted."""
    assert COUNT.progress == 0
    assert replace(COUNT, lines=3).progress == 0.75
    assert replace(COUNT, lines=9).progress == 1
    assert replace(COUNT, matching=0).progress == 1


def test_a_count_is_secret_while_it_is_blind_and_open() -> None:
    """Then what is on record may influence nobody any more."""
    assert not COUNT.is_secret
    blind = replace(COUNT, is_blind=True)
    assert {state: replace(blind, state=state).is_secret for state in CountState} == {
        CountState.OPEN: True,
        CountState.POSTING: False,
        CountState.POSTED: False,
        CountState.CANCELLED: False,
    }


def test_an_entry_knows_nothing_of_a_level_that_never_was() -> None:
    """It was never corrected."""
    line = counted(entry(2, at=1, expected=0), mode=CountMode.LAST)
    level = Level(key=line.level_key)
    assert (level.counted_at, line.is_corrected(level), line.outstanding(level, None)) == (NEVER, False, 2)
