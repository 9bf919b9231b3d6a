"""stockReclassify and stockWriteOff: units that may not be sold, the same over every store."""

from itertools import permutations

import pytest

from app.domain.errors import (
    IdempotencyKeyReused,
    InsufficientStock,
    InvalidValue,
    QuantityOutOfRange,
    UnknownItem,
    UnknownLocation,
)
from app.domain.outcome import Outcome
from app.domain.stock.level import LevelKey, unavailable_of
from app.domain.stock.level_change import LevelChange, UnavailableReason
from app.domain.stock.movement import MovementReason
from tests.support.ledger import check_ledger
from tests.support.scene import TEA, adjust, given_catalog, given_level, refused, request_info
from tests.support.store import Store

DAMAGED, CONTROL, SAFETY = UnavailableReason.DAMAGED, UnavailableReason.QUALITY_CONTROL, UnavailableReason.SAFETY
CLASSES = (None, *UnavailableReason)
NAMES = {DAMAGED: "damaged", CONTROL: "quality_control", SAFETY: "safety", UnavailableReason.OTHER: "other"}


async def reclassify(
    store: Store,
    quantity: int,
    source: UnavailableReason | None,
    target: UnavailableReason | None,
    *,
    key: LevelKey = TEA,
    idempotency_key: str | None = None,
) -> Outcome:
    """Change the class of units."""
    return await store.stock.reclassify(
        key, quantity=quantity, source=source, target=target, request=request_info(idempotency_key, reference="QC-1")
    )


async def write_off(
    store: Store,
    quantity: int,
    reason: UnavailableReason,
    *,
    key: LevelKey = TEA,
    idempotency_key: str | None = None,
) -> Outcome:
    """Give up units."""
    return await store.stock.write_off(
        key, quantity=quantity, reason=reason, request=request_info(idempotency_key, reference="WO-1")
    )


async def given_classes(store: Store, *, each: int = 5) -> None:
    """Stock TEA-1 with so many units in each class, the available ones among them."""
    await given_level(store, on_hand=each * len(CLASSES))
    for reason in UnavailableReason:
        await reclassify(store, each, None, reason)


def short(requested: int, available: int, reason: UnavailableReason | None = None) -> InsufficientStock:
    """Return the refusal of too many units of a class."""
    return InsufficientStock(
        sku="TEA-1",
        location="MAIN",
        requested=requested,
        available=available,
        reason=reason and reason.value,
        field=("quantity",),
    )


@pytest.mark.parametrize(("source", "target"), list(permutations(CLASSES, 2)))
async def test_units_change_their_class_and_stay_on_hand(
    store: Store, source: UnavailableReason | None, target: UnavailableReason | None
) -> None:
    """All that one class has may go to any other; the other classes keep theirs, and one more is refused."""
    # given
    await given_classes(store)
    before = await store.level(TEA)
    assert before is not None
    assert await refused(store, reclassify(store, 6, source, target)) == [short(6, 5, source)]
    # when
    outcome = await reclassify(store, 5, source, target)
    # then
    [movement] = outcome.movements
    told = {NAMES[reason]: units for reason, units in ((source, -5), (target, +5)) if reason is not None}
    assert movement.change == LevelChange(**told)
    assert (movement.reason, movement.reference) == (MovementReason.RECLASSIFICATION, "QC-1")
    after = await store.level(TEA)
    assert after == movement.after
    assert (after.on_hand, after.version) == (25, before.version + 1)
    counts = {reason: unavailable_of(after, reason) for reason in UnavailableReason} | {None: after.available}
    assert counts == dict.fromkeys(CLASSES, 5) | {source: 0, target: 10}
    await check_ledger(store)


async def test_a_part_of_a_class_may_change(store: Store) -> None:
    """Units become unavailable and available again in any number."""
    await given_level(store, on_hand=10)
    await reclassify(store, 7, None, DAMAGED)
    outcome = await reclassify(store, 2, DAMAGED, None)
    after = outcome.movements[0].after
    assert (after.on_hand, after.damaged, after.unavailable, after.available) == (10, 5, 5, 5)
    await check_ledger(store)


async def test_a_backorder_makes_nothing_unavailable(store: Store) -> None:
    """A location that may sell more than it has still sets aside only what it has."""
    await given_level(store, on_hand=2)
    await store.stock.configure(TEA, backorder_limit=9, request=request_info())
    assert await refused(store, reclassify(store, 3, None, SAFETY)) == [short(3, 2)]


async def test_unavailable_units_are_not_sold(store: Store) -> None:
    """They are on hand, and not available."""
    await given_level(store, on_hand=10)
    await reclassify(store, 7, None, CONTROL)
    refusal = InsufficientStock(sku="TEA-1", location="MAIN", requested=4, available=3, field=("delta",))
    assert await refused(store, adjust(store, TEA, -4)) == [refusal]


async def test_a_class_is_no_other_class(store: Store) -> None:
    """Units that are unavailable for one reason are neither available nor there for another."""
    await given_level(store, on_hand=10)
    await reclassify(store, 7, None, CONTROL)
    assert await refused(store, reclassify(store, 1, DAMAGED, SAFETY)) == [short(1, 0, DAMAGED)]
    assert await refused(store, reclassify(store, 4, None, DAMAGED)) == [short(4, 3)]
    assert await refused(store, write_off(store, 1, DAMAGED)) == [short(1, 0, DAMAGED)]


@pytest.mark.parametrize("reason", [None, DAMAGED])
async def test_a_class_does_not_change_into_itself(store: Store, reason: UnavailableReason | None) -> None:
    """Nothing would have changed."""
    await given_classes(store)
    assert await refused(store, reclassify(store, 1, reason, reason)) == [
        InvalidValue(what="The reason", rule="must be another one than that which the units have", field=("to",))
    ]


@pytest.mark.parametrize("reason", UnavailableReason)
async def test_written_off_units_are_on_hand_no_more(store: Store, reason: UnavailableReason) -> None:
    """They leave their class, and what is available stays; one more than there is is refused."""
    # given
    await given_classes(store)
    assert await refused(store, write_off(store, 6, reason)) == [short(6, 5, reason)]
    # when
    outcome = await write_off(store, 3, reason)
    # then
    [movement] = outcome.movements
    assert movement.change == LevelChange(on_hand=-3, **{NAMES[reason]: -3})
    assert (movement.reason, movement.reference) == (MovementReason.WRITE_OFF, "WO-1")
    after = await store.level(TEA)
    assert after == movement.after
    assert (after.on_hand, unavailable_of(after, reason), after.unavailable, after.available) == (22, 2, 17, 5)
    await check_ledger(store)


async def test_written_off_units_may_be_the_last(store: Store) -> None:
    """The level is empty, and stays."""
    await given_level(store, on_hand=2)
    await reclassify(store, 2, None, DAMAGED)
    after = (await write_off(store, 2, DAMAGED)).movements[0].after
    assert (after.on_hand, after.unavailable, after.available) == (0, 0, 0)
    await check_ledger(store)


@pytest.mark.parametrize("quantity", [0, -1, 2**31])
async def test_a_quantity_is_between_one_and_what_a_level_can_hold(store: Store, quantity: int) -> None:
    """To take units back there is the opposite change."""
    await given_classes(store)
    fault = QuantityOutOfRange(quantity=quantity, minimum=1, field=("quantity",))
    assert await refused(store, reclassify(store, quantity, None, DAMAGED)) == [fault]
    assert await refused(store, write_off(store, quantity, DAMAGED)) == [fault]


async def test_an_item_that_was_never_stocked_has_nothing_to_change(store: Store) -> None:
    """A level begins with units that arrive."""
    await given_catalog(store, TEA)
    assert await refused(store, reclassify(store, 1, None, DAMAGED)) == [short(1, 0)]
    assert await refused(store, write_off(store, 1, DAMAGED)) == [short(1, 0, DAMAGED)]


async def test_what_is_unknown_is_refused(store: Store) -> None:
    """As for every other change of a level."""
    await given_classes(store)
    for key, error in (
        (LevelKey("NONE", "MAIN"), UnknownItem(sku="NONE", field=("sku",))),
        (LevelKey("TEA-1", "NONE"), UnknownLocation(location="NONE", field=("location",))),
    ):
        assert await refused(store, reclassify(store, 1, None, DAMAGED, key=key)) == [error]
        assert await refused(store, write_off(store, 1, DAMAGED, key=key)) == [error]


async def test_archived_units_are_reclassified_and_written_off(store: Store) -> None:
    """They are there, and may be given up."""
    await given_classes(store)
    await store.shop.archive_item("TEA-1", is_archived=True, request=request_info())
    await reclassify(store, 1, None, DAMAGED)
    await write_off(store, 6, DAMAGED)
    await check_ledger(store)


async def test_bad_names_are_told_at_once(store: Store) -> None:
    """Both of them, for both changes."""
    key = LevelKey("", "MA/IN")
    for request in (reclassify(store, 1, None, DAMAGED, key=key), write_off(store, 1, DAMAGED, key=key)):
        assert [error.field for error in await refused(store, request)] == [("sku",), ("location",)]


async def test_a_repeated_change_counts_once(store: Store) -> None:
    """The same key returns the first result; another input under the key is refused."""
    # given
    await given_level(store, on_hand=10)
    first = await reclassify(store, 4, None, DAMAGED, idempotency_key="r")
    second = await write_off(store, 1, DAMAGED, idempotency_key="w")
    before = await store.contents()
    # when
    again = [
        await reclassify(store, 4, None, DAMAGED, idempotency_key="r"),
        await write_off(store, 1, DAMAGED, idempotency_key="w"),
    ]
    # then
    assert [outcome.replayed for outcome in again] == [True, True]
    assert [outcome.movements for outcome in again] == [first.movements, second.movements]
    assert await store.contents() == before
    for request in (
        reclassify(store, 3, None, DAMAGED, idempotency_key="r"),
        reclassify(store, 4, None, SAFETY, idempotency_key="r"),
        reclassify(store, 4, DAMAGED, None, idempotency_key="r"),
        write_off(store, 4, DAMAGED, idempotency_key="r"),
    ):
        assert await refused(store, request) == [IdempotencyKeyReused(key="r")]
    for request in (
        write_off(store, 2, DAMAGED, idempotency_key="w"),
        write_off(store, 1, SAFETY, idempotency_key="w"),
    ):
        assert await refused(store, request) == [IdempotencyKeyReused(key="w")]
