"""Posting a large count, and one that was left off: everything once, the same over every store."""

from app.domain.counting.count import CountState, UncountedRule
from app.domain.errors import WrongState
from app.domain.stock.level import LevelKey
from tests.support.counting import (
    block,
    given_count,
    given_many,
    left_posting,
    line_of,
    on_hand,
    post,
    posted,
    present,
    promised,
    record,
    record_many,
    variances,
)
from tests.support.ledger import check_ledger
from tests.support.scene import CUP, TEA, adjust, given_level, refused, request_info
from tests.support.store import Store

MUG = LevelKey("MUG-1", "MAIN")
ZERO = UncountedRule.ZERO


async def test_of_a_large_count_all_that_can_be_posted_is(store: Store) -> None:
    """More lines than one operation may carry: the others are told and can be posted later.

    What was archived meanwhile is posted, too.
    """
    # given
    keys = await given_many(store, 1_003, on_hand=5)
    count = await given_count(store)
    await record_many(store, count, keys[:1_002], quantity=4)
    await block(store, keys[1_002], 2)
    for key in (keys[3], keys[1_001]):
        await store.shop.archive_item(key.sku, is_archived=True, request=request_info())
    # when
    posting = await post(store, count, rule=ZERO)
    # then
    assert posting.refusals == (promised(keys[1_002].sku, 2),)
    assert (posting.count.state, posting.count.lines_posted) == (CountState.POSTING, 1_002)
    assert posting.count == await present(store, count)
    assert await refused(store, post(store, count)) == list(posting.refusals)
    # when
    await block(store, keys[1_002], -2)
    after = await posted(store, count)
    # then
    assert (after.lines, after.lines_posted, after.uncounted) == (1_003, 1_003, 1)
    levels = await store.levels.levels_at(keys)
    assert [levels[key].on_hand for key in keys] == [4] * 1_002 + [0]
    assert sum(level.version for level in levels.values()) == 2 * len(keys) + 2 + 2  # two were closed


async def test_a_posting_that_was_left_off_goes_on(store: Store) -> None:
    """Once, from where it stopped, by the rule with which it began, whatever happened in between."""
    # given
    for key, units in ((TEA, 10), (CUP, 4), (MUG, 8), (LevelKey("NEW-1", "MAIN"), 0)):
        await given_level(store, key, on_hand=units)
    count = await given_count(store)
    await record(store, count, TEA_1=9, CUP_1=5)
    await left_posting(store, count, ["TEA-1"], rule=ZERO)
    halfway = await present(store, count)
    assert (halfway.state, halfway.lines_posted, halfway.rule) == (CountState.POSTING, 1, ZERO)
    wrong = WrongState(kind="COUNT", id=count.id, state="POSTING", reference=count.reference)
    for request in (record(store, count, CUP_1=1), store.counts.cancel(count.id, request=request_info())):
        assert await refused(store, request) == [wrong]
    store.clock.move(seconds=600)
    for key, units in ((TEA, -2), (CUP, -2), (MUG, +5), (LevelKey("NEW-1", "MAIN"), +3)):
        await adjust(store, key, units)
    # when
    await posted(store, count)  # by another rule than the one with which it began
    # then
    assert await on_hand(store, TEA, CUP, MUG, LevelKey("NEW-1", "MAIN")) == [7, 3, 5, 3]
    assert (await line_of(store, count, "MUG-1")).posted_units == -8
    await check_ledger(store)


async def test_what_was_sold_of_an_uncounted_item_while_posting_stays_sold(store: Store) -> None:
    """Only what is left of it is taken for gone; an item counted elsewhere since is left alone."""
    for key, units in ((TEA, 10), (CUP, 4)):
        await given_level(store, key, on_hand=units)
    count, other = await given_count(store), await given_count(store)
    await left_posting(store, count, [], rule=ZERO)
    store.clock.move(seconds=1)
    await adjust(store, TEA, -4)
    await record(store, other, CUP_1=3)
    await posted(store, other)
    await posted(store, count)
    assert await on_hand(store, TEA, CUP) == [0, 3]
    assert await variances(store, count) == {"TEA-1": -6}
