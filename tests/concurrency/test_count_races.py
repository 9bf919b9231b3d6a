"""Races around counts: people who still count while somebody posts, two who post, and a shop that goes on selling."""

import asyncio
from contextlib import suppress

from app.domain.counting.commands.record_count import CountedUnits
from app.domain.counting.count import CountState
from app.domain.counting.count_line import CountLine, CountMode
from app.domain.errors import Refused, WrongState
from app.domain.stock.level import LevelKey
from app.domain.stock.movement import MovementReason
from app.services.counting.posting import Posting
from app.store.driver.client import Database
from tests.support.counting import (
    given_count,
    given_many,
    line_of,
    post,
    present,
    record,
    record_many,
)
from tests.support.ledger import check_ledger
from tests.support.scene import TEA, adjust, given_level, outcome_or_refusal, request_info
from tests.support.store import Store, mongo_store, whole

DEADLINE_SECONDS = 60


async def lines_of(store: Store, count_id: str) -> dict[str, CountLine]:
    """Return all lines of a count, by SKU."""
    count = await store.counts.count(count_id)
    assert count is not None
    found = await whole(lambda after: store.counts.lines(count, only_variances=False, first=250, after=after))
    return {line.sku: line for line in found}


async def posting_or_refusal(store: Store, count_id: str) -> Posting | Refused:
    """Post a count; return a refusal as a value."""
    count = await store.counts.count(count_id)
    assert count is not None
    try:
        return await post(store, count)
    except Refused as refusal:
        return refusal


async def test_what_is_counted_while_somebody_posts_is_posted_or_refused(database: Database) -> None:
    """Two scanners tell of 60 items while a third person posts: each item is told it came too late, or is corrected."""
    # given
    one, other, third = (mongo_store(database) for _ in range(3))
    keys = await given_many(one, 60, on_hand=5)
    for number in range(5):
        count = await given_count(one)
        await record_many(one, count, keys[:3], quantity=5 - number)
        # when
        entries = [
            outcome_or_refusal(
                store.counts.record(count.id, [CountedUnits(sku=key.sku, quantity=4 - number)], request=request_info())
            )
            for index, key in enumerate(keys[3:])
            for store in ((one, other)[index % 2],)
        ]
        half = len(entries) // 2
        early = asyncio.gather(*entries[:half])
        posting = asyncio.create_task(post(third, count))
        late = asyncio.gather(*entries[half:])
        results = [*await early, *await late]
        await posting
        # then
        after = await present(one, count)
        told = {key.sku: result for key, result in zip(keys[3:], results, strict=True)}
        accepted = {sku for sku, result in told.items() if not isinstance(result, Refused)}
        for result in told.values():
            if isinstance(result, Refused):
                [error] = result.errors
                assert isinstance(error, WrongState)
                assert error.state in {"POSTING", "POSTED"}
        lines = await lines_of(one, count.id)
        assert (after.state, after.lines, after.lines_posted) == (CountState.POSTED, len(lines), len(lines))
        assert lines.keys() == accepted | {key.sku for key in keys[:3]}
        assert all(line.is_posted and line.posted_units == line.variance for line in lines.values())
        # and the rest is set right for the next round
        levels = await one.levels.levels_at(keys)
        for key in keys[3:]:
            assert levels[key].on_hand == (4 - number if key.sku in accepted else 5 - number)
            if key.sku not in accepted:
                await adjust(one, key, -1)
    await check_ledger(one)


async def test_two_who_post_a_large_count_post_it_once(database: Database) -> None:
    """Through two processes at the same moment: every level moves once, by its variance."""
    # given
    one, other = mongo_store(database), mongo_store(database)
    keys = await given_many(one, 1_200, on_hand=5)
    count = await given_count(one)
    await record_many(one, count, keys, quantity=3)
    # when
    results = await asyncio.gather(*(posting_or_refusal(store, count.id) for store in (one, other)))
    # then
    assert any(isinstance(result, Posting) for result in results)
    for result in results:
        if isinstance(result, Posting):
            assert (result.count.state, result.refusals) == (CountState.POSTED, ())
        else:
            assert result.errors == (WrongState(kind="COUNT", id=count.id, state="POSTED", reference=count.reference),)
    levels = await one.levels.levels_at(keys)
    assert {(level.on_hand, level.version) for level in levels.values()} == {(3, 2)}
    assert (await present(one, count)).lines_posted == 1_200


async def test_a_posting_whose_process_is_gone_is_finished_by_another(database: Database) -> None:
    """It stops after some of its steps; whoever posts again does the rest, and nothing twice."""
    # given
    one, other = mongo_store(database), mongo_store(database)
    keys = await given_many(one, 2_100, on_hand=5)
    count = await given_count(one)
    await record_many(one, count, keys, quantity=3)
    # when
    dying = asyncio.create_task(post(one, count))
    async with asyncio.timeout(DEADLINE_SECONDS):
        while (await present(other, count)).state is CountState.OPEN:
            pass
    dying.cancel()
    with suppress(asyncio.CancelledError):
        await dying
    await one.close()
    # then
    halfway = await present(other, count)
    assert 1_000 <= halfway.lines_posted <= 2_100
    result = await posting_or_refusal(other, count.id)
    if halfway.state is CountState.POSTING:
        assert isinstance(result, Posting)
    assert (await present(other, count)).state is CountState.POSTED
    levels = await other.levels.levels_at(keys)
    assert {(level.on_hand, level.version) for level in levels.values()} == {(3, 2)}


async def test_a_shop_that_sells_while_a_count_is_posted_loses_no_sale(database: Database) -> None:
    """Each level ends at what it was, less what was missing, less what was sold."""
    # given
    shop, office = mongo_store(database), mongo_store(database)
    keys = await given_many(shop, 12, on_hand=50)
    count = await given_count(office)
    await record_many(office, count, keys, quantity=47)
    # when
    sales = [adjust(shop, key, -1, reason=MovementReason.SALE) for _ in range(10) for key in keys]
    posting, *_ = await asyncio.gather(post(office, count), *sales)
    # then
    assert posting.count.state is CountState.POSTED
    levels = await shop.levels.levels_at(keys)
    assert {level.on_hand for level in levels.values()} == {50 - 3 - 10}
    await check_ledger(shop)


async def test_partial_counts_of_many_scanners_are_all_added(database: Database) -> None:
    """40 entries of two writers at once, none of them lost."""
    one, other = mongo_store(database), mongo_store(database)
    await given_level(one, TEA, on_hand=100)
    count = await given_count(one, mode=CountMode.SUM)
    await asyncio.gather(*(record(store, count, TEA_1=2) for _ in range(20) for store in (one, other)))
    line = await line_of(one, count)
    assert (len(line.entries), line.counted, line.variance) == (40, 80, -20)
    after = await present(one, count)
    assert (after.entries, after.lines, after.totals.counted, after.totals.down) == (40, 1, 80, 20)


async def test_two_counts_that_are_posted_at_once_correct_a_level_once(database: Database) -> None:
    """Both found the same three units missing; whichever is posted second has nothing left to correct."""
    one, other = mongo_store(database), mongo_store(database)
    await given_level(one, TEA, on_hand=10)
    for number in range(10):
        counts = [await given_count(store) for store in (one, other)]
        for count in counts:
            await record(one, count, TEA_1=7 + number)
        await asyncio.gather(*(post(store, count) for store, count in zip((one, other), counts, strict=True)))
        level = await one.level(TEA)
        assert level is not None
        assert level.on_hand == 7 + number
        assert sorted([(await line_of(one, count)).posted_units or 0 for count in counts]) == sorted(
            [0, -3 if number == 0 else 1]
        )
    await check_ledger(one)


async def test_a_sale_that_empties_a_level_refuses_a_count_or_comes_too_late(database: Database) -> None:
    """What was found missing cannot be sold, too: one of the two is refused, and nothing goes below zero."""
    one, other = mongo_store(database), mongo_store(database)
    for number in range(10):
        key = LevelKey(f"T-{number}", "MAIN")
        await given_level(one, key, on_hand=5)
        count = await given_count(one)
        lines = [CountedUnits(sku=key.sku, quantity=2)]
        await one.counts.record(count.id, lines, request=request_info())
        sale, posting = await asyncio.gather(
            outcome_or_refusal(adjust(other, key, -5, reason=MovementReason.SALE)), posting_or_refusal(one, count.id)
        )
        level = await one.level(key)
        assert level is not None
        assert isinstance(sale, Refused) is not isinstance(posting, Refused)
        assert level.on_hand == (2 if isinstance(sale, Refused) else 0)
    await check_ledger(one)
