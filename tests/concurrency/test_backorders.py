"""Units that arrive, given to the orders that wait for them."""

from app.domain.reservations.reservation import RequestedLine, Reservation
from app.domain.stock.movement import MovementReason
from app.services.reservations.backorder_worker import BackorderWorker
from app.store.driver.client import Database
from tests.support.reservations import an_assigner, check_reservations
from tests.support.scene import TEA, adjust, given_level, request_info
from tests.support.store import Store, mongo_store
from tests.support.waiting import eventually


async def given_waiting(store: Store, *quantities: int) -> list[str]:
    """Let orders wait for so many units each, the oldest first; return their ids."""
    await given_level(store, on_hand=0)
    await store.stock.configure(TEA, backorder_limit=sum(quantities), request=request_info())
    ids = []
    for quantity in quantities:
        store.clock.move(seconds=1)
        line = RequestedLine(sku=TEA.sku, location=TEA.location, quantity=quantity)
        outcome = await store.reservations.create([line], request=request_info())
        ids.append(outcome.operation.document(Reservation).id)
    return ids


async def waiting(store: Store, ids: list[str]) -> list[tuple[int, int]]:
    """Return what each order holds, and what it waits for."""
    found = await store.documents.documents(Reservation, ids)
    return [
        (sum(hold.held for hold in found[identity].holds), sum(hold.waiting for hold in found[identity].holds))
        for identity in ids
    ]


async def test_what_arrives_goes_to_the_oldest_order(store: Store) -> None:
    """In order of age, as far as it goes; what is left waits for the next arrival."""
    ids = await given_waiting(store, 2, 3, 1)
    assert await waiting(store, ids) == [(0, 2), (0, 3), (0, 1)]
    assigner = an_assigner(store)
    await adjust(store, TEA, 4, reason=MovementReason.RECEIPT)
    await assigner.assign(TEA)
    assert await waiting(store, ids) == [(2, 0), (2, 1), (0, 1)]
    await adjust(store, TEA, 5, reason=MovementReason.RECEIPT)
    await assigner.assign(TEA)
    assert await waiting(store, ids) == [(2, 0), (3, 0), (1, 0)]
    level = await store.level(TEA)
    assert level is not None
    assert (level.on_hand, level.reserved, level.backordered, level.available) == (9, 6, 0, 3)
    await check_reservations(store)


async def test_more_orders_than_one_operation_serves_are_all_served(store: Store) -> None:
    """In several operations, each of which begins with the oldest that waits."""
    ids = await given_waiting(store, *[1] * 130)
    await adjust(store, TEA, 120, reason=MovementReason.RECEIPT)
    await an_assigner(store).assign(TEA)
    assert await waiting(store, ids) == [(1, 0)] * 120 + [(0, 1)] * 10
    await check_reservations(store)


async def test_a_receipt_is_assigned_by_itself(database: Database) -> None:
    """The process that committed it hears of it at once."""
    assigners: list[BackorderWorker] = []
    store = mongo_store(database, on_committed=lambda news: [each.committed(news) for each in assigners])
    ids = await given_waiting(store, 2)
    async with an_assigner(store) as assigner:
        assigners.append(assigner)
        await adjust(store, TEA, 2, reason=MovementReason.RECEIPT)

        async def is_served() -> bool:
            return await waiting(store, ids) == [(2, 0)]

        await eventually(is_served)
    await check_reservations(store)


async def test_what_a_crashed_process_left_is_assigned_by_a_sweep(store: Store) -> None:
    """Whoever sweeps finds levels whose free units are waited for; without any it does nothing."""
    ids = await given_waiting(store, 2)
    await adjust(store, TEA, 1, reason=MovementReason.RECEIPT)
    await an_assigner(store).sweep()
    assert await waiting(store, ids) == [(1, 1)]
    before = await store.contents()
    await an_assigner(store).sweep()
    assert await store.contents() == before
