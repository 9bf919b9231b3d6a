"""What happened to a document is read from it: every operation that changed it, the newest first."""

from app.domain.access.visibility import Visibility
from app.domain.document import DocumentKey
from app.domain.reservations.holds import ReservedUnits
from app.domain.reservations.reservation import reservation_key
from app.services.limited.ledger import LimitedLedger
from app.services.limited.sight import Sight
from app.services.paging import PageRequest
from tests.support.reservations import a_line, anywhere, assign, given_backorder_limit, given_reservation
from tests.support.scene import TEA, TEA_NORTH, adjust, given_level, request_info
from tests.support.store import Store, whole


async def kinds(store: Store, document: DocumentKey, *, first: int = 250) -> list[str]:
    """Return what changed a document, read page by page, after proving that the count agrees."""
    listed = await whole(lambda after: store.stock.operations_of(document, first=first, after=after))
    assert await store.stock.count_operations_of(document) == len(listed)
    return [operation.info.kind for operation in listed]


async def test_a_document_lists_what_changed_it(store: Store) -> None:
    """Not what changed others; one operation stands with every document that it changed."""
    # given
    await given_level(store, TEA, on_hand=3)
    first = await given_reservation(store, a_line(TEA, 3))
    shipped = await store.reservations.fulfill(first.id, request=request_info())
    await store.reservations.reverse_fulfillment(first.id, shipped.operation.id, request=request_info())
    await given_backorder_limit(store, TEA, 10)
    waiting = [await given_reservation(store, a_line(TEA, 2), accept_backorder=True) for _ in range(2)]
    await adjust(store, TEA, +4)
    given = await assign(store, TEA, [each.id for each in waiting])
    # then
    for size in (1, 2, 250):
        assert await kinds(store, reservation_key(first.id), first=size) == [
            "reservationFulfillmentReverse",
            "reservationFulfill",
            "reservationCreate",
        ]
    for each in waiting:
        assert await kinds(store, reservation_key(each.id)) == ["backordersAssign", "reservationCreate"]
        [newest] = (await store.stock.operations_of(reservation_key(each.id), first=1, after=None)).nodes
        assert (newest.id, newest.levels) == (given.operation.id, given.operation.levels)
    assert await kinds(store, reservation_key("0" * 32)) == []


async def test_what_a_document_was_out_of_sight_is_not_listed(store: Store) -> None:
    """A reservation that was moved into sight is visible from then on; of what came before, nothing is."""
    # given
    await given_level(store, TEA, on_hand=2)
    order = reservation_key((await given_reservation(store, anywhere("TEA-1", 2))).id)
    await given_level(store, TEA_NORTH, on_hand=9)
    sight = Sight(Visibility(locations=frozenset({"NORTH"})), catalog=store.catalog)
    ledger = LimitedLedger(store.ledger, sight=sight)
    everything = PageRequest(first=250)
    assert (await ledger.operations_of(order, page=everything)).nodes == ()
    # when
    parts = [ReservedUnits(sku="TEA-1", quantity=2)]
    moved = await store.reservations.move(order.id, "NORTH", parts, request=request_info())
    # then
    assert await kinds(store, order) == ["reservationMove", "reservationCreate"]
    [seen] = (await ledger.operations_of(order, page=everything)).nodes
    arrived = [(key, version) for key, version in moved.operation.levels if key == TEA_NORTH]
    assert (seen.id, list(seen.levels)) == (moved.operation.id, arrived)
    assert await ledger.count_operations_of(order) == 1
    page = await ledger.operations_of(order, page=PageRequest(first=1))
    assert (len(page.nodes), page.has_next) == (1, False)
