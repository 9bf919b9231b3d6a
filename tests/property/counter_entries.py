"""What the services would read for a counter-entry: which operation of a document it takes back, and what that did."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from app.domain.command import Command
from app.domain.purchasing.commands.reverse_purchase_receipt import ReversePurchaseReceipt
from app.domain.purchasing.purchase_order import PurchaseOrder
from app.domain.purchasing.purchase_receipt import PurchaseReceipt
from app.domain.reservations.commands.reverse_fulfillment import ReverseFulfillment
from app.domain.reservations.reservation import Reservation
from app.domain.stock.movement import Movement, MovementReason
from app.domain.transfers.commands.reverse_transfer_loss import ReverseTransferLoss
from app.domain.transfers.transfer import Transfer
from tests.support.store import Store


async def looked_up_entry(command: Command, store: Store) -> Command:
    """Return a counter-entry against one of the operations that it may name, with what the ledger tells of that."""
    match command:
        case ReverseFulfillment():
            lines = await _done(store, Reservation, command.id, command.operation_id, _went_out)
            shipped = tuple((line.after.key, -line.change.on_hand) for line in lines)
            return replace(command, operation_id=_of(lines, command.operation_id), shipped=shipped)
        case ReverseTransferLoss():
            lines = await _done(store, Transfer, command.transfer_id, command.operation_id, _was_lost)
            reasons = {line.after.key.sku: line.reason for line in lines}
            return replace(command, operation_id=_of(lines, command.operation_id), reasons=reasons)
        case ReversePurchaseReceipt():
            return await _of_order(command, store)
    return command


async def _of_order(command: ReversePurchaseReceipt, store: Store) -> ReversePurchaseReceipt:
    documents = (await store.contents()).documents
    receipts = sorted(
        each.id for each in documents if isinstance(each, PurchaseReceipt) and each.order == command.order_id
    )
    receipt = receipts[int(command.receipt_id) % len(receipts)] if receipts else command.receipt_id
    seen = (await store.documents.documents(PurchaseOrder, [command.order_id])).get(command.order_id)
    return replace(command, receipt_id=receipt, seen=seen)


async def _done(
    store: Store,
    kind: type[Reservation | Transfer],
    identity: str,
    pick: str,
    did: Callable[[Movement], bool],
) -> Sequence[Movement]:
    """Return the movements by which one of the operations on a document did something; none where none did."""
    lines = [line for line in (await store.contents()).movements if did(line)]
    operations = await store.ledger.operations(sorted({line.operation_id for line in lines}))
    of_it = sorted(
        operation.id
        for operation in operations.values()
        if any(isinstance(each, kind) and each.id == identity for each in operation.documents)
    )
    if not of_it:
        return ()
    chosen = of_it[int(pick) % len(of_it)]
    return sorted((line for line in lines if line.operation_id == chosen), key=lambda line: line.after.key)


def _of(lines: Sequence[Movement], pick: str) -> str:
    return lines[0].operation_id if lines else pick


def _went_out(line: Movement) -> bool:
    return line.reason is MovementReason.SALE and line.change.reserved < 0


def _was_lost(line: Movement) -> bool:
    return line.reason is MovementReason.LOST and line.change.incoming < 0
