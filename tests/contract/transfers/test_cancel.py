"""transferCancel: what is on its way goes back, the same over every store."""

import pytest

from app.domain.errors import IdempotencyKeyReused, QuantityOutOfRange, WrongState
from app.domain.limits import MAX_QUANTITY
from app.domain.stock.level_change import LevelChange
from app.domain.stock.movement import MovementReason
from app.domain.transfers.transfer import TransferLine, TransferState
from tests.support.scene import CUP, TEA, TEA_NORTH, adjust, refused, request_info
from tests.support.store import Store
from tests.support.transfers import (
    CUP_NORTH,
    arrived,
    cancel,
    check_transfers,
    given_draft,
    given_ends,
    given_in,
    given_shipped,
    receive,
    ship,
    transfer_in,
)


async def test_a_cancelled_draft_leaves_no_trace_in_the_stock(store: Store) -> None:
    """Nothing was promised, so nothing is taken back; not even an archived location is in the way."""
    await given_ends(store)
    draft = await given_draft(store, ("TEA-1", 2))
    await store.shop.archive_location("NORTH", is_archived=True, request=request_info())
    levels = (await store.contents()).levels
    outcome = await cancel(store, draft.id)
    assert outcome.movements == ()
    assert transfer_in(outcome).state is TransferState.CANCELLED
    assert transfer_in(outcome).lines == draft.lines
    assert (await check_transfers(store)).levels == levels


@pytest.mark.complaint("P8")
async def test_what_is_on_its_way_goes_back_to_the_source(store: Store) -> None:
    """It is incoming no more and on hand again, available as before."""
    # given
    await given_ends(store, tea=10, cups=4)
    before = {key: await store.level(key) for key in (TEA, CUP)}
    transfer = await given_shipped(store, ("TEA-1", 10), ("CUP-1", 3))
    # when
    outcome = await cancel(store, transfer.id)
    # then
    assert [(line.after.key, line.change, line.reason, line.reference) for line in outcome.movements] == [
        (TEA_NORTH, LevelChange(incoming=-10), MovementReason.TRANSFER, "TO-1"),
        (TEA, LevelChange(on_hand=+10), MovementReason.TRANSFER, "TO-1"),
        (CUP_NORTH, LevelChange(incoming=-3), MovementReason.TRANSFER, "TO-1"),
        (CUP, LevelChange(on_hand=+3), MovementReason.TRANSFER, "TO-1"),
    ]
    cancelled = transfer_in(outcome)
    assert (cancelled.state, cancelled.version) == (TransferState.CANCELLED, 3)
    assert [(line.shipped, line.returned, line.outstanding) for line in cancelled.lines] == [(10, 10, 0), (3, 3, 0)]
    for key, level in before.items():
        now = await store.level(key)
        assert now is not None is not level
        assert (now.on_hand, now.available) == (level.on_hand, level.available)
    await check_transfers(store)


async def test_what_has_arrived_stays_where_it_is(store: Store) -> None:
    """Only what is still outstanding goes back; a line that is through has no movement."""
    await given_ends(store, tea=10, cups=4)
    transfer = await given_shipped(store, ("TEA-1", 10), ("CUP-1", 3))
    await receive(
        store,
        transfer.id,
        arrived("TEA-1", 4, damaged=1),
        arrived("CUP-1", 5, over_reason=MovementReason.FOUND),
    )
    outcome = await cancel(store, transfer.id)
    assert [(line.after.key, line.change) for line in outcome.movements] == [
        (TEA_NORTH, LevelChange(incoming=-6)),
        (TEA, LevelChange(on_hand=+6)),
    ]
    assert transfer_in(outcome).lines == (
        TransferLine(sku="TEA-1", quantity=10, shipped=10, received=4, returned=6),
        TransferLine(sku="CUP-1", quantity=3, shipped=3, received=3, over=2),
    )
    contents = await check_transfers(store)
    assert {level.key: level.on_hand for level in contents.levels} == {TEA: 6, TEA_NORTH: 4, CUP: 1, CUP_NORTH: 5}


async def test_units_that_were_never_shipped_do_not_come_back(store: Store) -> None:
    """They never left."""
    await given_ends(store, tea=10)
    draft = await given_draft(store, ("TEA-1", 10), ("CUP-1", 1))
    await ship(store, draft.id, ("TEA-1", 4))
    outcome = await cancel(store, draft.id)
    assert [(line.returned, line.outstanding) for line in transfer_in(outcome).lines] == [(4, 0), (0, 0)]
    assert [level.on_hand for level in (await check_transfers(store)).levels] == [4, 10, 0]


@pytest.mark.parametrize("state", [TransferState.RECEIVED, TransferState.CANCELLED])
async def test_an_ended_transfer_is_not_cancelled(store: Store, state: TransferState) -> None:
    """There is nothing left of it to give up."""
    await given_ends(store)
    transfer = await given_in(store, state)
    assert await refused(store, cancel(store, transfer.id)) == [
        WrongState(kind="TRANSFER", id=transfer.id, state=state.value, reference=transfer.reference)
    ]


async def test_archived_ends_and_items_take_back_what_was_sent(store: Store) -> None:
    """No unit is stuck on a van."""
    await given_ends(store)
    transfer = await given_shipped(store, ("TEA-1", 2), ("CUP-1", 1))
    for code in ("MAIN", "NORTH"):
        await store.shop.archive_location(code, is_archived=True, request=request_info())
    await store.shop.archive_item("CUP-1", is_archived=True, request=request_info())
    await cancel(store, transfer.id)
    await check_transfers(store)


async def test_a_source_that_has_no_room_takes_nothing_back(store: Store) -> None:
    """A level holds no more than 2,147,483,647 units, wherever they come from."""
    await given_ends(store, tea=2)
    transfer = await given_shipped(store, ("TEA-1", 2))
    await adjust(store, TEA, MAX_QUANTITY - 1)
    assert await refused(store, cancel(store, transfer.id)) == [
        QuantityOutOfRange(quantity=MAX_QUANTITY + 1, minimum=0, field=("id",))
    ]
    await check_transfers(store)


async def test_a_repeated_cancellation_goes_back_once(store: Store) -> None:
    """The same key returns the first result; for another transfer it is refused."""
    await given_ends(store)
    transfer, other = await given_shipped(store, ("TEA-1", 2)), await given_draft(store, ("TEA-1", 1))
    first = await cancel(store, transfer.id, key="k")
    before = await store.contents()
    again = await cancel(store, transfer.id, key="k")
    assert (again.replayed, again.operation, again.movements) == (True, first.operation, first.movements)
    assert await store.contents() == before
    assert await refused(store, cancel(store, other.id, key="k")) == [IdempotencyKeyReused(key="k")]
