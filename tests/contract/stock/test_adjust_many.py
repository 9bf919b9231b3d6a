"""stockAdjustMany: deltas at many levels, all or nothing or line by line, the same over every store."""

import asyncio

import pytest

from app.domain.errors import (
    Archived,
    DuplicateLine,
    InsufficientStock,
    InvalidValue,
    InventoryError,
    QuantityOutOfRange,
    TooManyLines,
    UnknownItem,
    UnknownLocation,
)
from app.domain.limits import MAX_QUANTITY
from app.domain.outcome import Outcome
from app.domain.stock.commands.adjust_many import Adjustment
from app.domain.stock.level import LevelKey
from tests.support.scene import (
    CUP,
    TEA,
    TEA_NORTH,
    adjust,
    given_catalog,
    given_level,
    given_location,
    line,
    refused,
    request_info,
)
from tests.support.store import Store
from tests.support.texts import SPACE, begins_with, holds, out_of

SKU_RULE = "must be 1 to 64 printable characters without a blank at either end"
CODE_RULE = "must be 1 to 32 letters, digits, dots, dashes or underscores"
BLANK, NULL, LONE = begins_with(SPACE), holds("NULL (U+0000)", 2), holds("LONE SURROGATE (U+D800)", 1)
LONE_CODE = out_of(CODE_RULE, "LONE SURROGATE (U+D800)", 1)


async def adjust_all(store: Store, *lines: Adjustment, atomic: bool, key: str | None = None) -> Outcome:
    """Change many levels in one operation."""
    return await store.stock.adjust_many(lines, is_atomic=atomic, request=request_info(key))


@pytest.mark.parametrize("atomic", [True, False])
async def test_all_lines_change_their_levels_in_one_operation(store: Store, atomic: bool) -> None:
    """Levels that exist change and others begin; the movements stand in the order of the lines."""
    # given
    await given_level(store, TEA, on_hand=5)
    await given_catalog(store, CUP, TEA_NORTH)
    # when
    outcome = await adjust_all(store, line(CUP, +3), line(TEA, -5), line(TEA_NORTH, +7), atomic=atomic)
    # then
    assert outcome.operation.levels == ((CUP, 1), (TEA, 2), (TEA_NORTH, 1))
    assert [(m.after.key, m.change.on_hand, m.after.on_hand) for m in outcome.movements] == [
        (CUP, +3, 3),
        (TEA, -5, 0),
        (TEA_NORTH, +7, 7),
    ]
    assert [await store.level(m.after.key) for m in outcome.movements] == [m.after for m in outcome.movements]
    assert outcome.operation.refusals == ()
    assert await store.stock.movements_of([outcome.operation]) == [outcome.movements]


async def test_one_bad_line_fails_an_atomic_change_and_all_are_told(store: Store) -> None:
    """Nothing is written, and each line that could not be says why."""
    await given_level(store, TEA, on_hand=5)
    await given_level(store, CUP, on_hand=MAX_QUANTITY)
    await given_catalog(store, TEA_NORTH)
    await store.shop.archive_location("NORTH", is_archived=True, request=request_info())
    request = adjust_all(
        store,
        line(TEA, -1),
        line(LevelKey("NONE", "MAIN"), +1),
        line(LevelKey("TEA-1", "NONE"), +1),
        line(TEA_NORTH, +1),
        line(CUP, +1),
        atomic=True,
    )
    assert await refused(store, request) == [
        UnknownItem(sku="NONE", field=("lines", "1", "sku")),
        UnknownLocation(location="NONE", field=("lines", "2", "location")),
        Archived(kind="location", name="NORTH", field=("lines", "3", "location")),
        QuantityOutOfRange(quantity=MAX_QUANTITY + 1, minimum=0, field=("lines", "4", "delta")),
    ]


async def test_each_line_of_another_change_stands_or_falls_alone(store: Store) -> None:
    """Good lines are written; the operation keeps the reasons of the others, by line."""
    # given
    await given_level(store, TEA, on_hand=5)
    await given_level(store, CUP, on_hand=1)
    await given_catalog(store, TEA_NORTH)
    # when
    outcome = await adjust_all(
        store,
        line(CUP, -2),
        line(TEA, -5),
        line(LevelKey("NONE", "MAIN"), +1),
        line(TEA_NORTH, 0),
        atomic=False,
    )
    # then
    assert outcome.operation.levels == ((TEA, 2),)
    assert outcome.operation.refusals == (
        (
            0,
            InsufficientStock(sku="CUP-1", location="MAIN", requested=2, available=1, field=("lines", "0", "delta")),
        ),
        (2, UnknownItem(sku="NONE", field=("lines", "2", "sku"))),
        (3, QuantityOutOfRange(quantity=0, field=("lines", "3", "delta"))),
    )
    assert await store.stock.operation(outcome.operation.id) == outcome.operation
    assert [level and level.on_hand for level in [await store.level(key) for key in (CUP, TEA, TEA_NORTH)]] == [
        1,
        0,
        None,
    ]


INVALID_LINES: list[tuple[Adjustment, InventoryError]] = [
    (line(LevelKey("", "MAIN"), 1), InvalidValue(what="A SKU", rule=SKU_RULE, field=("lines", "1", "sku"))),
    (line(LevelKey("S" * 65, "MAIN"), 1), InvalidValue(what="A SKU", rule=SKU_RULE, field=("lines", "1", "sku"))),
    (
        line(LevelKey(" TEA", "MAIN"), 1),
        InvalidValue(what="A SKU", rule=begins_with(SPACE), field=("lines", "1", "sku")),
    ),
    (
        line(LevelKey("T\0", "MAIN"), 1),
        InvalidValue(what="A SKU", rule=NULL, field=("lines", "1", "sku")),
    ),
    (line(LevelKey("\ud800", "MAIN"), 1), InvalidValue(what="A SKU", rule=LONE, field=("lines", "1", "sku"))),
    (
        line(LevelKey("TEA-1", "MAIN/TEA"), 1),
        InvalidValue(what="A location code", rule=CODE_RULE, field=("lines", "1", "location")),
    ),
    (
        line(LevelKey("TEA-1", "\ud800"), 1),
        InvalidValue(
            what="A location code",
            rule=out_of(CODE_RULE, "LONE SURROGATE (U+D800)", 1),
            field=("lines", "1", "location"),
        ),
    ),
    (line(CUP, 0), QuantityOutOfRange(quantity=0, field=("lines", "1", "delta"))),
    (line(CUP, 2**31), QuantityOutOfRange(quantity=2**31, field=("lines", "1", "delta"))),
    (line(CUP, -(2**31)), QuantityOutOfRange(quantity=-(2**31), field=("lines", "1", "delta"))),
]


@pytest.mark.parametrize(("bad", "fault"), INVALID_LINES)
async def test_an_invalid_line_fails_an_atomic_change(store: Store, bad: Adjustment, fault: InventoryError) -> None:
    """The input itself is wrong, so nothing is tried."""
    await given_level(store, TEA, on_hand=5)
    assert await refused(store, adjust_all(store, line(TEA, -1), bad, atomic=True)) == [fault]


@pytest.mark.parametrize(("bad", "fault"), INVALID_LINES)
async def test_an_invalid_line_falls_alone_where_lines_may(
    store: Store, bad: Adjustment, fault: InventoryError
) -> None:
    """Whatever a line holds, its neighbours are written, and the stored operation tells what was wrong."""
    await given_level(store, TEA, on_hand=5)
    outcome = await adjust_all(store, line(TEA, -1), bad, atomic=False)
    assert (outcome.operation.levels, outcome.operation.refusals) == (((TEA, 2),), ((1, fault),))
    assert await store.stock.operation(outcome.operation.id) == outcome.operation


async def test_a_change_whose_lines_all_fall_is_still_an_operation(store: Store) -> None:
    """It moved nothing, but it was heard, and a repeat of its key is told the same."""
    # given
    await given_level(store, TEA, on_hand=5)
    # when
    first = await adjust_all(store, line(TEA, -6), line(CUP, +1), atomic=False, key="k")
    await adjust(store, TEA, +1)
    again = await adjust_all(store, line(TEA, -6), line(CUP, +1), atomic=False, key="k")
    # then
    assert (first.operation.levels, first.movements, first.replayed) == ((), (), False)
    assert [number for number, _ in first.operation.refusals] == [0, 1]
    assert (again.operation, again.movements, again.replayed) == (first.operation, (), True)
    level = await store.level(TEA)
    assert level
    assert level.on_hand == 6


async def test_repeating_a_key_returns_the_refusals_of_the_first_time(store: Store) -> None:
    """A line that could be served by now stays refused: the stored answer is the answer."""
    # given
    await given_level(store, TEA, on_hand=5)
    await given_level(store, CUP, on_hand=1)
    lines = (line(CUP, -2), line(TEA, -5))
    first = await adjust_all(store, *lines, atomic=False, key="k")
    await adjust(store, CUP, +10)
    # when
    again = await adjust_all(store, *lines, atomic=False, key="k")
    # then
    assert (again.operation, again.movements, again.replayed) == (first.operation, first.movements, True)
    assert [error.code for _, error in again.operation.refusals] == ["INSUFFICIENT_STOCK"]
    level = await store.level(CUP)
    assert level
    assert level.on_hand == 11


@pytest.mark.parametrize("atomic", [True, False])
async def test_two_lines_for_one_level_are_refused(store: Store, atomic: bool) -> None:
    """Which of them came first would matter: the caller adds them up."""
    await given_level(store, TEA, on_hand=5)
    await given_level(store, CUP, on_hand=5)
    request = adjust_all(store, line(TEA, +1), line(CUP, +1), line(TEA, +1), line(TEA, -1), atomic=atomic)
    assert await refused(store, request) == [
        DuplicateLine(sku="TEA-1", location="MAIN", first_line=0, field=("lines", "2")),
        DuplicateLine(sku="TEA-1", location="MAIN", first_line=0, field=("lines", "3")),
    ]


@pytest.mark.parametrize("atomic", [True, False])
@pytest.mark.parametrize("count", [0, 1_001])
async def test_no_line_and_too_many_lines_are_refused(store: Store, atomic: bool, count: int) -> None:
    """An operation has 1 to 1,000 lines."""
    await given_catalog(store, TEA)
    lines = [line(LevelKey(f"S-{number}", "MAIN"), 1) for number in range(count)]
    assert await refused(store, adjust_all(store, *lines, atomic=atomic)) == [TooManyLines(count=count, maximum=1_000)]


@pytest.mark.parametrize("atomic", [True, False])
async def test_a_change_of_1000_lines_is_one_operation(store: Store, atomic: bool) -> None:
    """The largest operation begins 1,000 levels, and its replay finds all of its movements in order."""
    # given
    keys = [LevelKey("TEA-1", f"L{number}") for number in range(1_000)]
    await given_catalog(store, TEA)
    await asyncio.gather(*(given_location(store, key.location) for key in keys))
    lines = [line(key, number + 1) for number, key in enumerate(keys)]
    # when
    first = await adjust_all(store, *lines, atomic=atomic, key="k")
    again = await adjust_all(store, *lines, atomic=atomic, key="k")
    # then
    assert [(m.after.key, m.after.on_hand) for m in first.movements] == [(item.key, item.delta) for item in lines]
    assert (again.operation, again.movements, again.replayed) == (first.operation, first.movements, True)
    assert len({m.recorded_at for m in first.movements}) == 1_000
