"""stockSetMany: counts of many levels, all or nothing or line by line, the same over every store."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from app.domain.errors import (
    Archived,
    DuplicateLine,
    IdempotencyKeyReused,
    InvalidValue,
    InventoryError,
    NothingToChange,
    QuantityOutOfRange,
    StaleLevel,
    TooManyLines,
    UnknownItem,
    UnknownLocation,
)
from app.domain.outcome import Outcome
from app.domain.partial_update import UNCHANGED
from app.domain.replenishment.policy import Policy, ReplenishmentMethod
from app.domain.replenishment.policy_change import SettingsChange
from app.domain.stock.commands.set_stock import StockSetting
from app.domain.stock.level import LevelKey
from app.domain.stock.level_change import LevelChange
from app.domain.stock.movement import MovementReason
from tests.support.scene import (
    CUP,
    TEA,
    TEA_NORTH,
    adjust,
    given_catalog,
    given_level,
    given_location,
    refused,
    request_info,
)
from tests.support.store import Store
from tests.support.texts import holds

SKU_RULE = "must be 1 to 64 printable characters without a blank at either end"
LONE = holds("LONE SURROGATE (U+D800)", 1)
CODE_RULE = "must be 1 to 32 letters, digits, dots, dashes or underscores"
BELIEF_RULE = "must be given by exactly one of expectedOnHand, expectedVersion or force: true"


def counted(key: LevelKey, quantity: int, **more: Any) -> StockSetting:  # noqa: ANN401 - any field of a line
    """Return one line: forced, unless it says what is believed."""
    is_forced = not more.keys() & {"expected_on_hand", "expected_version", "is_forced"}
    return StockSetting(key=key, quantity=quantity, **{"reason": MovementReason.COUNT, "is_forced": is_forced, **more})


async def set_all(store: Store, *lines: StockSetting, atomic: bool, key: str | None = None) -> Outcome:
    """Set many levels in one operation."""
    return await store.stock.set_many(lines, is_atomic=atomic, request=request_info(key))


async def on_hand(store: Store, *keys: LevelKey) -> list[int | None]:
    """Return the counts of levels; None where there is no level."""
    levels = [await store.level(key) for key in keys]
    return [level and level.on_hand for level in levels]


@pytest.mark.parametrize("atomic", [True, False])
async def test_all_lines_set_their_levels_in_one_operation(store: Store, atomic: bool) -> None:
    """The ledger gets the differences, also where there is none, in the order of the lines."""
    # given
    await given_level(store, TEA, on_hand=5)
    await given_level(store, CUP, on_hand=3)
    await given_catalog(store, TEA_NORTH)
    # when
    outcome = await set_all(
        store,
        counted(CUP, 3, expected_on_hand=3),
        counted(TEA, 0, expected_version=1, reason=MovementReason.LOST),
        counted(TEA_NORTH, 7),
        atomic=atomic,
    )
    # then
    assert outcome.operation.info.kind == "stockSetMany"
    assert outcome.operation.levels == ((CUP, 2), (TEA, 2), (TEA_NORTH, 1))
    assert [(m.change, m.after.on_hand, m.reason) for m in outcome.movements] == [
        (LevelChange(), 3, MovementReason.COUNT),
        (LevelChange(on_hand=-5), 0, MovementReason.LOST),
        (LevelChange(on_hand=7), 7, MovementReason.COUNT),
    ]
    assert [await store.level(m.after.key) for m in outcome.movements] == [m.after for m in outcome.movements]
    assert outcome.operation.refusals == ()
    assert await store.stock.movements_of([outcome.operation]) == [outcome.movements]


async def test_a_line_sets_what_the_level_is_measured_against_in_the_same_movement(store: Store) -> None:
    """What a line does not say of the settings stays."""
    # given
    await given_level(store, TEA, on_hand=5)
    await given_catalog(store, CUP)
    await set_all(store, counted(TEA, 5, reorder_point=3, backorder_limit=4), counted(CUP, 1), atomic=False)
    # when
    outcome = await set_all(store, counted(TEA, 6, reorder_point=0), counted(CUP, 2, backorder_limit=9), atomic=False)
    # then
    assert [m.change for m in outcome.movements] == [
        LevelChange(on_hand=1, reorder_point=0),
        LevelChange(on_hand=1, backorder_limit=9),
    ]
    tea, cup = await store.level(TEA), await store.level(CUP)
    assert tea
    assert cup
    assert (tea.on_hand, tea.reorder_point, tea.backorder_limit, tea.version) == (6, 0, 4, 3)
    assert (cup.on_hand, cup.reorder_point, cup.backorder_limit, cup.version) == (2, 0, 9, 2)


async def test_a_line_may_set_how_its_level_is_replenished(store: Store) -> None:
    """In the movement of the count; a method that lacks something is refused."""
    # given
    await given_level(store, TEA, on_hand=5)
    await given_level(store, CUP, on_hand=5)
    change = SettingsChange(method=ReplenishmentMethod.MIN_MAX, target_level=9)
    # when
    lines = [counted(TEA, 4, settings=change), counted(CUP, 4, settings=replace(change, target_level=UNCHANGED))]
    outcome = await set_all(store, *lines, atomic=False)
    # then
    field = ("lines", "1", "targetLevel")
    refusal = InvalidValue(what="The target level", rule="must be set for the method MIN_MAX", field=field)
    assert outcome.operation.refusals == ((1, refusal),)
    policy = Policy(method=ReplenishmentMethod.MIN_MAX, target_level=9, own=("method", "target_level"))
    assert [line.change for line in outcome.movements] == [LevelChange(on_hand=-1, policy=policy)]


async def test_a_reorder_point_of_a_line_is_the_levels_own(store: Store) -> None:
    """It is inherited no more, and must fit what the level is replenished by."""
    # given
    await given_level(store, TEA, on_hand=5)
    await given_level(store, CUP, on_hand=5)
    change = SettingsChange(target_level=9)
    await store.stock.configure(TEA, settings=change, request=request_info())
    # when
    lines = [counted(TEA, 5, reorder_point=10), counted(CUP, 5, reorder_point=10)]
    outcome = await set_all(store, *lines, atomic=False)
    # then
    rule = "must be at or below the target level, 9"
    refusal = InvalidValue(what="The reorder point", rule=rule, field=("lines", "0", "reorderPoint"))
    assert outcome.operation.refusals == ((0, refusal),)
    [movement] = outcome.movements
    assert (movement.change.policy, movement.after.reorder_point) == (Policy(own=("reorder_point",)), 10)


async def test_one_bad_line_fails_an_atomic_change_and_all_are_told(store: Store) -> None:
    """Nothing is written, and each line that could not be says why."""
    await given_level(store, TEA, on_hand=5)
    await given_level(store, CUP, on_hand=5)
    await given_catalog(store, TEA_NORTH)
    await store.shop.archive_location("NORTH", is_archived=True, request=request_info())
    request = set_all(
        store,
        counted(TEA, 1),
        counted(LevelKey("NONE", "MAIN"), 1),
        counted(LevelKey("TEA-1", "NONE"), 1),
        counted(TEA_NORTH, 1),
        counted(CUP, 1, expected_on_hand=4),
        atomic=True,
    )
    assert await refused(store, request) == [
        UnknownItem(sku="NONE", field=("lines", "1", "sku")),
        UnknownLocation(location="NONE", field=("lines", "2", "location")),
        Archived(kind="location", name="NORTH", field=("lines", "3", "location")),
        StaleLevel(sku="CUP-1", location="MAIN", expected=4, actual=5, field=("lines", "4", "expectedOnHand")),
    ]


async def test_each_line_of_another_change_stands_or_falls_alone(store: Store) -> None:
    """Good lines are written; the operation keeps the reasons of the others, by line."""
    # given
    await given_level(store, TEA, on_hand=5)
    await given_level(store, CUP, on_hand=1)
    await given_catalog(store, TEA_NORTH)
    # when
    outcome = await set_all(
        store,
        counted(CUP, 2, expected_version=7),
        counted(TEA, 9),
        counted(LevelKey("NONE", "MAIN"), 1),
        counted(TEA_NORTH, -1),
        atomic=False,
    )
    # then
    assert outcome.operation.levels == ((TEA, 2),)
    assert outcome.operation.refusals == (
        (
            0,
            StaleLevel(sku="CUP-1", location="MAIN", expected=7, actual=1, field=("lines", "0", "expectedVersion")),
        ),
        (2, UnknownItem(sku="NONE", field=("lines", "2", "sku"))),
        (3, QuantityOutOfRange(quantity=-1, minimum=0, field=("lines", "3", "quantity"))),
    )
    assert await store.stock.operation(outcome.operation.id) == outcome.operation
    assert await on_hand(store, CUP, TEA, TEA_NORTH) == [1, 9, None]


def at_fault(name: str) -> tuple[str, ...]:
    """Return the path of an input of the second line."""
    return ("lines", "1", name)


INVALID_LINES: list[tuple[StockSetting, InventoryError]] = [
    (counted(LevelKey("", "MAIN"), 1), InvalidValue(what="A SKU", rule=SKU_RULE, field=at_fault("sku"))),
    (
        counted(LevelKey("\ud800", "MAIN"), 1),
        InvalidValue(what="A SKU", rule=LONE, field=at_fault("sku")),
    ),
    (
        counted(LevelKey("TEA-1", "MA IN"), 1),
        InvalidValue(what="A location code", rule=CODE_RULE, field=at_fault("location")),
    ),
    (counted(CUP, 2**31), QuantityOutOfRange(quantity=2**31, minimum=0, field=at_fault("quantity"))),
    (
        counted(CUP, 1, reorder_point=-1),
        QuantityOutOfRange(quantity=-1, minimum=0, field=at_fault("reorderPoint")),
    ),
    (
        counted(CUP, 1, backorder_limit=2**31),
        QuantityOutOfRange(quantity=2**31, minimum=0, field=at_fault("backorderLimit")),
    ),
    (
        counted(CUP, 1, reason=MovementReason.SETTINGS),
        InvalidValue(
            what="The reason SETTINGS", rule="stands for changes that move no units", field=at_fault("reason")
        ),
    ),
    (
        counted(CUP, 1, is_forced=False),
        InvalidValue(what="What the level was before", rule=BELIEF_RULE, field=at_fault("expectedOnHand")),
    ),
    (
        counted(CUP, 1, expected_on_hand=1, expected_version=1),
        InvalidValue(what="What the level was before", rule=BELIEF_RULE, field=at_fault("expectedOnHand")),
    ),
]


@pytest.mark.parametrize(("bad", "fault"), INVALID_LINES)
async def test_an_invalid_line_fails_an_atomic_change(store: Store, bad: StockSetting, fault: InventoryError) -> None:
    """The input itself is wrong, so nothing is tried."""
    await given_level(store, TEA, on_hand=5)
    assert await refused(store, set_all(store, counted(TEA, 1), bad, atomic=True)) == [fault]


@pytest.mark.parametrize(("bad", "fault"), INVALID_LINES)
async def test_an_invalid_line_falls_alone_where_lines_may(
    store: Store, bad: StockSetting, fault: InventoryError
) -> None:
    """Whatever a line holds, its neighbours are written, and the stored operation tells what was wrong."""
    await given_level(store, TEA, on_hand=5)
    outcome = await set_all(store, counted(TEA, 1), bad, atomic=False)
    assert (outcome.operation.levels, outcome.operation.refusals) == (((TEA, 2),), ((1, fault),))
    assert await store.stock.operation(outcome.operation.id) == outcome.operation


async def test_repeating_a_key_returns_the_first_result(store: Store) -> None:
    """What was set since stays, and a line that was refused stays refused."""
    # given
    await given_level(store, TEA, on_hand=5)
    await given_level(store, CUP, on_hand=1)
    lines = (counted(CUP, 9, expected_on_hand=2), counted(TEA, 7))
    first = await set_all(store, *lines, atomic=False, key="k")
    await adjust(store, CUP, +1)
    await adjust(store, TEA, +1)
    # when
    again = await set_all(store, *lines, atomic=False, key="k")
    # then
    assert (again.operation, again.movements, again.replayed) == (first.operation, first.movements, True)
    assert await on_hand(store, CUP, TEA) == [2, 8]


@pytest.mark.parametrize(
    "other",
    [
        {"quantity": 8},
        {"reorder_point": 1},
        {"backorder_limit": 1},
        {"reason": MovementReason.FOUND},
        {"is_forced": False, "expected_on_hand": 7},
    ],
)
async def test_a_key_stands_for_all_that_its_lines_say(store: Store, other: dict[str, Any]) -> None:
    """Another count, another setting or another belief is another input."""
    await given_level(store, TEA, on_hand=5)
    await set_all(store, counted(TEA, 7), atomic=True, key="k")
    changed = counted(TEA, **{"quantity": 7, **other})
    assert await refused(store, set_all(store, changed, atomic=True, key="k")) == [IdempotencyKeyReused(key="k")]
    assert await refused(store, set_all(store, counted(TEA, 7), atomic=False, key="k")) == [
        IdempotencyKeyReused(key="k")
    ]


@pytest.mark.parametrize("atomic", [True, False])
async def test_two_lines_for_one_level_are_refused(store: Store, atomic: bool) -> None:
    """Which of them holds would depend on their order."""
    await given_level(store, TEA, on_hand=5)
    await given_level(store, CUP, on_hand=5)
    assert await refused(store, set_all(store, counted(TEA, 1), counted(CUP, 1), counted(TEA, 1), atomic=atomic)) == [
        DuplicateLine(sku="TEA-1", location="MAIN", first_line=0, field=("lines", "2"))
    ]


@pytest.mark.parametrize("atomic", [True, False])
@pytest.mark.parametrize("count", [0, 1_001])
async def test_no_line_and_too_many_lines_are_refused(store: Store, atomic: bool, count: int) -> None:
    """An operation has 1 to 1,000 lines."""
    await given_catalog(store, TEA)
    lines = [counted(LevelKey(f"S-{number}", "MAIN"), 1) for number in range(count)]
    assert await refused(store, set_all(store, *lines, atomic=atomic)) == [TooManyLines(count=count, maximum=1_000)]


@pytest.mark.parametrize("atomic", [True, False])
async def test_a_change_of_1000_lines_is_one_operation(store: Store, atomic: bool) -> None:
    """The largest operation begins 1,000 levels, and its replay finds all of its movements in order."""
    # given
    keys = [LevelKey("TEA-1", f"L{number}") for number in range(1_000)]
    await given_catalog(store, TEA)
    await asyncio.gather(*(given_location(store, key.location) for key in keys))
    lines = [counted(key, number) for number, key in enumerate(keys)]
    # when
    first = await set_all(store, *lines, atomic=atomic, key="k")
    again = await set_all(store, *lines, atomic=atomic, key="k")
    # then
    assert [(m.after.key, m.after.on_hand) for m in first.movements] == [(line.key, line.quantity) for line in lines]
    assert (again.operation, again.movements, again.replayed) == (first.operation, first.movements, True)


async def test_a_level_that_is_so_already_is_left_alone_where_asked(store: Store) -> None:
    """Whatever its version; what differs is set, and a level that is not there yet begins."""
    # given
    await given_level(store, TEA, on_hand=5)
    await given_level(store, CUP, on_hand=3)
    await given_catalog(store, TEA_NORTH)
    wishes = [
        counted(TEA, 5, expected_version=7, only_if_different=True),
        counted(CUP, 4, only_if_different=True),
        counted(TEA_NORTH, 0, only_if_different=True),
    ]
    # when
    outcome = await set_all(store, *wishes, atomic=False, key="feed")
    # then
    alike = NothingToChange(sku=TEA.sku, location=TEA.location, field=("lines", "0"))
    assert outcome.operation.refusals == ((0, alike),)
    assert [(line.after.key, line.change.on_hand) for line in outcome.movements] == [(CUP, 1), (TEA_NORTH, 0)]
    assert (await set_all(store, *wishes, atomic=False, key="feed")).replayed
    # when
    differing = [counted(TEA, 5, reorder_point=9, only_if_different=True), counted(CUP, 4, only_if_different=True)]
    outcome = await set_all(store, *differing, atomic=False)
    # then
    assert [(line.after.key, line.after.reorder_point) for line in outcome.movements] == [(TEA, 9)]
