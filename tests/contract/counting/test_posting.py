"""Posting a count: each level changes by what the record was wrong by, the same over every store."""

from dataclasses import replace
from decimal import Decimal

import pytest
from msgspec import structs

from app.domain.alerts.alert import Alert
from app.domain.alerts.open_alert import AlertType
from app.domain.catalog.commands.upsert_item import ItemChange
from app.domain.counting.count import CountState, CountTotals, UncountedRule
from app.domain.counting.count_line import CountMode
from app.domain.errors import InvalidValue, WrongState
from app.domain.money import Money
from app.domain.stock.commands.record_sale import SaleLine
from app.domain.stock.level import LevelKey
from app.domain.stock.movement import MovementReason
from tests.support.alerts import check_alerts
from tests.support.counting import (
    block,
    count_of,
    given_count,
    line_of,
    on_hand,
    post,
    posted,
    present,
    promised,
    record,
    variances,
)
from tests.support.ledger import check_ledger
from tests.support.reservations import a_line, reserve
from tests.support.scene import CUP, TEA, TEA_NORTH, adjust, given_catalog, given_level, refused, request_info
from tests.support.store import Store

MUG = LevelKey("MUG-1", "MAIN")
ZERO = UncountedRule.ZERO


@pytest.mark.complaint("F5")
async def test_posting_moves_each_level_by_its_variance(store: Store) -> None:
    """Not to what was counted: what was sold since stays sold."""
    # given
    await given_level(store, TEA, on_hand=10)
    await given_level(store, CUP, on_hand=4)
    count = await given_count(store, said=request_info(reference="C-1"))
    await record(store, count, TEA_1=8, CUP_1=5)
    await adjust(store, TEA, -3)
    store.clock.move(seconds=60)
    # when
    posting = await post(store, count)
    # then
    cup, tea = posting.outcome.movements
    assert [(line.after.key, line.reason, line.change.on_hand, line.after.on_hand) for line in (tea, cup)] == [
        (TEA, MovementReason.COUNT, -2, 5),
        (CUP, MovementReason.COUNT, +1, 5),
    ]
    assert {line.reference for line in (tea, cup)} == {"C-1"}
    assert [await store.level(key) for key in (TEA, CUP)] == [tea.after, cup.after]
    assert [level.counted_at for level in (tea.after, cup.after)] == [tea.recorded_at] * 2 > [cup.recorded_at] * 2
    after = posting.count
    assert posting.refusals == ()
    assert after == await present(store, count) == count_of(posting.outcome)
    assert (after.state, after.lines, after.lines_posted, after.rule, after.uncounted) == (
        CountState.POSTED,
        2,
        2,
        UncountedRule.IGNORE,
        0,
    )
    assert after.posting_at == after.posted_at == posting.outcome.operation.recorded_at
    line = await line_of(store, count)
    assert (line.posted_units, line.posted_version, line.variance) == (-2, 3, -2)
    await check_ledger(store)


async def test_an_item_that_was_right_has_been_counted(store: Store) -> None:
    """A movement of zero units says so in the ledger."""
    await given_level(store, TEA, on_hand=10)
    count = await given_count(store)
    await record(store, count, TEA_1=10)
    [line] = (await post(store, count)).outcome.movements
    assert (line.reason, line.change.on_hand, line.after.version) == (MovementReason.COUNT, 0, 2)
    assert line.after.counted_at == line.recorded_at


async def test_an_item_that_was_never_there_begins_a_level(store: Store) -> None:
    """People found it."""
    await given_catalog(store, TEA, CUP)
    count = await given_count(store)
    await record(store, count, TEA_1=2, CUP_1=0)
    await posted(store, count)
    level = await store.level(TEA)
    assert level is not None
    assert (level.on_hand, level.version, level.counted_at) == (2, 1, level.changed_at)
    assert await on_hand(store, CUP) == [0]


async def test_partial_counts_are_posted_as_one(store: Store) -> None:
    """One movement by the variance of their sum."""
    await given_level(store, TEA, on_hand=10)
    count = await given_count(store, mode=CountMode.SUM)
    for quantity in (3, 3, 3):
        await record(store, count, TEA_1=quantity)
    await adjust(store, TEA, -1)
    await posted(store, count)
    assert await on_hand(store, TEA) == [8]


@pytest.mark.complaint("F1")
async def test_a_count_below_what_is_promised_is_posted_and_leaves_the_level_short(store: Store) -> None:
    """Units that are gone are gone: every line is posted, and the level says what is missing for what it promised."""
    # given
    for key in (TEA, CUP):
        await given_level(store, key, on_hand=10)
    await reserve(store, a_line(TEA, 6))
    await block(store, TEA, 2)
    count = await given_count(store)
    await record(store, count, TEA_1=5, CUP_1=9)
    # when
    posting = await post(store, count)
    # then
    tea = await store.level(TEA)
    assert (tea.on_hand, tea.reserved, tea.unavailable, tea.shortfall, tea.available) == (5, 6, 2, 3, -3)
    assert await on_hand(store, TEA, CUP) == [5, 9]
    check_alerts(await check_ledger(store))
    assert [
        (alert.type, alert.level_key) for alert in posting.outcome.operation.documents if isinstance(alert, Alert)
    ] == [
        (AlertType.OUT, TEA),
        (AlertType.SHORTFALL, TEA),
    ]
    # when
    refusals = [
        await refused(store, asked)
        for asked in (
            adjust(store, TEA, -1),
            store.stock.record_sale("MAIN", [SaleLine(sku="TEA-1", quantity=1)], channel=None, request=request_info()),
        )
    ]
    # then
    assert [each.message for (each,) in refusals] == [
        "1 requested, 0 available of TEA-1 at MAIN (3 are missing for what is reserved)."
    ] * 2
    # when
    await adjust(store, TEA, +4)
    # then
    healed = await store.level(TEA)
    assert (healed.shortfall, healed.available, healed.alerts) == (0, 1, ())
    check_alerts(await check_ledger(store))


async def test_a_line_that_would_leave_less_than_nothing_keeps_no_other_from_being_posted(store: Store) -> None:
    """More was sold than people had seen: that line is told with its way out, and posted with what it brings."""
    # given
    for key in (TEA, CUP):
        await given_level(store, key, on_hand=10)
    count = await given_count(store)
    await record(store, count, TEA_1=4, CUP_1=9)
    store.clock.move(seconds=60)
    await adjust(store, TEA, -8)
    # when
    posting = await post(store, count)
    # then
    rule = "is 4 short of what has left since it was taken: count it again in another count"
    assert posting.refusals == (InvalidValue(what="The count of TEA-1 at MAIN", rule=rule, field=("id",)),)
    assert (posting.count.state, posting.count.lines_posted) == (CountState.POSTING, 1)
    assert await on_hand(store, TEA, CUP) == [2, 9]
    # when
    other = await given_count(store)
    await record(store, other, TEA_1=1)
    await posted(store, other)
    await posted(store, count)
    # then
    assert await on_hand(store, TEA, CUP) == [1, 9]
    await check_ledger(store)


async def test_a_count_of_something_archived_is_posted(store: Store) -> None:
    """It began before, and what it found is so."""
    for key in (TEA, CUP):
        await given_level(store, key, on_hand=10)
    count = await given_count(store)
    await record(store, count, TEA_1=6, CUP_1=12)
    await store.shop.archive_item("TEA-1", is_archived=True, request=request_info())
    await store.shop.archive_location("MAIN", is_archived=True, request=request_info())
    await posted(store, count)
    assert await on_hand(store, TEA, CUP) == [6, 12]


async def test_a_posted_count_is_closed(store: Store) -> None:
    """Nothing can be counted, posted again, or cancelled."""
    await given_level(store, TEA, on_hand=10)
    count = await given_count(store)
    await record(store, count, TEA_1=6)
    await posted(store, count)
    wrong = WrongState(kind="COUNT", id=count.id, state="POSTED", reference=count.reference)
    for request in (
        record(store, count, TEA_1=1),
        post(store, count),
        store.counts.cancel(count.id, request=request_info()),
    ):
        assert await refused(store, request) == [wrong]


async def test_posting_again_with_its_key_returns_the_first_result(store: Store) -> None:
    """And posts nothing again."""
    await given_level(store, TEA, on_hand=10)
    count = await given_count(store)
    await record(store, count, TEA_1=6)
    first = await post(store, count, said=request_info("k"))
    before = await store.contents()
    again = await post(store, count, said=request_info("k"))
    assert again == replace(first, outcome=structs.replace(first.outcome, replayed=True))
    assert await store.contents() == before


async def test_a_count_without_a_line_is_posted_at_once(store: Store) -> None:
    """It moves nothing, and says how many levels nobody counted."""
    await given_level(store, TEA, on_hand=10)
    count = await given_count(store)
    after = await posted(store, count)
    assert (after.lines, after.lines_posted, after.uncounted) == (0, 0, 1)
    assert await on_hand(store, TEA) == [10]


async def test_what_nobody_counted_can_be_taken_for_gone(store: Store) -> None:
    """Only within the scope, and only where there was something: each with a line that says so."""
    # given
    for key, units in ((TEA, 10), (CUP, 4), (MUG, 0), (TEA_NORTH, 7), (LevelKey("OUT-1", "MAIN"), 5)):
        await given_level(store, key, on_hand=units)
    await adjust(store, MUG, +1)
    await adjust(store, MUG, -1)
    for sku in ("TEA-1", "CUP-1", "MUG-1"):
        await store.shop.change_item(
            ItemChange(sku=sku, category="Shelf", unit_cost=Decimal("1.5")), request=request_info()
        )
    count = await given_count(store, category="Shelf")
    await record(store, count, TEA_1=9)
    # when
    posting = await post(store, count, rule=ZERO)
    # then
    after = posting.count
    assert await on_hand(store, TEA, CUP, MUG, TEA_NORTH, LevelKey("OUT-1", "MAIN")) == [9, 0, 0, 7, 5]
    assert (after.state, after.rule, after.uncounted, after.lines, after.lines_posted, after.entries) == (
        CountState.POSTED,
        ZERO,
        2,
        2,
        2,
        1,
    )
    assert after.totals == CountTotals(counted=9, down=5, value_down=Decimal("7.5"))
    line = await line_of(store, count, "CUP-1")
    assert (line.is_assumed, line.entries, line.counted, line.expected, line.value) == (
        True,
        (),
        0,
        4,
        Money(-60_000),
    )
    assert (line.posted_units, line.posted_version) == (-4, 2)
    assert await variances(store, count) == {"TEA-1": -1, "CUP-1": -4}
    await check_ledger(store)


async def test_what_is_promised_cannot_be_taken_for_gone(store: Store) -> None:
    """People have to look: that nobody counted it is no proof."""
    await given_level(store, TEA, on_hand=10)
    await block(store, TEA, 3)
    count = await given_count(store)
    assert await refused(store, post(store, count, rule=ZERO)) == [promised("TEA-1", 3)]
