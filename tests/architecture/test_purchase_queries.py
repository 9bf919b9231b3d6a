"""Every list around suppliers is served by an index: no scan of the collection, no sort in memory, whatever the filter.

The queries are those that the readers really send, listened to on the wire and explained by the server.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from app.domain.purchasing.purchase_order import PurchaseOrderState
from app.domain.time import Moment
from app.services.paging import Page
from app.services.purchasing.filters import OfferFilter, PurchaseOrderFilter, SupplierFilter
from app.store.client import Database, close_client
from tests.support.clock import SECOND, START
from tests.support.database import drop, fresh_database
from tests.support.explain import Reads, listened_to, stages
from tests.support.purchases import cancel, create, given_offer, given_supplier, order_in, receive, submit
from tests.support.scene import given_item, given_location, request_info
from tests.support.store import Store, mongo_store

ORDERS = 400
CODES = tuple(f"L{number}" for number in range(8))
SUPPLIERS = tuple(f"V{number}" for number in range(20))
SKUS = tuple(f"S-{number:02}" for number in range(30))
PAGE = 10
EXAMINED_AT_MOST = 2  # documents per one that is returned, by a filter that an index knows

Shop = tuple[Store, Database]


@pytest.fixture(scope="module")
async def shop(mongo_url: str, reads: Reads) -> AsyncIterator[Shop]:
    """Return a shop with 400 orders of 8 locations from 20 suppliers, most of them received."""
    client = listened_to(mongo_url, reads)
    database = await fresh_database(client, "explained_orders")
    store = mongo_store(database)
    await asyncio.gather(*(given_item(store, sku) for sku in SKUS), *(given_location(store, code) for code in CODES))
    await asyncio.gather(*(given_supplier(store, code) for code in SUPPLIERS))
    await asyncio.gather(*(given_offer(store, sku, supplier=code) for code in SUPPLIERS for sku in SKUS))
    for code in SUPPLIERS[15:]:
        await store.suppliers.archive(code, is_archived=True, request=request_info())
    for start in range(0, ORDERS, 50):
        store.clock.now = Moment(START + start * SECOND)
        await asyncio.gather(*(given_order(store, number) for number in range(start, start + 50)))
    yield store, database
    await drop(database)
    await close_client(client)


async def given_order(store: Store, number: int) -> None:
    """Create the order of a number. One of ten is a draft, one is on its way, one was cancelled."""
    lines = [(SKUS[(number + step) % 30], 1) for step in range(3)]
    supplier, location = SUPPLIERS[number % 15], CODES[number % 8]
    outcome = await create(store, *lines, supplier=supplier, location=location, reference=f"PO-{number // 2}")
    identity = order_in(outcome).id
    if number % 10 == 1:
        await cancel(store, identity)
    elif number % 10 > 1:
        await submit(store, identity)
    if number % 10 > 2:
        await receive(store, identity)


SINCE, UNTIL = Moment(START + 100 * SECOND), Moment(START + 300 * SECOND)
STATE = PurchaseOrderState
ONE_FILTER = {
    "everything": PurchaseOrderFilter(),
    "a frequent state": PurchaseOrderFilter(states=(STATE.RECEIVED,)),
    "a state": PurchaseOrderFilter(states=(STATE.SUBMITTED,)),
    "states": PurchaseOrderFilter(states=(STATE.DRAFT, STATE.SUBMITTED, STATE.CANCELLED)),
    "a supplier": PurchaseOrderFilter(supplier="V3"),
    "a location": PurchaseOrderFilter(location="L3"),
    "an item": PurchaseOrderFilter(sku="S-07"),
    "a reference": PurchaseOrderFilter(reference="PO-33"),
    "those of people": PurchaseOrderFilter(is_automatic=False),
    "a time": PurchaseOrderFilter(since=SINCE, until=UNTIL),
}
SOME_FILTERS = {
    "those of the server": PurchaseOrderFilter(is_automatic=True),
    "open ones to a location": PurchaseOrderFilter(location="L3", states=(STATE.SUBMITTED,)),
    "a supplier and an item": PurchaseOrderFilter(supplier="V3", sku="S-07"),
    "drafts of the server": PurchaseOrderFilter(is_automatic=True, states=(STATE.DRAFT,)),
    "all of them": PurchaseOrderFilter(
        states=(STATE.RECEIVED, STATE.CANCELLED),
        supplier="V3",
        location="L3",
        sku="S-07",
        reference="PO-33",
        is_automatic=False,
        since=SINCE,
        until=UNTIL,
    ),
} | {
    f"{name} since": replace(where, since=SINCE)
    for name, where in ONE_FILTER.items()
    if name not in {"everything", "a time"}
}
ALL_FILTERS = ONE_FILTER | SOME_FILTERS


async def explained(
    shop: Shop, reads: Reads, read: Callable[[str | None], Awaitable[Page[Any]]]
) -> list[dict[str, Any]]:
    """Return how the server serves the first page, the second, and one in the middle."""
    reads.sent.clear()
    page = await read(None)
    for _ in range(3):
        if not page.has_next:
            break
        page = await read(page.cursors[-1])
    return await plans(shop, reads)


async def plans(shop: Shop, reads: Reads) -> list[dict[str, Any]]:
    """Return how the server serves what was read."""
    assert reads.sent
    database = shop[1]
    return [await database.command("explain", query, verbosity="executionStats") for query in list(reads.sent)]


def check_served(plan: dict[str, Any]) -> None:
    """Prove that an index serves a query, order and all."""
    found = set(stages(plan["queryPlanner"]["winningPlan"]))
    assert not found & {"COLLSCAN", "SORT"}, found


def check_examined(plan: dict[str, Any]) -> None:
    """Prove that hardly a document is read that is not in the page."""
    stats = plan["executionStats"]
    assert stats["nReturned"] > 0
    assert stats["totalDocsExamined"] <= EXAMINED_AT_MOST * stats["nReturned"], stats


@pytest.mark.parametrize("name", ALL_FILTERS)
async def test_orders_are_served_by_an_index(shop: Shop, reads: Reads, name: str) -> None:
    """The newest first, by any filter and by several; one filter looks at what it returns."""
    store, where = shop[0], ALL_FILTERS[name]
    for plan in await explained(shop, reads, lambda after: store.orders.orders(where, first=PAGE, after=after)):
        check_served(plan)
        if name in ONE_FILTER:
            check_examined(plan)


@pytest.mark.parametrize("is_archived", [None, False, True])
async def test_suppliers_are_served_by_an_index(shop: Shop, reads: Reads, is_archived: bool | None) -> None:
    """By code."""
    suppliers, where = shop[0].suppliers, SupplierFilter(is_archived=is_archived)
    for plan in await explained(shop, reads, lambda after: suppliers.page_of_suppliers(where, first=3, after=after)):
        check_served(plan)
        check_examined(plan)


async def test_what_a_supplier_offers_is_served_by_an_index(shop: Shop, reads: Reads) -> None:
    """By SKU."""
    suppliers, where = shop[0].suppliers, OfferFilter(supplier="V3")
    for plan in await explained(shop, reads, lambda after: suppliers.page_of_offers(where, first=PAGE, after=after)):
        check_served(plan)
        check_examined(plan)


async def test_what_is_offered_of_many_items_is_one_read_by_an_index(shop: Shop, reads: Reads) -> None:
    """Nothing else is looked at."""
    reads.sent.clear()
    found = await shop[0].suppliers.offers_of(SKUS[:5])
    assert {sku: len(offers) for sku, offers in found.items()} == dict.fromkeys(SKUS[:5], len(SUPPLIERS))
    [plan] = await plans(shop, reads)
    check_served(plan)
    assert plan["executionStats"]["totalDocsExamined"] == 5 * len(SUPPLIERS)
