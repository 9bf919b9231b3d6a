"""transferReceive: what was sent arrives, in parts, damaged, too little or too much, the same over every store."""

import pytest

from app.domain.commands.receive_transfer import Arrival
from app.domain.errors import (
    Archived,
    DuplicateLine,
    ExceedsOutstanding,
    IdempotencyKeyReused,
    InvalidValue,
    InventoryError,
    QuantityOutOfRange,
    TooManyLines,
    WrongState,
)
from app.domain.level import LevelChange
from app.domain.limits import MAX_QUANTITY
from app.domain.movement import REASONS_OF_OUR_OWN, MovementReason
from app.domain.transfer import TransferLine, TransferState
from tests.support.scene import TEA_NORTH, about, adjust, given_item, refused
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

SHORT = InvalidValue(
    what="The reason of missing units", rule="must be told, as not everything has arrived", field=("shortReason",)
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


async def test_more_than_is_outstanding_is_refused(store: Store) -> None:
    """Every line that has too much is told; nothing of the others is taken in."""
    await given_ends(store)
    transfer = await given_shipped(store, ("TEA-1", 5), ("CUP-1", 2))
    await receive(store, transfer.id, arrived("TEA-1", 2))
    assert await refused(store, receive(store, transfer.id, arrived("CUP-1", 3), arrived("TEA-1", 4))) == [
        ExceedsOutstanding(sku="CUP-1", requested=3, outstanding=2, field=("lines", "0", "quantity")),
        ExceedsOutstanding(sku="TEA-1", requested=4, outstanding=3, field=("lines", "1", "quantity")),
    ]
    assert await refused(store, receive(store, transfer.id, arrived("CUP-1", 2), arrived("TEA-1", 4))) == [
        ExceedsOutstanding(sku="TEA-1", requested=4, outstanding=3, field=("lines", "1", "quantity"))
    ]


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


async def test_units_that_are_missing_without_a_reason_are_refused(store: Store) -> None:
    """Said once for all lines, and beside what is wrong with the lines that arrived."""
    await given_ends(store)
    transfer = await given_shipped(store, ("TEA-1", 5), ("CUP-1", 2))
    assert await refused(store, receive(store, transfer.id, is_complete=True)) == [SHORT]
    assert await refused(store, receive(store, transfer.id, arrived("TEA-1", 6), is_complete=True)) == [
        ExceedsOutstanding(sku="TEA-1", requested=6, outstanding=5, field=("lines", "0", "quantity")),
        SHORT,
    ]
    assert await refused(
        store, receive(store, transfer.id, arrived("TEA-1", 6), arrived("CUP-1", 2), is_complete=True)
    ) == [ExceedsOutstanding(sku="TEA-1", requested=6, outstanding=5, field=("lines", "0", "quantity"))]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (arrived("TEA-1", -1), QuantityOutOfRange(quantity=-1, minimum=0, field=("lines", "0", "quantity"))),
        (arrived("TEA-1", 2**31), QuantityOutOfRange(quantity=2**31, minimum=0, field=("lines", "0", "quantity"))),
        (
            arrived("TEA-1", 0),
            InvalidValue(what="A receipt", rule="must have at least one unit, or be complete", field=("lines",)),
        ),
        (
            arrived("MUG-1", 1, over_reason=MovementReason.FOUND),
            InvalidValue(
                what="The SKU 'MUG-1'", rule="must be that of a line of the transfer", field=("lines", "0", "sku")
            ),
        ),
    ],
)
async def test_a_bad_line_refuses_the_receipt(store: Store, line: Arrival, fault: InventoryError) -> None:
    """The fault names the line."""
    await given_ends(store)
    await given_item(store, "MUG-1")
    transfer = await given_shipped(store, ("TEA-1", 2))
    assert await refused(store, receive(store, transfer.id, line)) == [fault]


@pytest.mark.parametrize("damaged", [-1, 3, 2**31])
async def test_no_more_units_are_damaged_than_arrived(store: Store, damaged: int) -> None:
    """Nor fewer than none."""
    await given_ends(store)
    transfer = await given_shipped(store, ("TEA-1", 5))
    assert await refused(store, receive(store, transfer.id, arrived("TEA-1", 2, damaged=damaged))) == [
        InvalidValue(
            what="The number of damaged units",
            rule="must be between 0 and the units that arrived",
            field=("lines", "0", "damaged"),
        )
    ]


@pytest.mark.parametrize("reason", sorted(REASONS_OF_OUR_OWN - {MovementReason.SETTINGS}))
async def test_a_reason_of_our_own_is_refused(store: Store, reason: MovementReason) -> None:
    """Some reasons are recorded by mutations of their own only."""
    await given_ends(store)
    transfer = await given_shipped(store, ("TEA-1", 2))
    request = receive(
        store, transfer.id, arrived("TEA-1", 3, over_reason=reason), is_complete=True, short_reason=reason
    )
    told = {"what": f"The reason {reason}", "rule": "is recorded by a mutation of its own"}
    assert await refused(store, request) == [
        InvalidValue(**told, field=("lines", "0", "overReason")),
        InvalidValue(**told, field=("shortReason",)),
    ]


async def test_a_reason_of_missing_units_is_only_for_the_last_receipt(store: Store) -> None:
    """Who gives one believes the rest lost, and it would stay on its way."""
    await given_ends(store)
    transfer = await given_shipped(store, ("TEA-1", 2))
    request = receive(store, transfer.id, arrived("TEA-1", 1), short_reason=MovementReason.LOST)
    assert await refused(store, request) == [
        InvalidValue(
            what="The reason of missing units",
            rule="is only for a receipt that is complete",
            field=("shortReason",),
        )
    ]


async def test_an_item_arrives_in_one_line(store: Store) -> None:
    """Two lines of it are added up by who sends them."""
    await given_ends(store)
    transfer = await given_shipped(store, ("TEA-1", 2))
    assert await refused(store, receive(store, transfer.id, arrived("TEA-1", 1), arrived("TEA-1", 1))) == [
        DuplicateLine(sku="TEA-1", location="NORTH", first_line=0, field=("lines", "1"))
    ]


@pytest.mark.parametrize(("count", "is_complete"), [(0, False), (1_001, False), (1_001, True)])
async def test_a_receipt_has_one_to_a_thousand_lines(store: Store, count: int, is_complete: bool) -> None:
    """Unless it ends the transfer: then it may have none."""
    await given_ends(store)
    transfer = await given_shipped(store, ("TEA-1", 2))
    request = store.transfers.receive(
        transfer.id,
        lines=[arrived(f"S-{number}", 1) for number in range(count)],
        is_complete=is_complete,
        short_reason=None,
        about=about(),
    )
    assert await refused(store, request) == [TooManyLines(count=count, maximum=1_000)]


@pytest.mark.parametrize("state", [TransferState.DRAFT, TransferState.RECEIVED, TransferState.CANCELLED])
async def test_only_what_is_on_its_way_arrives(store: Store, state: TransferState) -> None:
    """A draft has sent nothing, and an ended transfer sends nothing any more."""
    await given_ends(store)
    transfer = await given_in(store, state)
    error = WrongState(kind="TRANSFER", id=transfer.id, state=state.value)
    assert await refused(store, receive(store, transfer.id)) == [error]
    line = arrived("TEA-1", 1, over_reason=MovementReason.FOUND)
    assert await refused(store, receive(store, transfer.id, line)) == [error]


async def test_an_archived_end_or_item_is_restored_first(store: Store) -> None:
    """Archived stock does not change, not even by what arrives or is lost; the source is not asked."""
    # given
    await given_ends(store)
    transfer = await given_shipped(store, ("TEA-1", 2), ("CUP-1", 1))
    await store.shop.archive_location("MAIN", is_archived=True, about=about())
    await receive(store, transfer.id, arrived("TEA-1", 1))
    await store.shop.archive_item("CUP-1", is_archived=True, about=about())
    # then
    cup = {"kind": "item", "name": "CUP-1"}
    assert await refused(store, receive(store, transfer.id, arrived("TEA-1", 1), arrived("CUP-1", 1))) == [
        Archived(**cup, field=("lines", "1", "sku"))
    ]
    lost = receive(store, transfer.id, arrived("TEA-1", 1), is_complete=True, short_reason=MovementReason.LOST)
    assert await refused(store, lost) == [Archived(**cup, field=("id",))]
    await store.shop.archive_location("NORTH", is_archived=True, about=about())
    assert await refused(store, receive(store, transfer.id)) == [Archived(kind="location", name="NORTH", field=("id",))]
    await store.shop.archive_location("NORTH", is_archived=False, about=about())
    await receive(store, transfer.id, arrived("TEA-1", 1))
    await check_transfers(store)


async def test_more_than_a_level_can_hold_does_not_arrive(store: Store) -> None:
    """Expected and excess units are checked as they add up; what does not fit stays on its way."""
    await given_ends(store)
    await adjust(store, TEA_NORTH, MAX_QUANTITY - 2)
    transfer = await given_shipped(store, ("TEA-1", 2))
    request = receive(store, transfer.id, arrived("TEA-1", 3, over_reason=MovementReason.FOUND))
    assert await refused(store, request) == [
        QuantityOutOfRange(quantity=MAX_QUANTITY + 1, minimum=0, field=("lines", "0", "quantity"))
    ]
    await receive(store, transfer.id)
    await check_transfers(store)


async def test_no_line_is_over_beyond_what_can_be_counted(store: Store) -> None:
    """Units that were sold between two receipts do not make room for more on the line."""
    await given_ends(store)
    transfer = await given_shipped(store, ("TEA-1", 2), ("CUP-1", 1))
    await receive(store, transfer.id, arrived("TEA-1", MAX_QUANTITY, over_reason=MovementReason.FOUND))
    await adjust(store, TEA_NORTH, -MAX_QUANTITY)
    request = receive(store, transfer.id, arrived("TEA-1", 3, over_reason=MovementReason.FOUND))
    assert await refused(store, request) == [
        QuantityOutOfRange(quantity=MAX_QUANTITY + 1, minimum=0, field=("lines", "0", "quantity"))
    ]


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
