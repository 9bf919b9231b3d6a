"""Lists of purchase orders: the newest first, by any filter, the same over every store."""

from collections.abc import Callable

from app.domain.purchasing.purchase_order import PurchaseOrder, PurchaseOrderState
from app.domain.time import Moment
from app.services.purchasing.filters import PurchaseOrderFilter
from tests.support.clock import SECOND, START
from tests.support.purchases import cancel, create, given_shop, given_supplier, order_in, receive, submit
from tests.support.scene import given_location
from tests.support.store import Store, whole

COUNT = 12

SEVENTH = Moment(START + 7 * SECOND)
FILTERS: list[tuple[PurchaseOrderFilter, Callable[[PurchaseOrder], bool]]] = [
    (PurchaseOrderFilter(), lambda _: True),
    (
        PurchaseOrderFilter(states=(PurchaseOrderState.DRAFT, PurchaseOrderState.RECEIVED)),
        lambda order: order.state.value in ("DRAFT", "RECEIVED"),
    ),
    (PurchaseOrderFilter(states=()), lambda _: False),
    (PurchaseOrderFilter(supplier="BETA"), lambda order: order.supplier == "BETA"),
    (PurchaseOrderFilter(location="NORTH"), lambda order: order.location == "NORTH"),
    (PurchaseOrderFilter(sku="CUP-1"), lambda order: len(order.lines) == 2),
    (PurchaseOrderFilter(sku="CUP"), lambda _: False),
    (PurchaseOrderFilter(reference="PO-3"), lambda order: order.reference == "PO-3"),
    (PurchaseOrderFilter(is_automatic=True), lambda _: False),
    (PurchaseOrderFilter(is_automatic=False), lambda _: True),
    (PurchaseOrderFilter(since=SEVENTH), lambda order: order.created_at >= SEVENTH),
    (PurchaseOrderFilter(until=SEVENTH), lambda order: order.created_at < SEVENTH),
    (
        PurchaseOrderFilter(
            states=(PurchaseOrderState.SUBMITTED,),
            supplier="BETA",
            location="NORTH",
            sku="TEA-1",
            reference="PO-2",
            is_automatic=False,
            since=Moment(START + 5 * SECOND),
            until=Moment(START + 6 * SECOND),
        ),
        lambda order: order.reference == "PO-2" and order.supplier == "BETA",
    ),
]


async def given_orders(store: Store) -> list[PurchaseOrder]:
    """Create twelve orders, a second between them, and return them as they are, the newest first."""
    await given_shop(store)
    await given_supplier(store, "BETA")
    await given_location(store, "NORTH")
    return [await _given_order(store, number) for number in range(COUNT)][::-1]


async def listed(store: Store, where: PurchaseOrderFilter, *, first: int) -> list[PurchaseOrder]:
    """Return a whole list, read in pages of a size."""
    return list(await whole(lambda after: store.orders.orders(where, first=first, after=after)))


async def _given_order(store: Store, number: int) -> PurchaseOrder:
    store.clock.now = Moment(START + number * SECOND)
    lines = [("TEA-1", 2), ("CUP-1", 1)][: 1 + (number % 3 == 0)]
    supplier, location = ("ACME", "BETA")[number % 2], ("MAIN", "NORTH")[number % 2]
    order = order_in(await create(store, *lines, supplier=supplier, location=location, reference=f"PO-{number // 2}"))
    match number % 4:
        case 1:
            return order_in(await submit(store, order.id))
        case 2:
            await submit(store, order.id)
            return order_in(await receive(store, order.id))
        case 3:
            return order_in(await cancel(store, order.id))
    return order


async def test_a_filter_leaves_what_matches_page_by_page(store: Store) -> None:
    """All filters must match; of the states any. Pages and counts agree."""
    everything = await given_orders(store)
    assert len({order.state for order in everything}) == 4
    for where, matches in FILTERS:
        expected = [order for order in everything if matches(order)]
        assert await listed(store, where, first=2) == await listed(store, where, first=250) == expected, where
        assert await store.orders.count_orders(where) == len(expected), where
