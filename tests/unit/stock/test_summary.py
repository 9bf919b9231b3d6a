"""Sums that grow line by line: what is told of each group, and what becomes of the groups beyond the limit."""

import random

from app.domain.stock.summary import MAX_GROUPS, Breakdown, Group, StockTotals, SummaryLine, SummaryTally
from app.domain.time import Moment

NOW = Moment(5)


def some(levels: int) -> StockTotals:
    """Return the sums over so many levels of one unit each."""
    return StockTotals(in_stock_levels=levels, on_hand=levels)


def test_groups_are_ordered_by_name_and_nothing_comes_last() -> None:
    """In the order of code points; what has no category, or one that is met twice, is one group."""
    tally = SummaryTally()
    for category in (None, "b", "ä", "B", "", "b", None):
        tally.add(SummaryLine("MAIN", category, some(1)))
    summary = tally.summary(as_of=NOW)
    assert [(group.name, group.totals.levels) for group in summary.by_category.groups] == [
        *(("", 1), ("B", 1), ("b", 2), ("ä", 1)),
        (None, 2),
    ]
    assert summary.by_location == Breakdown(groups=(Group(name="MAIN", totals=some(7)),))
    assert (summary.totals, summary.as_of) == (some(7), NOW)


def test_as_many_groups_as_there_may_be_leave_no_others() -> None:
    """The limit itself is within the limit."""
    tally = SummaryTally()
    for number in range(MAX_GROUPS):
        tally.add(SummaryLine(f"L{number:04}", f"C{number:04}", some(1)))
    summary = tally.summary(as_of=NOW)
    assert (len(summary.by_location.groups), summary.by_location.others) == (MAX_GROUPS, None)
    assert (len(summary.by_category.groups), summary.by_category.others) == (MAX_GROUPS, None)


def test_of_too_many_groups_the_smallest_are_told_together() -> None:
    """Those with the most levels stand alone, of equal ones the first by name, and all of them are the totals."""
    # given
    lines = [SummaryLine(f"L{number:04}", f"C{number % 7}", some(2)) for number in range(MAX_GROUPS + 3)]
    lines[1] = SummaryLine("L0001", "C1", some(1))
    lines[-1] = SummaryLine(lines[-1].location, "C0", some(9))
    random.Random(1).shuffle(lines)  # noqa: S311 - the order in which they come makes no difference
    tally = SummaryTally()
    # when
    for line in lines:
        tally.add(line)
    summary = tally.summary(as_of=NOW)
    # then
    names = [group.name for group in summary.by_location.groups]
    expected = {line.location for line in lines} - {"L0001", "L1000", "L1001"}
    assert names == sorted(expected)
    assert summary.by_location.others == some(1 + 2 + 2)
    assert sum(group.totals.levels for group in summary.by_location.groups) + 5 == summary.totals.levels
    assert summary.by_category.others is None
