"""Every list is served by an index: no scan of the collection, no sort in memory, whatever the filter.

The queries are those that the readers really send, listened to on the wire and explained by the server.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest

from app.domain.catalog.search import search_words
from app.domain.time import Moment
from app.services.purchasing.filters import OfferFilter, SupplierFilter
from app.store.mapping import names
from app.store.migrations.supplier_words import SUPPLIER_WORDS
from tests.architecture.alert_list import ALERT_LIST
from tests.architecture.purchase_order_list import PURCHASE_ORDER_LIST, SKUS, SUPPLIERS
from tests.architecture.transfer_list import TRANSFER_LIST
from tests.support.clock import SECOND, START
from tests.support.explain import PAGE, ExplainedStore, check_examined, check_served, explained_store
from tests.support.migrations import step_through

LISTS = {"transfers": TRANSFER_LIST, "purchase_orders": PURCHASE_ORDER_LIST, "alerts": ALERT_LIST}


Opened = Callable[[str], Awaitable[ExplainedStore]]


@pytest.fixture(scope="module")
async def opened(mongo_url: str) -> AsyncIterator[Opened]:
    """Return what opens a shop with all that a list shows; it is made once for all tests of the list."""
    async with AsyncExitStack() as stack:
        shops: dict[str, ExplainedStore] = {}

        async def open_list(name: str) -> ExplainedStore:
            if name not in shops:
                shops[name] = await stack.enter_async_context(explained_store(mongo_url, f"explained_{name}"))
                await LISTS[name].given(shops[name].store)
            return shops[name]

        yield open_list


@pytest.fixture
async def purchasing(opened: Opened) -> ExplainedStore:
    """Return the shop with the purchase orders, and the suppliers that they are for."""
    return await opened("purchase_orders")


@pytest.mark.parametrize(
    ("name", "filtered_by"), [(name, each) for name, listed in LISTS.items() for each in listed.filters]
)
async def test_a_list_is_served_by_an_index(opened: Opened, name: str, filtered_by: str) -> None:
    """The newest first, by any filters; by one, hardly an entry is read that is not in the page."""
    explained, listed = await opened(name), LISTS[name]
    where = listed.filters[filtered_by]
    for plan in await explained.pages(lambda after: listed.read(explained.store, where, after)):
        check_served(plan)
        if filtered_by in listed.narrow:
            check_examined(plan)


@pytest.mark.parametrize("is_archived", [None, False, True])
async def test_suppliers_are_served_by_an_index(purchasing: ExplainedStore, is_archived: bool | None) -> None:
    """By code."""
    suppliers, where = purchasing.store.suppliers, SupplierFilter(is_archived=is_archived)
    for plan in await purchasing.pages(lambda after: suppliers.page_of_suppliers(where, first=3, after=after)):
        check_served(plan)
        check_examined(plan)


async def test_a_search_for_suppliers_is_served_by_an_index(purchasing: ExplainedStore) -> None:
    """By a word; an earlier version wrote suppliers without words, and a start gives them theirs."""
    suppliers, where = purchasing.store.suppliers, SupplierFilter(words=search_words("v3"))
    for plan in await purchasing.pages(lambda after: suppliers.page_of_suppliers(where, first=3, after=after)):
        check_served(plan)
        check_examined(plan)
    stored = purchasing.database[names.SUPPLIERS]
    before = await stored.find(sort=[("_id", 1)]).to_list(None)
    await stored.update_many({}, {"$unset": {names.INDEX_ENTRIES: "", names.SEARCH_WORDS: ""}})
    assert await suppliers.count_suppliers(where) == 0
    await step_through(purchasing.database, SUPPLIER_WORDS)
    assert await stored.find(sort=[("_id", 1)]).to_list(None) == before


async def test_what_a_supplier_offers_is_served_by_an_index(purchasing: ExplainedStore) -> None:
    """By SKU."""
    suppliers, where = purchasing.store.suppliers, OfferFilter(supplier="V3")
    for plan in await purchasing.pages(lambda after: suppliers.page_of_offers(where, first=PAGE, after=after)):
        check_served(plan)
        check_examined(plan)


async def test_what_is_offered_of_many_items_is_one_read_by_an_index(purchasing: ExplainedStore) -> None:
    """Nothing else is looked at."""
    purchasing.reads.sent.clear()
    found = await purchasing.store.suppliers.offers_of(SKUS[:5])
    assert {sku: len(offers) for sku, offers in found.items()} == dict.fromkeys(SKUS[:5], len(SUPPLIERS))
    [plan] = await purchasing.plans()
    check_served(plan)
    assert plan["executionStats"]["totalDocsExamined"] == 5 * len(SUPPLIERS)


async def test_alerts_that_are_due_to_wake_are_found_by_an_index(opened: Opened) -> None:
    """Each process looks once a second, so the query reads nothing but what is due."""
    explained = await opened("alerts")
    explained.reads.sent.clear()
    assert len(await explained.store.alert_queue.due(now=Moment(START + 10_000 * SECOND), limit=5)) == 5
    [plan] = await explained.plans()
    check_served(plan)
    assert plan["executionStats"]["totalKeysExamined"] == 5
