"""What moves most, by what the ledger recorded within a window, the same over every store."""

from app.domain.insight.movers import Mover, MoversOrder, MoversWindow
from app.domain.stock.level import LevelKey
from app.domain.stock.movement import MovementReason
from tests.support.scene import CUP, TEA, TEA_NORTH, adjust, given_catalog
from tests.support.store import Store

JAM = LevelKey("JAM-1", "NORTH")


async def movers(store: Store, order: MoversOrder, *codes: str, first: int = 9) -> list[Mover]:
    """Return what moved within the last hour, at some locations or all."""
    now = store.clock()
    found = await store.mover_reader.movers(
        codes or None, since=MoversWindow.LAST_HOUR.since(now), until=now, order=order, first=first
    )
    return [*found.movers]


async def test_what_sold_or_moved_most_within_the_window_comes_first(store: Store) -> None:
    """Returns count against sales; what came and went counts whatever the reason; equal ones are in order of SKU."""
    # given
    await given_catalog(store, TEA, CUP, TEA_NORTH, JAM)
    await adjust(store, TEA, 100, reason=MovementReason.RECEIPT)
    await adjust(store, TEA, -40, reason=MovementReason.SALE)
    store.clock.move(seconds=3_601)
    # when
    for key, units, reason in (
        (CUP, 20, MovementReason.RECEIPT),
        (CUP, -6, MovementReason.SALE),
        (CUP, 1, MovementReason.RETURN),
        (TEA, -4, MovementReason.SALE),
        (TEA_NORTH, 9, MovementReason.FOUND),
        (TEA_NORTH, -1, MovementReason.SALE),
        (JAM, 3, MovementReason.RECEIPT),
        (JAM, -3, MovementReason.DAMAGED),
    ):
        await adjust(store, key, units, reason=reason)
    # then
    cup, tea, jam = Mover("CUP-1", 5, 21, 6), Mover("TEA-1", 5, 9, 5), Mover("JAM-1", 0, 3, 3)
    assert await movers(store, MoversOrder.UNITS_SOLD) == [cup, tea]
    assert await movers(store, MoversOrder.UNITS_MOVED) == [cup, tea, jam]
    assert await movers(store, MoversOrder.UNITS_MOVED, first=1) == [cup]
    assert await movers(store, MoversOrder.UNITS_MOVED, "NORTH") == [Mover("TEA-1", 1, 9, 1), jam]
    assert await movers(store, MoversOrder.UNITS_SOLD, "MAIN", "NORTH") == [cup, tea]
    assert await movers(store, MoversOrder.UNITS_SOLD, "NOWHERE") == []
