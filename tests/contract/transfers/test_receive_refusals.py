"""transferReceive: what is refused changes nothing and is told at once, the same over every store."""

import pytest

from app.domain.errors import (
    ExceedsOutstanding,
    InvalidValue,
    InventoryError,
    QuantityOutOfRange,
    TooManyLines,
    WrongState,
)
from app.domain.limits import MAX_QUANTITY
from app.domain.stock.commands.receipt import Arrival
from app.domain.stock.movement import REASONS_OF_OUR_OWN, MovementReason
from app.domain.transfers.transfer import TransferState
from tests.support.scene import TEA_NORTH, adjust, given_item, refused, request_info
from tests.support.store import Store
from tests.support.transfers import arrived, check_transfers, given_ends, given_in, given_shipped, receive

SHORT = InvalidValue(
    what="The reason of missing units", rule="must be given, as not everything has arrived", field=("shortReason",)
)


async def test_more_than_is_outstanding_is_refused(store: Store) -> None:
    """Every line that has too much is told; nothing of the others is taken in."""
    await given_ends(store)
    transfer = await given_shipped(store, ("TEA-1", 5), ("CUP-1", 2))
    await receive(store, transfer.id, arrived("TEA-1", 2))
    assert await refused(store, receive(store, transfer.id, arrived("CUP-1", 3), arrived("TEA-1", 4))) == [
        ExceedsOutstanding(sku="CUP-1", requested=3, outstanding=2, may_be_over=True, field=("lines", "0", "quantity")),
        ExceedsOutstanding(sku="TEA-1", requested=4, outstanding=3, may_be_over=True, field=("lines", "1", "quantity")),
    ]
    assert await refused(store, receive(store, transfer.id, arrived("CUP-1", 2), arrived("TEA-1", 4))) == [
        ExceedsOutstanding(sku="TEA-1", requested=4, outstanding=3, may_be_over=True, field=("lines", "1", "quantity"))
    ]


async def test_units_that_are_missing_without_a_reason_are_refused(store: Store) -> None:
    """Said once for all lines, and beside what is wrong with the lines that arrived."""
    await given_ends(store)
    transfer = await given_shipped(store, ("TEA-1", 5), ("CUP-1", 2))
    assert await refused(store, receive(store, transfer.id, is_complete=True)) == [SHORT]
    assert await refused(store, receive(store, transfer.id, arrived("TEA-1", 6), is_complete=True)) == [
        ExceedsOutstanding(sku="TEA-1", requested=6, outstanding=5, may_be_over=True, field=("lines", "0", "quantity")),
        SHORT,
    ]
    assert await refused(
        store, receive(store, transfer.id, arrived("TEA-1", 6), arrived("CUP-1", 2), is_complete=True)
    ) == [
        ExceedsOutstanding(sku="TEA-1", requested=6, outstanding=5, may_be_over=True, field=("lines", "0", "quantity"))
    ]


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
        request=request_info(),
    )
    assert await refused(store, request) == [TooManyLines(count=count, maximum=1_000)]


@pytest.mark.parametrize("state", [TransferState.DRAFT, TransferState.RECEIVED, TransferState.CANCELLED])
async def test_only_what_is_on_its_way_arrives(store: Store, state: TransferState) -> None:
    """A draft has sent nothing, and an ended transfer sends nothing any more."""
    await given_ends(store)
    transfer = await given_in(store, state)
    error = WrongState(kind="TRANSFER", id=transfer.id, state=state.value, reference=transfer.reference)
    assert await refused(store, receive(store, transfer.id)) == [error]
    line = arrived("TEA-1", 1, over_reason=MovementReason.FOUND)
    assert await refused(store, receive(store, transfer.id, line)) == [error]


@pytest.mark.complaint("L6")
async def test_an_archived_end_or_item_takes_in_what_was_sent_and_no_more(store: Store) -> None:
    """What is under way arrives or is lost; what nobody sent is refused."""
    # given
    await given_ends(store)
    transfer = await given_shipped(store, ("TEA-1", 3), ("CUP-1", 1))
    for code in ("MAIN", "NORTH"):
        await store.shop.archive_location(code, is_archived=True, request=request_info())
    await store.shop.archive_item("CUP-1", is_archived=True, request=request_info())
    # then
    over = arrived("CUP-1", 2, over_reason=MovementReason.FOUND)
    assert [error.code for error in await refused(store, receive(store, transfer.id, over))] == ["ARCHIVED"]
    await receive(store, transfer.id, arrived("TEA-1", 1), arrived("CUP-1", 1))
    await receive(store, transfer.id, arrived("TEA-1", 1), is_complete=True, short_reason=MovementReason.LOST)
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
