"""A primary that was frozen, while the others elected another: what waits on it, and what it says when it is back."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from app.domain.failures import Unavailable
from app.embedded.cluster.mongo_set import MongoSet
from app.embedded.cluster.replica_set import DATABASE
from app.store.client import Client, close_client, open_client
from app.store.collections import ensure_collections
from app.store.primary_watch import PrimaryWatch
from tests.support.concerns import concerns_heard
from tests.support.patience import PATIENCE_SECONDS
from tests.support.scene import TEA, adjust, given_level, refused
from tests.support.store import Store, mongo_store
from tests.support.waiting import eventually

DEADLINE_SECONDS = 2.0  # of the writer that knows one member only, which is primary no more


@asynccontextmanager
async def clients(*urls: str) -> AsyncIterator[list[Client]]:
    """Open clients that wait for a minute for each answer, but not for a connection."""
    opened = [open_client(url, timeout_seconds=PATIENCE_SECONDS) for url in urls]
    try:
        yield opened
    finally:
        for client in opened:
            await close_client(client)


async def a_store(replica_set: MongoSet, client: Client, *, on_hand: int) -> Store:
    """Return a store over the database of the replica set, with one level, once all of its members follow."""
    await eventually(lambda: all(replica_set.follows(member) for member in replica_set.members))
    await client.drop_database(DATABASE)
    await ensure_collections(client[DATABASE])
    store = mongo_store(client[DATABASE])
    await given_level(store, on_hand=on_hand)
    return store


async def test_what_waits_on_a_frozen_primary_goes_to_the_next(replica_set: MongoSet) -> None:
    """A read and a change that were under way end while it is still frozen, long before their time is up."""
    async with clients(replica_set.url) as [client], PrimaryWatch(client):
        store = await a_store(replica_set, client, on_hand=5)
        primary = await asyncio.to_thread(replica_set.await_primary)
        primary.freeze()
        try:
            async with asyncio.timeout(PATIENCE_SECONDS - 20):  # each would wait for a minute
                level, outcome = await asyncio.gather(store.level(TEA), adjust(store, TEA, -2))
        finally:
            primary.resume()
        assert level is not None
        assert outcome.movements[0].after.on_hand == 3


async def test_a_primary_that_was_frozen_refuses_nothing_on_what_it_believes(replica_set: MongoSet) -> None:
    """Units came while it stood still: it does not say that there are none, but that it takes no changes."""
    primary = await asyncio.to_thread(replica_set.await_primary)
    with concerns_heard() as heard:
        async with clients(replica_set.url, replica_set.url_of(primary)) as [client, former]:
            store = await a_store(replica_set, client, on_hand=1)
            behind = mongo_store(former[DATABASE], retry_deadline_seconds=DEADLINE_SECONDS)
            await refused(behind, adjust(behind, TEA, -5))
            primary.freeze()
            await asyncio.to_thread(replica_set.await_primary)
            await adjust(store, TEA, 100)
            before = heard.said.total()
            late = asyncio.create_task(adjust(behind, TEA, -5))
            await eventually(lambda: heard.said.total() > before)
            # when
            primary.resume()
            # then
            with pytest.raises(Unavailable):
                await late
            level = await store.level(TEA)
            assert level is not None
            assert level.on_hand == 101
