"""Purchase orders in such numbers that a plan without an index would show, and all their filters."""

import asyncio

from app.domain.purchasing.purchase_order import PurchaseOrderState
from app.domain.time import Moment
from app.services.purchasing.filters import PurchaseOrderFilter
from tests.architecture.explained_list import ExplainedList
from tests.support.clock import SECOND, START
from tests.support.explain import PAGE
from tests.support.purchases import cancel, create, given_offer, given_supplier, order_in, receive, submit
from tests.support.scene import given_item, given_location, request_info
from tests.support.store import Store

ORDERS = 400
CODES = tuple(f"L{number}" for number in range(8))
SUPPLIERS = tuple(f"V{number}" for number in range(20))
SKUS = tuple(f"S-{number:02}" for number in range(30))


async def given_orders(store: Store) -> None:
    """Make a shop with 400 orders of 8 locations from 20 suppliers, most of them received."""
    await asyncio.gather(*(given_item(store, sku) for sku in SKUS), *(given_location(store, code) for code in CODES))
    await asyncio.gather(*(given_supplier(store, code) for code in SUPPLIERS))
    await asyncio.gather(*(given_offer(store, sku, supplier=code) for code in SUPPLIERS for sku in SKUS))
    for code in SUPPLIERS[15:]:
        await store.suppliers.archive(code, is_archived=True, request=request_info())
    for start in range(0, ORDERS, 50):
        store.clock.now = Moment(START + start * SECOND)
        await asyncio.gather(*(given_order(store, number) for number in range(start, start + 50)))


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
    "visible locations": PurchaseOrderFilter(visible_at=("L3", "L5")),
    "an item": PurchaseOrderFilter(sku="S-07"),
    "a reference": PurchaseOrderFilter(reference="PO-33"),
    "those of people": PurchaseOrderFilter(is_automatic=False),
    "a time": PurchaseOrderFilter(since=SINCE, until=UNTIL),
}
SOME_FILTERS = {
    "those of the server": PurchaseOrderFilter(is_automatic=True),
    "open ones to a location": PurchaseOrderFilter(location="L3", states=(STATE.SUBMITTED,)),
    "open ones of visible locations": PurchaseOrderFilter(visible_at=("L3", "L5"), states=(STATE.SUBMITTED,)),
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
}

PURCHASE_ORDER_LIST = ExplainedList(
    given=given_orders,
    read=lambda store, where, after: store.orders.orders(where, first=PAGE, after=after),
    narrow=ONE_FILTER,
    combined=SOME_FILTERS,
    since=SINCE,
)
