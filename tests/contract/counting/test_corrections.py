"""Counts of one item that know of each other: nothing is corrected twice, the same over every store."""

import pytest

from app.domain.counting.count import UncountedRule
from app.domain.errors import Refused, StaleLevel
from app.domain.stock.level import LevelKey
from app.domain.stock.movement import MovementReason
from tests.support.counting import (
    given_count,
    left_posting,
    line_of,
    on_hand,
    posted,
    record,
    variances,
)
from tests.support.scene import CUP, TEA, adjust, at, given_level, request_info
from tests.support.store import Store

MUG = LevelKey("MUG-1", "MAIN")
ZERO = UncountedRule.ZERO


async def test_two_counts_of_one_item_do_not_correct_it_twice(store: Store) -> None:
    """What the first has posted since the second counted is no longer wrong."""
    # given
    await given_level(store, TEA, on_hand=10)
    first, second = await given_count(store), await given_count(store)
    await record(store, first, TEA_1=8)
    await adjust(store, TEA, -1)
    await record(store, second, TEA_1=6)
    # when
    await posted(store, first)
    await adjust(store, TEA, -1)
    await posted(store, second)
    # then
    assert await on_hand(store, TEA) == [10 - 1 - 1 - 3]
    assert (await line_of(store, second)).posted_units == -1
    assert await variances(store, second) == {"TEA-1": -3}


async def test_a_count_posted_late_does_not_undo_a_newer_one(store: Store) -> None:
    """Who counted last knows best, whoever posts last: another count, one by hand, or a guess that all is gone."""
    # given
    for key in (TEA, CUP, MUG):
        await given_level(store, key, on_hand=10)
    late, newer, guess = await given_count(store), await given_count(store), await given_count(store, skus=("MUG-1",))
    await record(store, late, TEA_1=9, CUP_1=9, MUG_1=9)
    store.clock.move(seconds=1)
    await record(store, newer, TEA_1=7)
    # when
    await posted(store, newer)
    await adjust(store, CUP, -2, reason=MovementReason.COUNT)
    await posted(store, guess, rule=ZERO)
    await posted(store, late)
    # then
    assert await on_hand(store, TEA, CUP, MUG) == [7, 8, 0]
    assert [(await line_of(store, late, sku)).posted_units for sku in ("TEA-1", "CUP-1", "MUG-1")] == [0, 0, 0]


async def test_a_count_by_hand_of_an_earlier_moment_is_only_left_out(store: Store) -> None:
    """It was told late; what people saw after it is posted."""
    await given_level(store, TEA, on_hand=10)
    before = store.clock.now
    store.clock.move(seconds=1)
    count = await given_count(store)
    await record(store, count, TEA_1=7)
    said = request_info(occurred_at=at(before))
    await store.stock.adjust(TEA, delta=-2, reason=MovementReason.COUNT, request=said)
    await posted(store, count)
    assert await on_hand(store, TEA) == [7]
    assert (await line_of(store, count)).posted_units == -1


async def test_a_level_that_is_corrected_while_it_is_posted_is_read_again(store: Store) -> None:
    """A correction that was not known to the decision refuses it; it is then decided on what is known."""
    await given_level(store, TEA, on_hand=10)
    count, other = await given_count(store), await given_count(store)
    await record(store, other, TEA_1=8)
    await record(store, count, TEA_1=7)
    await posted(store, other)
    with pytest.raises(Refused) as refusal:
        await left_posting(store, count, ["TEA-1"], rule=UncountedRule.IGNORE)
    assert refusal.value.errors == (StaleLevel(sku="TEA-1", location="MAIN", expected=1, actual=2, field=("id",)),)
    await posted(store, count)
    assert await on_hand(store, TEA) == [7]
