"""Moments of a command batch: unique per writer, and growing per level over all writers."""

import pytest

from app.domain.catalog.catalog import Item, Location
from app.domain.command import Command
from app.domain.command_batch import BatchState, CommandBatch
from app.domain.errors import InsufficientStock, Refused
from app.domain.operation import CommandInfo
from app.domain.stock.commands.adjust_many import AdjustMany, Adjustment
from app.domain.stock.level import Level, LevelKey
from app.domain.stock.movement import MovementReason
from app.domain.time import NEVER, Moment

KEYS = [LevelKey("TEA-1", code) for code in ("A", "B", "C")]
NOW = Moment(1_000)


def state(**changed_at: int) -> BatchState:
    """Return an item at three locations; the levels named exist with 5 units since the given moments."""
    return BatchState(
        levels={
            key: Level(key=key, on_hand=5, version=3, changed_at=Moment(changed_at[key.location]))
            for key in KEYS
            if key.location in changed_at
        },
        items={"TEA-1": Item(sku="TEA-1", name="Tea", created_at=Moment(1), updated_at=Moment(1))},
        locations={
            key.location: Location(code=key.location, name="L", created_at=Moment(1), updated_at=Moment(1))
            for key in KEYS
        },
    )


def change(number: int, *, reason: MovementReason = MovementReason.OTHER, **deltas: int) -> Command:
    """Return a command that changes these levels."""
    lines = tuple(Adjustment(key=LevelKey("TEA-1", code), delta=delta, reason=reason) for code, delta in deltas.items())
    info = CommandInfo(operation_id=f"{number:032x}", kind="stockAdjustMany", actor="shop")
    return AdjustMany(info=info, lines=lines, is_atomic=True)


def test_each_movement_of_a_batch_has_a_moment_of_its_own() -> None:
    """They count on from the moment of the batch, in the order of commands and lines; so do the operations."""
    batch = CommandBatch(state(), writer="w", now=NOW)
    for number in range(3):
        batch.run(change(number, A=1, B=1, C=1))
    assert [movement.recorded_at for movement in batch.movements] == list(range(1_001, 1_010))
    assert batch.last_moment == 1_009
    assert {movement.writer for movement in batch.movements} == {"w"}
    assert [operation.recorded_at for operation in batch.operations] == [NOW, 1_003, 1_006]


def test_the_levels_of_a_batch_have_one_moment() -> None:
    """That of its last line, however often each was changed; so equal changes make equal documents."""
    batch = CommandBatch(state(), writer="w", now=NOW)
    batch.run(change(1, A=1, B=1))
    [first, *_] = batch.run(change(2, A=1, C=1)).movements
    batch.seal()
    assert {level.changed_at for level in batch.levels.values()} == {1_004}
    assert (first.recorded_at, first.after, first.after.changed_at) == (1_003, batch.levels[KEYS[0]], 1_004)
    assert [line.after.changed_at for line in batch.movements] == [1_001, 1_004, 1_004, 1_004]
    assert {level.counted_at for level in batch.levels.values()} == {NEVER}


def test_levels_that_a_batch_counts_were_counted_at_its_moment() -> None:
    """A level that was changed after it was counted keeps the moment of its count."""
    batch = CommandBatch(state(), writer="w", now=NOW)
    batch.run(change(1, reason=MovementReason.COUNT, A=1, B=1))
    batch.run(change(2, A=1))
    batch.seal()
    assert [batch.levels[key].counted_at for key in KEYS[:2]] == [1_001, 1_003]
    assert [line.after.counted_at for line in batch.movements] == [1_001, 1_003, 1_001]


def test_an_operation_without_a_key_keeps_no_fingerprint() -> None:
    """Nothing will be compared with it, and a bulk change has much to digest."""
    batch = CommandBatch(state(), writer="w", now=NOW)
    assert batch.run(change(1, A=1)).operation.fingerprint is None


def test_a_level_from_a_clock_ahead_is_followed() -> None:
    """The line of such a level comes after its last one, and every later line of the batch after that."""
    batch = CommandBatch(state(B=9_000), writer="w", now=NOW)
    batch.run(change(1, A=1, B=1, C=1))
    batch.run(change(2, A=1))
    assert [(line.after.key.location, line.recorded_at) for line in batch.movements] == [
        ("A", 1_001),
        ("B", 9_001),
        ("C", 9_002),
        ("A", 9_003),
    ]
    assert batch.last_moment == 9_003


def test_a_batch_that_moves_nothing_still_uses_its_moment() -> None:
    """The next batch begins after it."""
    assert CommandBatch(state(), writer="w", now=NOW).last_moment == NOW


def test_a_refused_command_leaves_the_fold_as_it_was() -> None:
    """A command with a good line before a bad one changes neither levels nor moments nor what is to be written."""
    batch = CommandBatch(state(A=500, B=500), writer="w", now=NOW)
    batch.run(change(1, A=-1))
    with pytest.raises(Refused) as refusal:
        batch.run(change(2, A=-4, B=-6))
    outcome = batch.run(change(3, A=-4))
    assert refusal.value.errors == (
        InsufficientStock(sku="TEA-1", location="B", requested=6, available=5, field=("lines", "1", "delta")),
    )
    assert [(line.after.on_hand, line.after.version, line.recorded_at) for line in batch.movements] == [
        (4, 4, 1_001),
        (0, 5, 1_002),
    ]
    assert [operation.id for operation in batch.operations] == [f"{1:032x}", f"{3:032x}"]
    assert batch.levels == {KEYS[0]: outcome.movements[0].after}
