"""Every list of reservations, and the queue, is served by an index: no scan of a collection, no sort in memory.

The queries are those that the readers really send, listened to on the wire and explained by the server.
"""

import asyncio
from collections.abc import AsyncIterator

import pytest

from app.domain.outcome import Outcome
from app.domain.reservations.reservation import ReservationState
from app.domain.stock.level import LevelKey
from app.domain.stock.movement import MovementReason
from app.domain.time import Moment
from app.services.reservations.filters import ReservationFilter
from app.store.driver.client import Database, close_client
from tests.support.clock import SECOND, START
from tests.support.database import drop, fresh_database
from tests.support.explain import Reads, listened_to, stages
from tests.support.reservations import (
    a_line,
    anywhere,
    assign,
    expire,
    given_backorder_limit,
    reserve,
    waiting_ids,
)
from tests.support.scene import adjust, given_catalog, request_info
from tests.support.store import Store, mongo_store, whole

ORDERS, PER_MINUTE = 600, 50
ITEMS, LOCATIONS = 30, 4
PAGE = 20
KEYS = [LevelKey(f"S-{item:02}", f"L{place}") for item in range(ITEMS) for place in range(LOCATIONS)]


@pytest.fixture(scope="module")
async def shop(mongo_url: str, reads: Reads) -> AsyncIterator[tuple[Store, Database]]:
    """Return 600 orders of two lines, 50 a minute: most of them open, some ended, some waiting."""
    client = listened_to(mongo_url, reads)
    database = await fresh_database(client, "explained_reservations")
    store = mongo_store(database)
    await given_catalog(store, *KEYS)
    for key in KEYS:
        await given_backorder_limit(store, key, 100)
    for start in range(0, ORDERS, PER_MINUTE):
        orders = await asyncio.gather(*(order(store, number) for number in range(start, start + PER_MINUTE)))
        released = [each.operation.id for each in orders[::10]]
        await asyncio.gather(*(store.reservations.release(each, request=request_info()) for each in released))
        store.clock.move(seconds=60)
    store.clock.move(seconds=3_600)
    await asyncio.gather(*(expire(store, each) for each in await store.queue.due(now=store.clock(), limit=PAGE)))
    await reserve(store, anywhere("S-07", 1))
    await adjust(store, KEYS[1], +1)
    yield store, database
    await drop(database)
    await close_client(client)


async def order(store: Store, number: int) -> Outcome:
    """Reserve two units of two levels each, or of one."""
    keys = dict.fromkeys((KEYS[number % len(KEYS)], KEYS[(7 * number + 1) % len(KEYS)]))
    return await reserve(
        store,
        *(a_line(key, 2) for key in keys),
        said=request_info(reference=f"R-{number % 50}" if number % 3 else None),
        channel=f"C-{number % 3}" if number % 2 else None,
        ttl_seconds=3_600 if number % 5 else None,
    )


async def check_served_by_index(database: Database, reads: Reads) -> None:
    """Prove it of everything that was sent."""
    assert reads.sent
    for query in reads.sent:
        explained = await database.command("explain", query, verbosity="queryPlanner")
        found = set(stages(explained))
        assert not found & {"COLLSCAN", "SORT"}, (query, found)


FILTERS = {
    "everything": ReservationFilter(),
    "a frequent state": ReservationFilter(states=(ReservationState.HELD,)),
    "a rare state": ReservationFilter(states=(ReservationState.EXPIRED,)),
    "states": ReservationFilter(states=tuple(ReservationState)),
    "a reference": ReservationFilter(reference="R-7"),
    "an item": ReservationFilter(sku="S-07"),
    "a location": ReservationFilter(location="L1"),
    "visible locations": ReservationFilter(visible_at=("L1", "L2")),
    "a state at visible locations": ReservationFilter(states=(ReservationState.HELD,), visible_at=("L1", "L2")),
    "a level": ReservationFilter(sku="S-07", location="L1"),
    "a channel": ReservationFilter(channel="C-1"),
    "a time": ReservationFilter(since=Moment(START + 90 * SECOND), until=Moment(START + 400 * SECOND)),
    "a state since": ReservationFilter(states=(ReservationState.HELD,), since=Moment(START + 90 * SECOND)),
    "a state of an item": ReservationFilter(states=(ReservationState.HELD,), sku="S-07"),
    "states at a location": ReservationFilter(
        states=(ReservationState.RELEASED, ReservationState.EXPIRED), location="L1"
    ),
    "a state of a channel": ReservationFilter(states=(ReservationState.RELEASED,), channel="C-1"),
    "a reference of an item": ReservationFilter(reference="R-7", sku="S-07"),
    "an item of a channel": ReservationFilter(channel="C-1", sku="S-07"),
    "all of them": ReservationFilter(
        states=tuple(ReservationState),
        reference="R-7",
        sku="S-07",
        location="L3",
        channel="C-1",
        since=Moment(START),
        until=Moment(START + 600 * SECOND),
    ),
}


@pytest.mark.parametrize("where", FILTERS.values(), ids=FILTERS.keys())
async def test_reservations_are_served_by_an_index(
    shop: tuple[Store, Database], reads: Reads, where: ReservationFilter
) -> None:
    """The newest first, by any filter, on every page."""
    store, database = shop
    reads.sent.clear()
    await whole(lambda after: store.reservations.reservations(where, first=PAGE, after=after))
    await check_served_by_index(database, reads)


async def test_the_queue_is_served_by_an_index(shop: tuple[Store, Database], reads: Reads) -> None:
    """What runs out and what waits, whoever asks for it, of however many orders."""
    store, database = shop
    now = store.clock()
    reads.sent.clear()
    assert len(await store.queue.due(now=now, limit=PAGE)) == PAGE
    assert 0 < len(await store.queue.due(now=now, limit=ORDERS, keys=[KEYS[1]])) < PAGE
    assert await store.queue.next_expiry() is not None
    assert len(await store.queue.waiting(KEYS[1], limit=2)) == 2
    assert await store.queue.waited_for_anywhere(["S-07", "S-08"]) == ["S-07"]
    assert "S-07" in await store.queue.waited_for_anywhere()
    await check_served_by_index(database, reads)


async def test_assignable_levels_are_served_by_an_index(shop: tuple[Store, Database], reads: Reads) -> None:
    """It holds only levels that have units backordered; the archived locations are few, and read whole."""
    store, database = shop
    reads.sent.clear()
    assert [KEYS[1]] == await store.queue.assignable(limit=PAGE) == await store.queue.free(["S-00"])
    reads.sent = [query for query in reads.sent if query.get("find") != "locations"]
    await check_served_by_index(database, reads)


async def test_what_is_short_is_found_by_an_index(shop: tuple[Store, Database], reads: Reads) -> None:
    """Levels by the shortfall that they note, and the newest open orders there, however many have ended."""
    store, database = shop
    await adjust(store, KEYS[5], +4)
    await assign(store, KEYS[5], await waiting_ids(store, KEYS[5]))
    await adjust(store, KEYS[5], -4, reason=MovementReason.LOST)
    reads.sent.clear()
    for where in ({}, {"sku": KEYS[5].sku}, {"location": KEYS[5].location}):
        narrowed = await store.reservations.narrowed(ReservationFilter(**where), is_short=True)
        assert len(narrowed.ids or ()) == 2
    assert [query["hint"] for query in reads.sent if query.get("find") == "reservations"] == [
        "newest_open_at_level"
    ] * 3
    await check_served_by_index(database, reads)


async def test_the_operations_of_a_document_are_served_by_an_index(shop: tuple[Store, Database], reads: Reads) -> None:
    """Of one reservation among hundreds, the newest first, and nothing but those is read."""
    store, database = shop
    [order] = (await store.reservations.reservations(ReservationFilter(), first=1, after=None)).nodes
    for _ in range(3):
        await store.reservations.extend(order.id, ttl_seconds=60, request=request_info())
    reads.sent.clear()
    found = await whole(lambda after: store.stock.operations_of(order.key, first=1, after=after))
    assert [operation.info.kind for operation in found][:3] == ["reservationExtend"] * 3
    await check_served_by_index(database, reads)
    plan = await database.command("explain", reads.sent[0], verbosity="executionStats")
    assert plan["executionStats"]["totalDocsExamined"] <= 2
