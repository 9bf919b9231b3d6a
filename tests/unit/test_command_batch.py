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
from app.domain.time import Moment

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


def change(number: int, **deltas: int) -> Command:
    """Return a command that changes these levels."""
    lines = tuple(
        Adjustment(key=LevelKey("TEA-1", code), delta=delta, reason=MovementReason.OTHER)
        for code, delta in deltas.items()
    )
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
