"""transferReceive: what was sent arrives, in parts, damaged, too little or too much, the same over every store."""

import pytest

from app.domain.errors import IdempotencyKeyReused
from app.domain.stock.level_change import LevelChange
from app.domain.stock.movement import MovementReason
from app.domain.transfers.transfer import TransferLine, TransferState
from tests.support.scene import TEA_NORTH, refused, request_info
from tests.support.store import Store
from tests.support.transfers import (
    CUP_NORTH,
    arrived,
    check_transfers,
    given_draft,
    given_ends,
    given_in,
    given_shipped,
    receive,
    ship,
    transfer_in,
)


async def test_what_arrives_is_on_hand_and_no_longer_incoming(store: Store) -> None:
    """Without lines all that is outstanding arrived; one movement per line, at the destination alone."""
    # given
    await given_ends(store, tea=10, cups=4)
    transfer = await given_shipped(store, ("TEA-1", 10), ("CUP-1", 3))
    # when
    outcome = await receive(store, transfer.id)
    # then
    assert [(line.after.key, line.change, line.reason, line.reference) for line in outcome.movements] == [
        (TEA_NORTH, LevelChange(on_hand=+10, incoming=-10), MovementReason.TRANSFER, "TO-1"),
        (CUP_NORTH, LevelChange(on_hand=+3, incoming=-3), MovementReason.TRANSFER, "TO-1"),
    ]
    received = transfer_in(outcome)
    assert received.state is TransferState.RECEIVED
    assert [(line.shipped, line.received, line.outstanding) for line in received.lines] == [(10, 10, 0), (3, 3, 0)]
    assert received.version == 3
    contents = await check_transfers(store)
    assert [(level.key.location, level.on_hand, level.incoming) for level in contents.levels] == [
        ("MAIN", 1, 0),
        ("NORTH", 3, 0),
        ("MAIN", 0, 0),
        ("NORTH", 10, 0),
    ]


async def test_a_transfer_may_arrive_in_parts(store: Store) -> None:
    """It is partially received until the last unit is there; lines that are not named are not touched."""
    # given
    await given_ends(store, tea=10, cups=4)
    transfer = await given_shipped(store, ("TEA-1", 10), ("CUP-1", 3))
    # when
    first = await receive(store, transfer.id, arrived("TEA-1", 4), arrived("CUP-1", 0))
    # then
    assert [line.change for line in first.movements] == [LevelChange(on_hand=+4, incoming=-4)]
    assert transfer_in(first).state is TransferState.PARTIALLY_RECEIVED
    assert [line.outstanding for line in transfer_in(first).lines] == [6, 3]
    await check_transfers(store)
    # when
    second = await receive(store, transfer.id, arrived("CUP-1", 3), arrived("TEA-1", 5))
    last = await receive(store, transfer.id)
    # then
    assert transfer_in(second).state is TransferState.PARTIALLY_RECEIVED
    assert [(line.after.key, line.change.on_hand) for line in second.movements] == [(CUP_NORTH, 3), (TEA_NORTH, 5)]
    assert transfer_in(last).state is TransferState.RECEIVED
    assert [(line.after.key, line.change.on_hand) for line in last.movements] == [(TEA_NORTH, 1)]
    await check_transfers(store)


async def test_damaged_units_arrive_as_unavailable(store: Store) -> None:
    """They are on hand, and may not be sold."""
    await given_ends(store)
    transfer = await given_shipped(store, ("TEA-1", 5))
    outcome = await receive(store, transfer.id, arrived("TEA-1", 4, damaged=3))
    [movement] = outcome.movements
    assert movement.change == LevelChange(on_hand=+4, incoming=-4, damaged=+3)
    assert (movement.after.on_hand, movement.after.damaged, movement.after.available) == (4, 3, 1)
    assert transfer_in(outcome).lines == (TransferLine(sku="TEA-1", quantity=5, shipped=5, received=4),)
    await check_transfers(store)


@pytest.mark.complaint("P8")
async def test_more_than_is_outstanding_is_taken_in_for_a_reason(store: Store) -> None:
    """The excess is a movement of that reason; damaged units count among the expected ones first."""
    # given
    await given_ends(store)
    transfer = await given_shipped(store, ("TEA-1", 5), ("CUP-1", 2))
    # when
    outcome = await receive(
        store, transfer.id, arrived("TEA-1", 8, damaged=6, over_reason=MovementReason.FOUND), arrived("CUP-1", 1)
    )
    # then
    assert [(line.after.key, line.change, line.reason) for line in outcome.movements] == [
        (TEA_NORTH, LevelChange(on_hand=+5, incoming=-5, damaged=+5), MovementReason.TRANSFER),
        (TEA_NORTH, LevelChange(on_hand=+3, damaged=+1), MovementReason.FOUND),
        (CUP_NORTH, LevelChange(on_hand=+1, incoming=-1), MovementReason.TRANSFER),
    ]
    received = transfer_in(outcome)
    assert received.state is TransferState.PARTIALLY_RECEIVED
    assert received.lines[0] == TransferLine(sku="TEA-1", quantity=5, shipped=5, received=5, over=3)
    await check_transfers(store)


async def test_an_item_that_nobody_shipped_may_be_over(store: Store) -> None:
    """It is a line of the transfer all the same; the receipt has no movement of expected units."""
    await given_ends(store)
    draft = await given_draft(store, ("TEA-1", 5), ("CUP-1", 2))
    await ship(store, draft.id, ("TEA-1", 5))
    outcome = await receive(store, draft.id, arrived("CUP-1", 1, over_reason=MovementReason.CORRECTION))
    assert [(line.after.key, line.change, line.reason) for line in outcome.movements] == [
        (CUP_NORTH, LevelChange(on_hand=+1), MovementReason.CORRECTION)
    ]
    assert transfer_in(outcome).state is TransferState.PARTIALLY_RECEIVED
    assert transfer_in(outcome).lines[1] == TransferLine(sku="CUP-1", quantity=2, over=1)
    await check_transfers(store)


async def test_a_reason_that_nothing_needs_does_no_harm(store: Store) -> None:
    """A scanner may always send one."""
    await given_ends(store)
    transfer = await given_shipped(store, ("TEA-1", 5))
    lines = [arrived("TEA-1", 5, over_reason=MovementReason.FOUND)]
    outcome = await receive(store, transfer.id, *lines, is_complete=True, short_reason=MovementReason.LOST)
    assert [line.reason for line in outcome.movements] == [MovementReason.TRANSFER]
    assert transfer_in(outcome).lines == (TransferLine(sku="TEA-1", quantity=5, shipped=5, received=5),)
    await check_transfers(store)


@pytest.mark.complaint("P8")
async def test_what_is_missing_at_the_end_is_lost_for_a_reason(store: Store) -> None:
    """It leaves incoming in movements of their own; lines that are not named are missing as a whole."""
    # given
    await given_ends(store)
    transfer = await given_shipped(store, ("TEA-1", 5), ("CUP-1", 2))
    # when
    outcome = await receive(store, transfer.id, arrived("TEA-1", 3), is_complete=True, short_reason=MovementReason.LOST)
    # then
    assert [(line.after.key, line.change, line.reason) for line in outcome.movements] == [
        (TEA_NORTH, LevelChange(on_hand=+3, incoming=-3), MovementReason.TRANSFER),
        (TEA_NORTH, LevelChange(incoming=-2), MovementReason.LOST),
        (CUP_NORTH, LevelChange(incoming=-2), MovementReason.LOST),
    ]
    received = transfer_in(outcome)
    assert received.state is TransferState.RECEIVED
    assert [(line.received, line.lost, line.outstanding) for line in received.lines] == [(3, 2, 0), (0, 2, 0)]
    contents = await check_transfers(store)
    assert [(level.key.location, level.on_hand, level.incoming) for level in contents.levels] == [
        ("MAIN", 2, 0),
        ("NORTH", 0, 0),
        ("MAIN", 5, 0),
        ("NORTH", 3, 0),
    ]


async def test_a_transfer_may_end_without_another_unit(store: Store) -> None:
    """Nobody waits any longer: the rest is lost, for whatever reason is told."""
    await given_ends(store)
    transfer = await given_in(store, TransferState.PARTIALLY_RECEIVED)
    outcome = await receive(store, transfer.id, is_complete=True, short_reason=MovementReason.DAMAGED)
    assert [(line.change, line.reason) for line in outcome.movements] == [
        (LevelChange(incoming=-1), MovementReason.DAMAGED)
    ]
    assert transfer_in(outcome).lines == (TransferLine(sku="TEA-1", quantity=2, shipped=2, received=1, lost=1),)
    await check_transfers(store)


async def test_an_archived_item_of_which_nothing_arrives_is_in_nobodys_way(store: Store) -> None:
    """Because it has arrived before, or because its line says none."""
    await given_ends(store)
    transfer = await given_shipped(store, ("TEA-1", 3), ("CUP-1", 1))
    await receive(store, transfer.id, arrived("CUP-1", 1))
    await store.shop.archive_item("CUP-1", is_archived=True, request=request_info())
    await receive(store, transfer.id, arrived("TEA-1", 1), arrived("CUP-1", 0))
    outcome = await receive(store, transfer.id)
    assert [line.after.key for line in outcome.movements] == [TEA_NORTH]
    assert transfer_in(outcome).state is TransferState.RECEIVED
    await check_transfers(store)


async def test_a_repeated_receipt_arrives_once(store: Store) -> None:
    """The same key returns the transfer as it was then; another input under the key is refused."""
    # given
    await given_ends(store)
    transfer = await given_shipped(store, ("TEA-1", 2))
    first = await receive(store, transfer.id, arrived("TEA-1", 1), key="k")
    await receive(store, transfer.id)
    before = await store.contents()
    # when
    again = await receive(store, transfer.id, arrived("TEA-1", 1), key="k")
    # then
    assert (again.replayed, again.operation, again.movements) == (True, first.operation, first.movements)
    assert transfer_in(again).state is TransferState.PARTIALLY_RECEIVED
    assert await store.contents() == before
    for other in (
        receive(store, transfer.id, key="k"),
        receive(store, transfer.id, arrived("TEA-1", 2), key="k"),
        receive(store, transfer.id, arrived("TEA-1", 1, damaged=1), key="k"),
        receive(store, transfer.id, arrived("TEA-1", 1, over_reason=MovementReason.FOUND), key="k"),
        receive(store, transfer.id, arrived("TEA-1", 1), is_complete=True, key="k"),
        receive(store, transfer.id, arrived("TEA-1", 1), is_complete=True, short_reason=MovementReason.LOST, key="k"),
    ):
        assert await refused(store, other) == [IdempotencyKeyReused(key="k")]
