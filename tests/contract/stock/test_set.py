"""stockSet: an absolute count, if the level is still what the caller believes; the same over every store."""

from typing import Any

import pytest

from app.domain.errors import Archived, InvalidValue, QuantityOutOfRange, StaleLevel, UnknownItem, UnknownLocation
from app.domain.limits import MAX_QUANTITY
from app.domain.outcome import Outcome
from app.domain.stock.commands.set_stock import StockSetting
from app.domain.stock.level import LevelKey
from app.domain.stock.level_change import LevelChange
from app.domain.stock.movement import MovementReason
from app.services.request_info import RequestInfo
from tests.support.counting import given_count, on_hand, posted, record
from tests.support.scene import TEA, adjust, at, given_catalog, given_level, refused, request_info
from tests.support.store import Store

BELIEF_FAULT = InvalidValue(
    what="What the level was before",
    rule="must be given by exactly one of expectedOnHand, expectedVersion or force: true",
    field=("expectedOnHand",),
)


async def count(
    store: Store,
    quantity: int,
    *,
    key: LevelKey = TEA,
    on_hand: int | None = None,
    version: int | None = None,
    force: bool = False,
    idempotency_key: str | None = None,
    said: RequestInfo | None = None,
) -> Outcome:
    """Set the count of a level."""
    return await store.stock.set(
        key,
        quantity=quantity,
        reason=MovementReason.COUNT,
        expected_on_hand=on_hand,
        expected_version=version,
        is_forced=force,
        request=said or request_info(idempotency_key),
    )


@pytest.mark.parametrize("belief", [{"on_hand": 7}, {"version": 2}, {"force": True}])
async def test_a_true_belief_sets_the_count(store: Store, belief: dict[str, Any]) -> None:
    """The level gets the count, and the ledger the difference."""
    # given
    await given_level(store, on_hand=10)
    await adjust(store, TEA, -3)
    # when
    outcome = await count(store, 12, **belief)
    # then
    [movement] = outcome.movements
    assert movement.change == LevelChange(on_hand=5)
    assert (movement.reason, movement.after.on_hand, movement.after.version) == (MovementReason.COUNT, 12, 3)
    assert await store.level(TEA) == movement.after


@pytest.mark.parametrize(
    ("belief", "fault"),
    [
        ({"on_hand": 6}, StaleLevel(sku="TEA-1", location="MAIN", expected=6, actual=7, field=("expectedOnHand",))),
        ({"on_hand": -1}, StaleLevel(sku="TEA-1", location="MAIN", expected=-1, actual=7, field=("expectedOnHand",))),
        ({"version": 1}, StaleLevel(sku="TEA-1", location="MAIN", expected=1, actual=2, field=("expectedVersion",))),
        ({"version": 3}, StaleLevel(sku="TEA-1", location="MAIN", expected=3, actual=2, field=("expectedVersion",))),
    ],
)
async def test_a_false_belief_changes_nothing(store: Store, belief: dict[str, Any], fault: StaleLevel) -> None:
    """The refusal names what was believed and what is."""
    await given_level(store, on_hand=10)
    await adjust(store, TEA, -3)
    assert await refused(store, count(store, 12, **belief)) == [fault]


@pytest.mark.parametrize(
    "beliefs",
    [
        {},
        {"on_hand": 7, "version": 1},
        {"on_hand": 7, "force": True},
        {"on_hand": 7, "version": 1, "force": True},
    ],
)
async def test_exactly_one_belief_must_be_told(store: Store, beliefs: dict[str, Any]) -> None:
    """None is a blind write, and more than one may contradict each other."""
    await given_level(store, on_hand=7)
    assert await refused(store, count(store, 12, **beliefs)) == [BELIEF_FAULT]


@pytest.mark.parametrize("belief", [{"on_hand": 0}, {"version": 0}, {"force": True}])
async def test_a_level_that_never_was_is_at_zero_and_version_zero(store: Store, belief: dict[str, Any]) -> None:
    """A first count begins the level."""
    await given_catalog(store, TEA)
    await count(store, 4, **belief)
    level = await store.level(TEA)
    assert level
    assert (level.on_hand, level.version) == (4, 1)


async def test_a_count_that_confirms_the_level_is_recorded(store: Store) -> None:
    """Counting and finding what was expected is a movement of zero units: the ledger tells that somebody looked."""
    await given_level(store, on_hand=7)
    outcome = await count(store, 7, on_hand=7)
    [movement] = outcome.movements
    assert movement.change == LevelChange()
    assert (movement.after.on_hand, movement.after.version) == (7, 2)
    assert await store.level(TEA) == movement.after
    assert (await store.movements(TEA))[-1] == movement


@pytest.mark.parametrize("quantity", [0, MAX_QUANTITY])
async def test_a_count_may_be_anything_that_a_level_holds(store: Store, quantity: int) -> None:
    """From nothing to 2,147,483,647 units."""
    await given_level(store, on_hand=7)
    await count(store, quantity, on_hand=7)
    level = await store.level(TEA)
    assert level
    assert level.on_hand == quantity


@pytest.mark.parametrize("quantity", [-1, 2_147_483_648, -2_147_483_648, 10**30])
async def test_a_count_that_no_level_can_hold_is_refused(store: Store, quantity: int) -> None:
    """A count is not negative, and not beyond 2,147,483,647."""
    await given_level(store, on_hand=7)
    assert await refused(store, count(store, quantity, force=True)) == [
        QuantityOutOfRange(quantity=quantity, minimum=0, field=("quantity",))
    ]


@pytest.mark.parametrize("belief", [{"on_hand": 2**31}, {"version": 2**63}])
async def test_a_belief_beyond_all_counts_is_false_like_any_other(store: Store, belief: dict[str, Any]) -> None:
    """What no level can be, the level is not."""
    await given_level(store, on_hand=7)
    [fault] = await refused(store, count(store, 1, **belief))
    assert isinstance(fault, StaleLevel)


async def test_a_count_of_what_does_not_exist_is_refused(store: Store) -> None:
    """Force sets a count regardless of the level, but not without an item and a location."""
    await given_catalog(store, TEA)
    assert await refused(store, count(store, 1, key=LevelKey("NONE", "MAIN"), force=True)) == [
        UnknownItem(sku="NONE", field=("sku",))
    ]
    assert await refused(store, count(store, 1, key=LevelKey("TEA-1", "NONE"), force=True)) == [
        UnknownLocation(location="NONE", field=("location",))
    ]


async def test_only_less_is_counted_of_an_archived_item(store: Store) -> None:
    """Units may be gone, but none come in; and nothing begins."""
    await given_level(store, on_hand=7)
    await store.shop.archive_item("TEA-1", is_archived=True, request=request_info())
    archived = [Archived(kind="item", name="TEA-1", field=("sku",))]
    assert await refused(store, count(store, 8, force=True)) == archived
    await count(store, 1, force=True)
    level = await store.level(TEA)
    assert level is not None
    assert (level.on_hand, level.available) == (1, 0)


async def test_repeating_a_count_with_its_key_is_no_stale_level(store: Store) -> None:
    """A retry of a compare-and-set that won is answered with its first result, though the belief is false by now."""
    await given_level(store, on_hand=7)
    first = await count(store, 12, on_hand=7, idempotency_key="k")
    again = await count(store, 12, on_hand=7, idempotency_key="k")
    assert (again.operation, again.movements, again.replayed) == (first.operation, first.movements, True)


@pytest.mark.complaint("F6")
async def test_a_forced_count_of_before_the_last_change_is_refused(store: Store) -> None:
    """It would take back what was sold since: the way out is told, and `countRecord` takes such a count."""
    # given
    await given_level(store, TEA, on_hand=15)
    store.clock.move(seconds=3_600)
    earlier = request_info(occurred_at=at(store.clock()))
    store.clock.move(seconds=60)
    await adjust(store, TEA, -2, reason=MovementReason.SALE)
    store.clock.move(seconds=60)
    setting = StockSetting(key=TEA, quantity=13, reason=MovementReason.COUNT, is_forced=True)
    # then
    for request in (
        store.stock.set_many([setting], is_atomic=True, request=earlier),
        count(store, 13, force=True, said=earlier),
    ):
        [refusal] = await refused(store, request)
        assert isinstance(refusal, InvalidValue)
        assert (refusal.field[-1], "countRecord" in refusal.message) == ("occurredAt", True)
    # when
    opened = await given_count(store)
    await record(store, opened, earlier, TEA_1=13)
    await posted(store, opened)
    # then
    assert await on_hand(store, TEA) == [11]
    store.clock.move(seconds=60)
    await count(store, 12, force=True, said=request_info(occurred_at=at(store.clock())))
    assert await on_hand(store, TEA) == [12]
