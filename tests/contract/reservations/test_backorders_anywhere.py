"""Orders that named no location wait at all of them: what arrives anywhere goes to the oldest that takes it there."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from app.domain.errors import InvalidValue, Refused
from app.domain.reservations.reservation import Reservation
from app.domain.stock.commands.receipt import Arrival
from app.domain.stock.commands.record_sale import SaleLine
from app.domain.stock.level import LevelKey
from app.domain.stock.level_change import UnavailableReason
from app.domain.stock.movement import MovementReason
from app.services.committed_batch import CommittedBatch
from tests.support import counting, purchases, transfers
from tests.support.reservations import (
    a_hold,
    a_line,
    an_assigner,
    anywhere,
    assign,
    check_reservations,
    expire,
    given_backorder_limit,
    given_reservation,
    move_to_end,
    recorded,
    waiting_ids,
)
from tests.support.scene import CUP, TEA, TEA_NORTH, adjust, given_level, given_location, line, refused, request_info
from tests.support.store import Store
from tests.support.waiting import eventually

TEA_SOUTH = LevelKey("TEA-1", "SOUTH")
NEVER_SECONDS = 3_600.0

Act = Callable[[], Awaitable[object]]


async def given_tea(store: Store, *, limit: int = 10) -> None:
    """Stock no TEA-1 anywhere: MAIN alone lets orders wait for it, and NORTH and SOUTH never had any."""
    await given_level(store, TEA, on_hand=0)
    await given_backorder_limit(store, TEA, limit)
    for code in ("NORTH", "SOUTH"):
        await given_location(store, code)
    await store.shop.upsert_location("MAIN", priority=1, request=request_info())


async def by_receipt(store: Store) -> Act:
    """Let goods come in."""
    return lambda: adjust(store, TEA_NORTH, +5, reason=MovementReason.RECEIPT)


async def by_count(store: Store) -> Act:
    """Let somebody find them where the item was never stocked."""
    return lambda: store.stock.set(
        TEA_NORTH,
        quantity=5,
        reason=MovementReason.COUNT,
        expected_on_hand=None,
        expected_version=None,
        is_forced=True,
        request=request_info(),
    )


async def by_posted_count(store: Store) -> Act:
    """Let a stock-take find them."""
    count = await counting.given_count(store, "NORTH", skus=("TEA-1",))
    await counting.record(store, count, TEA_1=5)
    return lambda: counting.post(store, count)


async def by_purchase_order(store: Store) -> Act:
    """Let a supplier send them."""
    await purchases.given_supplier(store)
    await purchases.given_offer(store)
    order = purchases.order_in(await purchases.create(store, ("TEA-1", 5), location="NORTH"))
    await purchases.submit(store, order.id)
    return lambda: purchases.receive(store, order.id, Arrival(sku="TEA-1", quantity=5))


async def by_transfer(store: Store) -> Act:
    """Let another location send them."""
    await adjust(store, TEA_SOUTH, +5)
    created = await transfers.create(store, ("TEA-1", 5), source="SOUTH", destination="NORTH")
    shipped = await transfers.ship(store, transfers.transfer_in(created).id)
    return lambda: transfers.receive(store, transfers.transfer_in(shipped).id)


async def by_cancelled_transfer(store: Store) -> Act:
    """Let them come back to where they left."""
    await adjust(store, TEA_NORTH, +5)
    created = await transfers.create(store, ("TEA-1", 5), source="NORTH", destination="SOUTH")
    shipped = await transfers.ship(store, transfers.transfer_in(created).id)
    return lambda: transfers.cancel(store, transfers.transfer_in(shipped).id)


async def by_return(store: Store) -> Act:
    """Let a customer bring them back."""
    line = SaleLine(sku="TEA-1", quantity=-5)
    return lambda: store.stock.record_sale("NORTH", [line], channel="till", request=request_info())


async def by_release(store: Store) -> Act:
    """Let another order give them up."""
    await adjust(store, TEA_NORTH, +5)
    other = await given_reservation(store, a_line(TEA_NORTH, 5))
    return lambda: store.reservations.release(other.id, request=request_info())


async def by_expiry(store: Store) -> Act:
    """Let another order's time run out."""
    await adjust(store, TEA_NORTH, +5)
    other = await given_reservation(store, a_line(TEA_NORTH, 5), ttl_seconds=60)

    def act() -> Awaitable[object]:
        move_to_end(store, other)
        return expire(store, other.id)

    return act


async def by_restoring(store: Store) -> Act:
    """Let the place of which nothing was available be opened again."""
    await adjust(store, TEA_NORTH, +5)
    await store.shop.archive_location("NORTH", is_archived=True, request=request_info())
    return lambda: store.shop.archive_location("NORTH", is_archived=False, request=request_info())


async def by_reclassifying(store: Store) -> Act:
    """Let them turn out to be good."""
    await adjust(store, TEA_NORTH, +5)
    await store.stock.reclassify(
        TEA_NORTH, quantity=5, source=None, target=UnavailableReason.QUALITY_CONTROL, request=request_info()
    )
    return lambda: store.stock.reclassify(
        TEA_NORTH, quantity=5, source=UnavailableReason.QUALITY_CONTROL, target=None, request=request_info()
    )


WAYS = [
    by_receipt,
    by_count,
    by_posted_count,
    by_purchase_order,
    by_transfer,
    by_cancelled_transfer,
    by_return,
    by_release,
    by_expiry,
    by_restoring,
    by_reclassifying,
]


@pytest.mark.complaint("L5")
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
async def test_what_arrives_anywhere_goes_to_an_order_that_waits_anywhere(
    store: Store, way: Callable[[Store], Awaitable[Act]]
) -> None:
    """Whichever way it arrives, at once: the units are held where they are, and waited for nowhere any more."""
    # given
    await given_tea(store)
    arrive = await way(store)
    order = await given_reservation(store, anywhere("TEA-1", 3))
    assert order.holds == (a_hold(0, TEA, waiting=3),)
    # when
    await arrive()
    # then nobody can be faster, and nothing else has to be done
    assert (await recorded(store, order.id)).holds == (a_hold(0, TEA_NORTH, held=3),)
    home, north = await store.level(TEA), await store.level(TEA_NORTH)
    assert home is not None
    assert north is not None
    assert (home.backordered, home.available) == (0, 0)
    assert (north.on_hand, north.reserved, north.available) == (5, 3, 2)
    assert [line.reason for line in await store.movements(TEA)][-1] is MovementReason.BACKORDER
    await check_reservations(store)


async def test_nobody_is_faster_than_an_order_that_waits_anywhere(store: Store) -> None:
    """Neither who comes with the arrival, nor who comes right behind it; what it leaves is for them."""
    await given_tea(store)
    await adjust(store, TEA_SOUTH, +1)  # nobody waits yet, which the store has seen
    order = await given_reservation(store, anywhere("TEA-1", 3))
    line = SaleLine(sku="TEA-1", quantity=2)

    async def sell() -> list[str]:
        try:
            await store.stock.record_sale("NORTH", [line], channel="till", request=request_info())
        except Refused as refused:
            return [str(error) for error in refused.errors]
        return []

    _, first, second = await asyncio.gather(adjust(store, TEA_NORTH, +5), sell(), sell())
    assert (first, second) == ([], ["2 requested, 1 available of TEA-1 at NORTH."])
    assert (await recorded(store, order.id)).holds == (a_hold(0, TEA_SOUTH, held=1), a_hold(0, TEA_NORTH, held=2))
    await check_reservations(store)


async def test_the_oldest_is_served_first_whether_it_waits_there_or_anywhere(store: Store) -> None:
    """At one level there is one queue; who may only come from there gains nothing by it."""
    await given_tea(store)
    await adjust(store, TEA_NORTH, +1)
    await given_backorder_limit(store, TEA_NORTH, 10)
    first = await given_reservation(store, a_line(TEA_NORTH, 2))
    store.clock.move(seconds=1)
    second = await given_reservation(store, anywhere("TEA-1", 2))
    store.clock.move(seconds=1)
    third = await given_reservation(store, a_line(TEA_NORTH, 2))
    assert await waiting_ids(store, TEA_NORTH) == [first.id, second.id, third.id]
    await adjust(store, TEA_NORTH, +4)
    assert [(await recorded(store, each.id)).holds for each in (first, second, third)] == [
        (a_hold(0, TEA_NORTH, held=2),),
        (a_hold(0, TEA_NORTH, held=2),),
        (a_hold(0, TEA_NORTH, held=1, waiting=1),),
    ]
    await check_reservations(store)


async def test_only_locations_that_the_order_accepts_give_it_units(store: Store) -> None:
    """Those that it named as candidates, and the younger order takes what it does not want."""
    await given_tea(store)
    picky = await given_reservation(store, anywhere("TEA-1", 2), locations=["MAIN", "SOUTH"])
    store.clock.move(seconds=1)
    other = await given_reservation(store, anywhere("TEA-1", 2))
    await adjust(store, TEA_NORTH, +3)
    assert (await recorded(store, picky.id)).holds == (a_hold(0, TEA, waiting=2),)
    assert (await recorded(store, other.id)).holds == (a_hold(0, TEA_NORTH, held=2),)
    await adjust(store, TEA_SOUTH, +1)
    assert (await recorded(store, picky.id)).holds == (a_hold(0, TEA, waiting=1), a_hold(0, TEA_SOUTH, held=1))
    await check_reservations(store)


async def test_an_order_of_few_locations_moves_as_a_whole_or_waits_on(store: Store) -> None:
    """A part that would take it to one location more goes to the next in the queue."""
    await given_tea(store)
    whole = await given_reservation(store, anywhere("TEA-1", 3), max_locations=1)
    store.clock.move(seconds=1)
    other = await given_reservation(store, anywhere("TEA-1", 1))
    await adjust(store, TEA_NORTH, +2)
    assert (await recorded(store, whole.id)).holds == (a_hold(0, TEA, waiting=3),)
    assert (await recorded(store, other.id)).holds == (a_hold(0, TEA_NORTH, held=1),)
    await adjust(store, TEA_NORTH, +2)
    assert (await recorded(store, whole.id)).holds == (a_hold(0, TEA_NORTH, held=3),)


async def test_whoever_was_not_served_with_the_arrival_is_served_right_after_it(store: Store) -> None:
    """Because he began to wait at the same moment, or stood behind more than are asked at once who cannot take it."""
    await given_tea(store, limit=1_000)
    for _ in range(101):
        await given_reservation(store, anywhere("TEA-1", 2), max_locations=1)
    store.clock.move(seconds=1)
    ordered = await store.reservations.create([anywhere("TEA-1", 2)], request=request_info())
    await adjust(store, TEA_NORTH, +1)
    last = ordered.operation.document(Reservation)
    assert (await recorded(store, last.id)).holds == (a_hold(0, TEA, waiting=2),)
    async with an_assigner(store, sweep_seconds=NEVER_SECONDS) as assigner:
        assigner.committed(CommittedBatch(writer="any", movements=ordered.movements))

        async def is_served() -> bool:
            return (await recorded(store, last.id)).holds == (a_hold(0, TEA, waiting=1), a_hold(0, TEA_NORTH, held=1))

        await eventually(is_served)


async def test_a_line_that_names_its_location_waits_there_alone(store: Store) -> None:
    """So does a line of the same order beside one that does not."""
    await given_tea(store)
    order = await given_reservation(store, a_line(TEA, 2), anywhere("TEA-1", 2))
    await adjust(store, TEA_NORTH, +9)
    assert (await recorded(store, order.id)).holds == (a_hold(0, TEA, waiting=2), a_hold(1, TEA_NORTH, held=2))
    await check_reservations(store)


async def test_an_order_that_ended_meanwhile_gets_nothing(store: Store) -> None:
    """Nor does one that has moved away from where it was found to wait."""
    await given_tea(store)
    await adjust(store, TEA_NORTH, +2)
    await store.shop.archive_location("NORTH", is_archived=True, request=request_info())
    order = await given_reservation(store, anywhere("TEA-1", 2), locations=["MAIN"])
    await store.shop.archive_location("NORTH", is_archived=False, request=request_info())
    nothing = [InvalidValue(what="An assignment", rule="must give at least one unit to a reservation that waits")]
    assert await refused(store, assign(store, TEA_NORTH, [order.id], homes=["SOUTH"])) == nothing
    await store.reservations.release(order.id, request=request_info())
    assert await refused(store, assign(store, TEA_NORTH, [order.id], homes=["MAIN"])) == nothing
    assert await waiting_ids(store, TEA_NORTH) == []
    assert await store.queue.waited_for_anywhere() == []


async def test_the_queue_names_what_is_waited_for_anywhere(store: Store) -> None:
    """Of the items asked about only; a line that names its location does not count."""
    await given_tea(store)
    await given_reservation(store, a_line(TEA, 1))
    assert await store.queue.waited_for_anywhere() == []
    await given_reservation(store, anywhere("TEA-1", 1))
    assert await store.queue.waited_for_anywhere() == ["TEA-1"]
    assert await store.queue.waited_for_anywhere(["CUP-1"]) == []
    assert await store.queue.waited_for_anywhere(["CUP-1", "TEA-1"]) == ["TEA-1"]
    await adjust(store, TEA_NORTH, +2)
    assert await store.queue.free(["CUP-1", "TEA-1"]) == [TEA_NORTH]
    await store.shop.archive_location("NORTH", is_archived=True, request=request_info())
    assert await store.queue.free(["TEA-1"]) == []


async def test_who_waits_at_a_level_only_is_served_after_the_commit_as_ever(store: Store) -> None:
    """Also where the same receipt brings another item that somebody waits for anywhere."""
    # given
    for key in (TEA, CUP):
        await given_level(store, key, on_hand=0)
        await given_backorder_limit(store, key, 5)
    roaming = await given_reservation(store, anywhere(TEA.sku, 2), a_line(TEA, 1))
    local = await given_reservation(store, a_line(CUP, 2))
    # when
    await store.stock.adjust_many([line(TEA, 5), line(CUP, 5)], is_atomic=True, request=request_info())
    # then
    assert (await recorded(store, local.id)).holds == (a_hold(0, CUP, waiting=2),)
    assert sum(hold.waiting for hold in (await recorded(store, roaming.id)).holds) == 0
