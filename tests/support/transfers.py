"""Words for transfers, and the proof that nothing is lost on the way."""

from collections import Counter

from app.domain.outcome import Outcome
from app.domain.stock.commands.receipt import Arrival
from app.domain.stock.level import LevelKey
from app.domain.stock.movement import Movement, MovementReason
from app.domain.transfers.commands.create_transfer import TransferUnits
from app.domain.transfers.transfer import Transfer, TransferState
from tests.support.ledger import check_ledger
from tests.support.on_order import check_on_order
from tests.support.scene import given_level, given_location, request_info
from tests.support.store import Contents, Store

CUP_NORTH = LevelKey("CUP-1", "NORTH")
NO_ID = "0" * 32
OF_DOCUMENTS = {MovementReason.TRANSFER, MovementReason.PURCHASE}
OPEN_STATES = {TransferState.IN_TRANSIT, TransferState.PARTIALLY_RECEIVED}


def units(*lines: tuple[str, int]) -> list[TransferUnits]:
    """Return lines of (SKU, quantity)."""
    return [TransferUnits(sku=sku, quantity=quantity) for sku, quantity in lines]


def arrived(sku: str, quantity: int, *, damaged: int = 0, over_reason: MovementReason | None = None) -> Arrival:
    """Return one line of a receipt."""
    return Arrival(sku=sku, quantity=quantity, damaged=damaged, over_reason=over_reason)


def transfer_in(outcome: Outcome) -> Transfer:
    """Return the one transfer that an outcome tells of."""
    return outcome.operation.document(Transfer)


def transfers_in(contents: Contents) -> set[Transfer]:
    """Return the transfers among all that a store holds."""
    return {document for document in contents.documents if isinstance(document, Transfer)}


async def given_ends(store: Store, *, tea: int = 10, cups: int = 4) -> None:
    """Stock MAIN with TEA-1 and CUP-1, and open NORTH, which has neither."""
    await given_level(store, LevelKey("TEA-1", "MAIN"), on_hand=tea)
    await given_level(store, LevelKey("CUP-1", "MAIN"), on_hand=cups)
    await given_location(store, "NORTH")


async def create(
    store: Store,
    *lines: tuple[str, int],
    source: str = "MAIN",
    destination: str = "NORTH",
    key: str | None = None,
    reference: str | None = "TO-1",
) -> Outcome:
    """Write down a transfer."""
    return await store.transfers.create(
        source, destination, units(*lines), request=request_info(key, reference=reference)
    )


async def given_draft(store: Store, *lines: tuple[str, int]) -> Transfer:
    """Write down a transfer from MAIN to NORTH, and return it."""
    return transfer_in(await create(store, *lines))


async def given_shipped(store: Store, *lines: tuple[str, int]) -> Transfer:
    """Send off all of such a transfer, and return it."""
    draft = await given_draft(store, *lines)
    return transfer_in(await ship(store, draft.id))


async def given_in(store: Store, state: TransferState) -> Transfer:
    """Bring a transfer of two TEA-1 into a state, and return it."""
    match state:
        case TransferState.DRAFT:
            return await given_draft(store, ("TEA-1", 2))
        case TransferState.IN_TRANSIT:
            return await given_shipped(store, ("TEA-1", 2))
        case TransferState.PARTIALLY_RECEIVED:
            return transfer_in(await receive(store, (await given_shipped(store, ("TEA-1", 2))).id, arrived("TEA-1", 1)))
        case TransferState.RECEIVED:
            return transfer_in(await receive(store, (await given_shipped(store, ("TEA-1", 2))).id))
        case TransferState.CANCELLED:
            return transfer_in(await cancel(store, (await given_draft(store, ("TEA-1", 2))).id))


async def ship(store: Store, identity: str, *lines: tuple[str, int], key: str | None = None) -> Outcome:
    """Send off a draft: these lines, or without any all of it."""
    return await store.transfers.ship(identity, lines=units(*lines) or None, request=request_info(key))


async def receive(
    store: Store,
    identity: str,
    *lines: Arrival,
    is_complete: bool = False,
    short_reason: MovementReason | None = None,
    key: str | None = None,
) -> Outcome:
    """Take in these lines; without any nothing more if it is complete, and otherwise all that is outstanding."""
    return await store.transfers.receive(
        identity,
        lines=lines or (() if is_complete else None),
        is_complete=is_complete,
        short_reason=short_reason,
        request=request_info(key),
    )


async def cancel(store: Store, identity: str, *, key: str | None = None) -> Outcome:
    """Give up a transfer."""
    return await store.transfers.cancel(identity, request=request_info(key))


async def check_transfers(store: Store) -> Contents:
    """Prove that transfers and ledger tell the same, to the unit, and return what the store holds."""
    contents = await check_ledger(store)
    transfers = transfers_in(contents)
    check_on_order(contents)
    arrived_at, lost_at, left = Counter[LevelKey](), Counter[LevelKey](), Counter[LevelKey]()
    for transfer in transfers:
        check_lines(transfer)
        for line in transfer.lines:
            arrived_at[transfer.arriving(line.sku)] += line.received
            lost_at[transfer.arriving(line.sku)] += line.lost
            left[transfer.leaving(line.sku)] += line.shipped - line.returned
    for level in contents.levels:
        lines = [line for line in contents.movements if line.after.key == level.key]
        moved = [line for line in lines if line.reason is MovementReason.TRANSFER]
        given_up = [line for line in lines if line.reason not in OF_DOCUMENTS and not line.change.on_hand]
        assert added(moved, "on_hand") == arrived_at[level.key] - left[level.key], level
        assert added(given_up, "incoming") == -lost_at[level.key], level
    return contents


def check_lines(transfer: Transfer) -> None:
    """Prove that every unit of a transfer is accounted for, and that its state says so."""
    for line in transfer.lines:
        assert 0 <= line.shipped <= line.quantity, line
        assert line.shipped == line.received + line.lost + line.returned + line.outstanding, line
        assert min(line.received, line.lost, line.returned, line.outstanding, line.over) >= 0, line
        assert line.returned == 0 or transfer.state is TransferState.CANCELLED, line
    shipped, outstanding, arrived_units = (
        sum(getattr(line, name) for line in transfer.lines) for name in ("shipped", "outstanding", "received")
    )
    assert (outstanding > 0) is (transfer.state in OPEN_STATES), transfer
    assert (shipped == 0) is (transfer.state is TransferState.DRAFT) or transfer.state is TransferState.CANCELLED
    assert transfer.state is not TransferState.IN_TRANSIT or arrived_units == 0, transfer


def added(lines: list[Movement], name: str) -> int:
    """Return what movements add to one count."""
    return sum(getattr(line.change, name) for line in lines)
