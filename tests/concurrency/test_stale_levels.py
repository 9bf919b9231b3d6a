"""A writer that remembers levels as they were before another writer changed them."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from app.domain.outcome import Outcome
from app.domain.stock.movement import MovementReason
from app.store.driver.client import Database
from tests.support.ledger import check_ledger
from tests.support.scene import TEA, adjust, given_catalog, given_item, given_level, outcome_or_refusal, request_info
from tests.support.store import CredulousLevelCache, Store, mongo_store

Change = Callable[[Store], Awaitable[object]]


def moved(*deltas: int) -> Change:
    """Return a change of the level by each of these deltas."""

    async def change(store: Store) -> None:
        for delta in deltas:
            await adjust(store, TEA, delta)

    return change


def archived(*states: bool) -> Change:
    """Return a change of whether the item is archived, to each of these in turn."""

    async def change(store: Store) -> None:
        for is_archived in states:
            await store.shop.archive_item(TEA.sku, is_archived=is_archived, request=request_info())

    return change


@pytest.mark.parametrize(
    ("meanwhile", "delta", "expected"),
    [
        (moved(+5), -8, 2),  # by what it remembers it would refuse
        (moved(-3), -4, "INSUFFICIENT_STOCK"),  # by what it remembers it would accept
        (moved(-3), -2, 0),
        (moved(+5, -5), -5, 0),  # the counts are the same, the version is another
        (moved(-5), -1, "INSUFFICIENT_STOCK"),  # with an alert
        (archived(True), +1, "ARCHIVED"),  # without another version
        (archived(True, False), +1, 6),
    ],
)
async def test_a_change_is_decided_on_the_level_as_it_is(
    database: Database, meanwhile: Change, delta: int, expected: int | str
) -> None:
    """Whatever another writer did meanwhile, and whether or not it was heard of."""
    # given
    one, other = mongo_store(database, level_cache=CredulousLevelCache()), mongo_store(database)
    await given_catalog(one, TEA)
    await given_level(one, TEA, on_hand=5)
    assert await one.level(TEA)
    await meanwhile(other)
    # when
    result = await outcome_or_refusal(adjust(one, TEA, delta))
    # then
    if isinstance(result, Outcome):
        assert result.level(TEA).on_hand == expected
        assert result.level(TEA) == await one.level(TEA)
    else:
        assert [error.code.value for error in result.errors] == [expected]
    await check_ledger(one)


async def test_what_it_remembers_is_not_read_again(database: Database) -> None:
    """A change of a level that this writer changed last finds it in the cache, which is then as the database is."""
    cache = CredulousLevelCache()
    store = mongo_store(database, level_cache=cache)
    await given_catalog(store, TEA)
    await given_level(store, TEA, on_hand=5)
    for _ in range(3):
        before = cache.get([TEA])[TEA].level
        assert before == await store.level(TEA)
        await adjust(store, TEA, -1)
        assert cache.get([TEA])[TEA].level.version == before.version + 1


@pytest.mark.parametrize("on_hand", [5, 1])
async def test_an_item_that_is_archived_in_the_batch_of_a_change(database: Database, on_hand: int) -> None:
    """Its levels are marked before they are changed, one with an open alert among them."""
    store = mongo_store(database, level_cache=CredulousLevelCache())
    await given_catalog(store, TEA)
    await given_item(store, TEA.sku, reorder_point=3)
    await given_level(store, TEA, on_hand=on_hand)
    busy = asyncio.create_task(adjust(store, TEA, +1))  # the others wait together until it is committed
    archive = asyncio.create_task(store.shop.archive_item(TEA.sku, is_archived=True, request=request_info()))
    loss = asyncio.create_task(adjust(store, TEA, -1, reason=MovementReason.LOST))
    await asyncio.gather(busy, archive, loss)
    contents = await check_ledger(store)
    assert [level.on_hand for level in contents.levels] == [on_hand]
