"""transferShip: units leave the source and are on their way, the same over every store."""

import asyncio

import pytest

from app.domain.errors import (
    Archived,
    DuplicateLine,
    ExceedsOutstanding,
    IdempotencyKeyReused,
    InsufficientStock,
    InvalidValue,
    InventoryError,
    QuantityOutOfRange,
    TooManyLines,
    UnknownDocument,
    WrongState,
)
from app.domain.limits import MAX_QUANTITY
from app.domain.stock.level import LevelKey
from app.domain.stock.level_change import LevelChange, UnavailableReason
from app.domain.stock.movement import MovementReason
from app.domain.transfers.transfer import TransferState
from tests.support.scene import CUP, TEA, TEA_NORTH, adjust, given_item, given_level, line, refused, request_info
from tests.support.store import Store
from tests.support.transfers import (
    CUP_NORTH,
    NO_ID,
    cancel,
    check_transfers,
    create,
    given_draft,
    given_ends,
    given_in,
    given_shipped,
    receive,
    ship,
    transfer_in,
    transfers_in,
    units,
)


async def test_what_is_shipped_leaves_the_source_and_is_incoming_at_the_destination(store: Store) -> None:
    """Two movements per line: on hand at the one end, incoming at the other; the reason is TRANSFER."""
    # given
    await given_ends(store, tea=10, cups=4)
    draft = await given_draft(store, ("TEA-1", 10), ("CUP-1", 3))
    # when
    outcome = await ship(store, draft.id)
    # then
    assert [(line.after.key, line.change, line.reason) for line in outcome.movements] == [
        (TEA, LevelChange(on_hand=-10), MovementReason.TRANSFER),
        (TEA_NORTH, LevelChange(incoming=+10), MovementReason.TRANSFER),
        (CUP, LevelChange(on_hand=-3), MovementReason.TRANSFER),
        (CUP_NORTH, LevelChange(incoming=+3), MovementReason.TRANSFER),
    ]
    shipped = transfer_in(outcome)
    assert shipped.state is TransferState.IN_TRANSIT
    assert [(line.shipped, line.outstanding) for line in shipped.lines] == [(10, 10), (3, 3)]
    assert (shipped.version, shipped.created_at) == (2, draft.created_at)
    assert shipped.changed_at > draft.changed_at
    contents = await check_transfers(store)
    counts = {level.key: (level.on_hand, level.incoming, level.available) for level in contents.levels}
    assert counts == {TEA: (0, 0, 0), CUP: (1, 0, 1), TEA_NORTH: (0, 10, 0), CUP_NORTH: (0, 3, 0)}
    assert transfers_in(contents) == {shipped}


async def test_only_what_really_left_is_shipped(store: Store) -> None:
    """Fewer units of one line, none of another: the rest stays at the source and is not outstanding."""
    await given_ends(store, tea=10, cups=4)
    draft = await given_draft(store, ("TEA-1", 10), ("CUP-1", 3))
    outcome = await ship(store, draft.id, ("TEA-1", 4))
    assert [(line.quantity, line.shipped) for line in transfer_in(outcome).lines] == [(10, 4), (3, 0)]
    assert [line.after.key for line in outcome.movements] == [TEA, TEA_NORTH]
    assert await store.level(CUP_NORTH) is None
    assert [level.on_hand for level in (await check_transfers(store)).levels] == [4, 6, 0]


async def test_a_line_of_no_units_is_as_good_as_none(store: Store) -> None:
    """A scanner may send every line; an item that stays may even be archived."""
    await given_ends(store)
    draft = await given_draft(store, ("TEA-1", 10), ("CUP-1", 3))
    await store.shop.archive_item("CUP-1", is_archived=True, request=request_info())
    outcome = await ship(store, draft.id, ("CUP-1", 0), ("TEA-1", 1))
    assert [(line.after.key, line.change.on_hand, line.change.incoming) for line in outcome.movements] == [
        (TEA, -1, 0),
        (TEA_NORTH, 0, +1),
    ]
    await check_transfers(store)


async def test_movements_go_under_the_reference_of_their_transfer(store: Store) -> None:
    """The whole transfer is found by it in the ledger, unless a step is given a reference of its own."""
    await given_ends(store)
    one, other = [transfer_in(await create(store, ("TEA-1", 1), reference="TO-7")) for _ in range(2)]
    inherited = await ship(store, one.id)
    own = await store.transfers.ship(other.id, lines=None, request=request_info(reference="DN-1"))
    assert {line.reference for line in inherited.movements} == {inherited.operation.info.reference} == {"TO-7"}
    assert {line.reference for line in own.movements} == {"DN-1"}
    assert transfer_in(own).reference == "TO-7"


async def test_every_shortage_is_told_and_nothing_leaves(store: Store) -> None:
    """Reserved and unavailable units do not travel; with or without lines."""
    # given
    await given_ends(store, tea=10, cups=4)
    await store.stock.reclassify(
        TEA, quantity=3, source=None, target=UnavailableReason.QUALITY_CONTROL, request=request_info()
    )
    draft = await given_draft(store, ("CUP-1", 5), ("TEA-1", 8))
    # then
    tea = {"sku": "TEA-1", "location": "MAIN", "requested": 8, "available": 7}
    cup = {"sku": "CUP-1", "location": "MAIN", "requested": 5, "available": 4}
    assert await refused(store, ship(store, draft.id)) == [
        InsufficientStock(**cup, field=("id",)),
        InsufficientStock(**tea, field=("id",)),
    ]
    assert await refused(store, ship(store, draft.id, ("TEA-1", 8), ("CUP-1", 5))) == [
        InsufficientStock(**tea, field=("lines", "0", "quantity")),
        InsufficientStock(**cup, field=("lines", "1", "quantity")),
    ]
    await ship(store, draft.id, ("TEA-1", 7), ("CUP-1", 4))
    await check_transfers(store)


async def test_a_backorder_lets_nothing_leave(store: Store) -> None:
    """A location that may sell more than it has still ships only what it has."""
    await given_ends(store, tea=1)
    await store.stock.configure(TEA, backorder_limit=5, request=request_info())
    draft = await given_draft(store, ("TEA-1", 2))
    assert await refused(store, ship(store, draft.id)) == [
        InsufficientStock(sku="TEA-1", location="MAIN", requested=2, available=1, field=("id",))
    ]


async def test_more_than_was_asked_for_does_not_leave(store: Store) -> None:
    """Beside a shortage both are told; who wants to send more writes another transfer."""
    await given_ends(store, tea=10, cups=4)
    draft = await given_draft(store, ("TEA-1", 2), ("CUP-1", 3))
    assert await refused(store, ship(store, draft.id, ("CUP-1", 4), ("TEA-1", 11))) == [
        ExceedsOutstanding(sku="CUP-1", requested=4, outstanding=3, field=("lines", "0", "quantity")),
        ExceedsOutstanding(sku="TEA-1", requested=11, outstanding=2, field=("lines", "1", "quantity")),
        InsufficientStock(sku="TEA-1", location="MAIN", requested=11, available=10, field=("lines", "1", "quantity")),
    ]


@pytest.mark.parametrize(
    ("lines", "faults"),
    [
        (
            (("MUG-1", 1), ("TEA-1", 1)),
            [
                InvalidValue(
                    what="The SKU 'MUG-1'",
                    rule="must be that of a line of the transfer",
                    field=("lines", "0", "sku"),
                )
            ],
        ),
        (
            (("TEA-1", 1), ("TEA-1", 1)),
            [DuplicateLine(sku="TEA-1", location="MAIN", first_line=0, field=("lines", "1"))],
        ),
        ((("TEA-1", -1),), [QuantityOutOfRange(quantity=-1, minimum=0, field=("lines", "0", "quantity"))]),
        ((("TEA-1", 2**31),), [QuantityOutOfRange(quantity=2**31, minimum=0, field=("lines", "0", "quantity"))]),
        ((("TEA-1", 0),), [InvalidValue(what="A shipment", rule="must have at least one unit", field=("lines",))]),
    ],
)
async def test_a_bad_line_refuses_the_shipment(
    store: Store, lines: tuple[tuple[str, int], ...], faults: list[InventoryError]
) -> None:
    """Each fault names its line."""
    await given_ends(store)
    draft = await given_draft(store, ("TEA-1", 2))
    assert await refused(store, ship(store, draft.id, *lines)) == faults


@pytest.mark.parametrize("count", [0, 1_001])
async def test_a_shipment_has_one_to_a_thousand_lines(store: Store, count: int) -> None:
    """Where it names lines at all."""
    await given_ends(store)
    draft = await given_draft(store, ("TEA-1", 2))
    lines = units(*((f"S-{number}", 1) for number in range(count)))
    request = store.transfers.ship(draft.id, lines=lines, request=request_info())
    assert await refused(store, request) == [TooManyLines(count=count, maximum=1_000)]


@pytest.mark.parametrize("identity", [NO_ID, "", "TO-1", "\u2603" * 300])
async def test_an_unknown_transfer_is_refused(store: Store, identity: str) -> None:
    """Whatever is asked of it."""
    await given_ends(store)
    await given_draft(store, ("TEA-1", 2))
    for request in (ship(store, identity), receive(store, identity), cancel(store, identity)):
        assert await refused(store, request) == [UnknownDocument(kind="TRANSFER", id=identity)]


@pytest.mark.parametrize("state", [state for state in TransferState if state is not TransferState.DRAFT])
async def test_only_a_draft_is_shipped(store: Store, state: TransferState) -> None:
    """A transfer leaves once; what was left behind needs another one."""
    await given_ends(store)
    transfer = await given_in(store, state)
    error = WrongState(kind="TRANSFER", id=transfer.id, state=state.value, reference=transfer.reference)
    assert await refused(store, ship(store, transfer.id)) == [error]
    assert await refused(store, ship(store, transfer.id, ("TEA-1", 1))) == [error]


async def test_nothing_is_sent_to_what_is_archived(store: Store) -> None:
    """A location belongs to the transfer, an item to its line; the source may be archived: so it is emptied."""
    # given
    await given_ends(store)
    draft = await given_draft(store, ("TEA-1", 2), ("CUP-1", 2))
    await store.shop.archive_location("NORTH", is_archived=True, request=request_info())
    north = Archived(kind="location", name="NORTH", field=("id",))
    # then
    assert await refused(store, ship(store, draft.id, ("TEA-1", 1), ("CUP-1", 1))) == [north]
    await store.shop.archive_location("NORTH", is_archived=False, request=request_info())
    await store.shop.archive_item("CUP-1", is_archived=True, request=request_info())
    cup = {"kind": "item", "name": "CUP-1"}
    assert await refused(store, ship(store, draft.id, ("TEA-1", 1), ("CUP-1", 1))) == [
        Archived(**cup, field=("lines", "1", "sku"))
    ]
    assert await refused(store, ship(store, draft.id)) == [Archived(**cup, field=("id",))]
    await store.shop.archive_item("CUP-1", is_archived=False, request=request_info())
    await store.shop.archive_location("MAIN", is_archived=True, request=request_info())
    await ship(store, draft.id)
    await check_transfers(store)


async def test_more_than_a_level_can_hold_is_not_sent(store: Store) -> None:
    """No more than 2,147,483,647 units are incoming."""
    await given_level(store, TEA, on_hand=MAX_QUANTITY)
    await given_ends(store, tea=0)
    await given_shipped(store, ("TEA-1", MAX_QUANTITY))
    await adjust(store, TEA, +1)
    draft = await given_draft(store, ("TEA-1", 1))
    assert await refused(store, ship(store, draft.id)) == [
        QuantityOutOfRange(quantity=MAX_QUANTITY + 1, minimum=0, field=("id",))
    ]
    await check_transfers(store)


async def test_a_repeated_shipment_leaves_once(store: Store) -> None:
    """The same key returns the transfer as it was then, even after it has moved on."""
    # given
    await given_ends(store)
    draft = await given_draft(store, ("TEA-1", 2))
    first = await ship(store, draft.id, ("TEA-1", 2), key="k")
    await receive(store, draft.id)
    before = await store.contents()
    # when
    again = await ship(store, draft.id, ("TEA-1", 2), key="k")
    # then
    assert (again.replayed, again.operation, again.movements) == (True, first.operation, first.movements)
    assert transfer_in(again).state is TransferState.IN_TRANSIT
    assert await store.contents() == before
    for other in (ship(store, draft.id, key="k"), ship(store, draft.id, ("TEA-1", 1), key="k")):
        assert await refused(store, other) == [IdempotencyKeyReused(key="k")]


async def test_a_thousand_lines_are_shipped_and_received_at_once(store: Store) -> None:
    """Two thousand levels change in one operation, and a thousand in the next."""
    # given
    keys = [LevelKey(f"S-{number:03}", "MAIN") for number in range(1_000)]
    await asyncio.gather(*(given_item(store, key.sku) for key in keys))
    await given_ends(store)
    await store.stock.adjust_many([line(key, 2) for key in keys], is_atomic=True, request=request_info())
    draft = await given_draft(store, *((key.sku, 2) for key in keys))
    # when
    shipped = await ship(store, draft.id)
    received = await receive(store, draft.id)
    # then
    assert (len(shipped.movements), len(received.movements)) == (2_000, 1_000)
    contents = await check_transfers(store)
    assert {(level.key.location, level.on_hand) for level in contents.levels if level.key.sku.startswith("S-")} == {
        ("MAIN", 0),
        ("NORTH", 2),
    }
