"""stockLevelConfigure: the reorder point of one level, the same over every store."""

import pytest

from app.domain.errors import QuantityOutOfRange, UnknownItem, UnknownLocation
from app.domain.limits import MAX_QUANTITY
from app.domain.outcome import Outcome
from app.domain.replenishment.policy import Policy
from app.domain.replenishment.policy_change import SettingsChange
from app.domain.stock.availability import LevelStatus
from app.domain.stock.level import LevelKey
from app.domain.stock.level_change import LevelChange
from app.domain.stock.movement import MovementReason
from app.services.filters import LevelFilter
from tests.support.scene import TEA, adjust, given_catalog, given_level, refused, request_info
from tests.support.store import Store


async def configure(store: Store, reorder_point: int, *, key: LevelKey = TEA) -> Outcome:
    """Set a reorder point."""
    return await store.stock.configure(
        key, settings=SettingsChange(reorder_point=reorder_point), request=request_info()
    )


async def statuses(store: Store) -> list[LevelStatus]:
    """Return the statuses under which the one level is found."""
    return [status for status in LevelStatus if await store.stock.count_levels(LevelFilter(statuses=(status,)))]


async def test_a_reorder_point_is_a_movement_without_units(store: Store) -> None:
    """No unit moves, but the version grows, and the ledger tells who set what."""
    await given_level(store, on_hand=5)
    outcome = await configure(store, 5)
    [movement] = outcome.movements
    change = LevelChange(reorder_point=5, policy=Policy(own=("reorder_point",)))
    assert (movement.reason, movement.change) == (MovementReason.SETTINGS, change)
    assert (movement.after.on_hand, movement.after.reorder_point, movement.after.version) == (5, 5, 2)
    assert await store.level(TEA) == movement.after
    assert (await store.movements(TEA))[-1] == movement


async def test_the_status_follows_the_reorder_point_and_the_stock(store: Store) -> None:
    """At or below the point is LOW, nothing is OUT; the lists find the level under what it is now."""
    await given_level(store, on_hand=5)
    assert await statuses(store) == [LevelStatus.IN_STOCK]
    await configure(store, 5)
    assert await statuses(store) == [LevelStatus.LOW]
    await configure(store, 4)
    assert await statuses(store) == [LevelStatus.IN_STOCK]
    await adjust(store, TEA, -1)
    assert await statuses(store) == [LevelStatus.LOW]
    await adjust(store, TEA, -4)
    assert await statuses(store) == [LevelStatus.OUT]
    await configure(store, 0)
    assert await statuses(store) == [LevelStatus.OUT]
    await adjust(store, TEA, +1)
    assert await statuses(store) == [LevelStatus.IN_STOCK]


async def test_a_level_may_begin_with_its_reorder_point(store: Store) -> None:
    """A point may be set before the first unit arrives."""
    await given_catalog(store, TEA)
    await configure(store, 3)
    level = await store.level(TEA)
    assert level
    assert (level.on_hand, level.reorder_point, level.version, level.status) == (0, 3, 1, LevelStatus.OUT)


@pytest.mark.parametrize("reorder_point", [0, MAX_QUANTITY])
async def test_the_extreme_reorder_points_are_allowed(store: Store, reorder_point: int) -> None:
    """From never to always."""
    await given_level(store, on_hand=1)
    await configure(store, reorder_point)
    level = await store.level(TEA)
    assert level
    assert level.reorder_point == reorder_point


@pytest.mark.parametrize("reorder_point", [-1, 2**31, 2**80])
async def test_a_reorder_point_beyond_all_counts_is_refused(store: Store, reorder_point: int) -> None:
    """It is compared with counts, so it has their bounds."""
    await given_level(store, on_hand=1)
    assert await refused(store, configure(store, reorder_point)) == [
        QuantityOutOfRange(quantity=reorder_point, minimum=0, field=("reorderPoint",))
    ]


async def test_a_reorder_point_of_what_does_not_exist_is_refused(store: Store) -> None:
    """It begins no level without an item and a location."""
    await given_catalog(store, TEA)
    assert await refused(store, configure(store, 1, key=LevelKey("NONE", "MAIN"))) == [
        UnknownItem(sku="NONE", field=("sku",))
    ]
    assert await refused(store, configure(store, 1, key=LevelKey("TEA-1", "NONE"))) == [
        UnknownLocation(location="NONE", field=("location",))
    ]
