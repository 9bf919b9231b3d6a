"""What each request allows by itself may be too much in sum: then it is refused, and nothing overflows."""

from app.domain.errors import QuantityOutOfRange
from app.domain.limits import MAX_QUANTITY
from app.domain.reservations.holds import ReservedUnits
from app.domain.stock.movement import MovementReason
from tests.property.invariants import check_everything
from tests.support import purchases, transfers
from tests.support.purchases import given_submitted, given_supplier
from tests.support.reservations import a_line, given_backorder_limit, given_reservation
from tests.support.scene import TEA, TEA_NORTH, given_level, given_location, refused, request_info
from tests.support.store import Store
from tests.support.transfers import given_shipped


async def test_what_is_to_come_again_has_room_beside_what_is_on_order(store: Store) -> None:
    """A receipt or a loss is not taken back where the level expects as many units as it can hold."""
    # given
    await given_level(store, TEA, on_hand=10)
    await given_location(store, TEA_NORTH.location)
    await given_supplier(store)
    order = await given_submitted(store, ("TEA-1", 9))
    receipt = await purchases.receive(store, order.id)
    sent = await given_shipped(store, ("TEA-1", 5))
    loss = await transfers.receive(store, sent.id, is_complete=True, short_reason=MovementReason.LOST)
    for location in ("MAIN", "NORTH"):
        most = purchases.order_in(await purchases.create(store, ("TEA-1", MAX_QUANTITY), location=location))
        await purchases.submit(store, most.id)
    # when
    [of_receipt] = await refused(
        store, store.orders.reverse_receipt(order.id, receipt.operation.id, lines=None, request=request_info())
    )
    [of_loss] = await refused(
        store, store.transfers.reverse_loss(sent.id, loss.operation.id, lines=None, request=request_info())
    )
    # then
    assert of_receipt == QuantityOutOfRange(quantity=MAX_QUANTITY + 9, minimum=0, field=("id",))
    assert of_loss == QuantityOutOfRange(quantity=MAX_QUANTITY + 5, minimum=0, field=("id",))
    level = await store.level(TEA)
    assert level is not None
    assert level.position == MAX_QUANTITY  # 14 more are on hand
    await check_everything(store)


async def test_no_more_is_promised_than_a_level_can_hold(store: Store) -> None:
    """Neither by all orders together, nor by one that gave units back and asks for them again."""
    # given
    await given_level(store, TEA, on_hand=3)
    await given_backorder_limit(store, TEA, MAX_QUANTITY)
    order = await given_reservation(store, a_line(TEA, MAX_QUANTITY))
    await refused(store, given_reservation(store, a_line(TEA, 1)))
    await store.reservations.release(order.id, lines=[ReservedUnits(sku="TEA-1", quantity=7)], request=request_info())
    # when
    [refusal] = await refused(
        store, store.reservations.update(order.id, [a_line(TEA, MAX_QUANTITY - 6)], request=request_info())
    )
    # then
    assert refusal == QuantityOutOfRange(quantity=MAX_QUANTITY + 1, minimum=0, field=("lines", "0", "quantity"))
    await store.reservations.update(order.id, [a_line(TEA, MAX_QUANTITY - 7)], request=request_info())
    await check_everything(store)
