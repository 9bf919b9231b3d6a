"""What a drawn command is about: picks become ids, steps become moments, and what a service would read is read.

A pick says where to look and which of those to take: "open-3", "any-0", "new-1" for one that the same burst creates.
"""

from collections.abc import Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace

from msgspec import structs

from app.domain.alerts.alert import Alert
from app.domain.alerts.commands.change_alert import AcknowledgeAlert, SnoozeAlert, WakeAlert
from app.domain.catalog.barcode import Barcode
from app.domain.command import Command
from app.domain.counting.commands.cancel_count import CancelCount
from app.domain.counting.commands.open_count import OpenCount
from app.domain.counting.commands.post_count import UNDER_WAY, PostCount, PostCountChunk, PostingChunk
from app.domain.counting.commands.record_count import RecordCount
from app.domain.counting.count import Count, CountState, UncountedRule
from app.domain.document import DocumentKind
from app.domain.purchasing.commands.cancel_purchase_order import CancelPurchaseOrder
from app.domain.purchasing.commands.confirm_purchase_order import ConfirmPurchaseOrder
from app.domain.purchasing.commands.create_purchase_order import CreatePurchaseOrder
from app.domain.purchasing.commands.receive_purchase_order import ReceivePurchaseOrder
from app.domain.purchasing.commands.reverse_purchase_receipt import ReversePurchaseReceipt
from app.domain.purchasing.commands.submit_purchase_order import SubmitPurchaseOrder
from app.domain.purchasing.commands.update_purchase_order import UpdatePurchaseOrder
from app.domain.purchasing.purchase_order import NOT_ENDED, PurchaseOrder
from app.domain.purchasing.purchase_receipt import PurchaseReceipt
from app.domain.reservations.commands.assign_backorders import AssignBackorders
from app.domain.reservations.commands.change_reservation import (
    ExtendReservation,
    FulfillReservation,
    ReleaseReservation,
)
from app.domain.reservations.commands.create_reservation import CreateReservation
from app.domain.reservations.commands.expire_reservation import ExpireReservation
from app.domain.reservations.commands.move_reservation import MoveReservation
from app.domain.reservations.commands.reverse_fulfillment import ReverseFulfillment
from app.domain.reservations.commands.update_reservation import UpdateReservation
from app.domain.reservations.reservation import OPEN, Reservation
from app.domain.stock.level import LevelKey
from app.domain.time import MICROSECONDS_PER_SECOND, Moment
from app.domain.transfers.commands.cancel_transfer import CancelTransfer
from app.domain.transfers.commands.create_transfer import CreateTransfer
from app.domain.transfers.commands.receive_transfer import ReceiveTransfer
from app.domain.transfers.commands.reverse_transfer_loss import ReverseTransferLoss
from app.domain.transfers.commands.ship_transfer import ShipTransfer
from app.domain.transfers.transfer import UNDER_WAY as TRANSFERS_UNDER_WAY
from app.domain.transfers.transfer import Transfer, TransferState
from app.services.stock.past_levels import PastLevels
from tests.property.counter_entries import looked_up_entry
from tests.property.document_commands import IT
from tests.property.policy_commands import looked_up_policies
from tests.property.purchase_commands import AS_IT_IS
from tests.support.store import Contents, Store

STEP_SECONDS = 2 * 3_600  # between two steps of the machine
BETWEEN_STEPS = 1_800 * MICROSECONDS_PER_SECOND  # before a step, when every clock had done with the one before

DAY_SECONDS = 24 * 3_600

ALERTS = (AcknowledgeAlert, SnoozeAlert, WakeAlert)
RESERVATIONS = (
    ExtendReservation,
    ReleaseReservation,
    FulfillReservation,
    ExpireReservation,
    UpdateReservation,
    MoveReservation,
    ReverseFulfillment,
)
TRANSFERS = (ShipTransfer, ReceiveTransfer, CancelTransfer, ReverseTransferLoss)
COUNTER_ENTRIES = (ReverseFulfillment, ReverseTransferLoss, ReversePurchaseReceipt)
COUNTS = (RecordCount, PostCount, PostCountChunk, CancelCount)
ORDERS = (
    UpdatePurchaseOrder,
    SubmitPurchaseOrder,
    ConfirmPurchaseOrder,
    ReceivePurchaseOrder,
    CancelPurchaseOrder,
    ReversePurchaseReceipt,
)
CREATORS = {
    DocumentKind.RESERVATION: CreateReservation,
    DocumentKind.TRANSFER: CreateTransfer,
    DocumentKind.COUNT: OpenCount,
    DocumentKind.PURCHASE_ORDER: CreatePurchaseOrder,
}


def kind_of(command: Command) -> DocumentKind | None:
    """Return the kind of document that a command does something with, if it does."""
    if isinstance(command, (*RESERVATIONS, AssignBackorders)):
        return DocumentKind.RESERVATION
    if isinstance(command, TRANSFERS):
        return DocumentKind.TRANSFER
    if isinstance(command, ALERTS):
        return DocumentKind.ALERT
    if isinstance(command, ORDERS):
        return DocumentKind.PURCHASE_ORDER
    return DocumentKind.COUNT if isinstance(command, COUNTS) else None


def ids_of(command: Command) -> tuple[str, ...]:
    """Return the ids of the documents that a command does something with."""
    if isinstance(command, (*RESERVATIONS, *ALERTS)):
        return (command.id,)
    if isinstance(command, TRANSFERS):
        return (command.transfer_id,)
    if isinstance(command, COUNTS):
        return (command.count_id,)
    if isinstance(command, ORDERS):
        return (command.order_id,)
    return command.reservations if isinstance(command, AssignBackorders) else ()


@dataclass(frozen=True)
class Aim:
    """What there is to pick from: what a store holds, and the commands that come together."""

    contents: Contents
    commands: Sequence[Command]
    now: Moment
    it: str = "none-0"

    def aimed(self, command: Command) -> Command:
        """Return the command with ids and moments for its picks."""
        said = command.info.occurred_at
        if said is not None:
            moment = Moment(self.now - said * STEP_SECONDS * MICROSECONDS_PER_SECOND - BETWEEN_STEPS)
            assert isinstance(command, RecordCount)
            command = replace(command, info=structs.replace(command.info, occurred_at=moment))
        if isinstance(command, (*COUNTER_ENTRIES, *ALERTS)):
            return self._counter_entry(command) if isinstance(command, COUNTER_ENTRIES) else self._noted(command)
        if isinstance(command, RESERVATIONS):
            return replace(command, id=self._id(DocumentKind.RESERVATION, command.id))
        if isinstance(command, TRANSFERS):
            return replace(command, transfer_id=self._id(DocumentKind.TRANSFER, command.transfer_id))
        if isinstance(command, COUNTS):
            return replace(command, count_id=self._id(DocumentKind.COUNT, command.count_id))
        if isinstance(command, ORDERS):
            return replace(command, order_id=self._id(DocumentKind.PURCHASE_ORDER, command.order_id))
        return self._assignment(command) if isinstance(command, AssignBackorders) else command

    def _counter_entry(self, command: ReverseFulfillment | ReverseTransferLoss | ReversePurchaseReceipt) -> Command:
        """Aim at a document of which something may be taken back, if there is one."""
        match command:
            case ReverseFulfillment():
                sent = [each.id for each in self._of_reservations() if any(hold.fulfilled for hold in each.holds)]
                return replace(command, id=self._one(DocumentKind.RESERVATION, sent, command.id))
            case ReverseTransferLoss():
                transfers = [each for each in self.contents.documents if isinstance(each, Transfer)]
                lost = [each.id for each in transfers if any(line.lost for line in each.lines)]
                return replace(command, transfer_id=self._one(DocumentKind.TRANSFER, lost, command.transfer_id))
        receipts = [each for each in self.contents.documents if isinstance(each, PurchaseReceipt)]
        orders = [each.order for each in receipts]
        return replace(command, order_id=self._one(DocumentKind.PURCHASE_ORDER, orders, command.order_id))

    def _one(self, kind: DocumentKind, ids: Sequence[str], pick: str) -> str:
        """Return one of these ids; the document that it is about stays that."""
        if pick == IT or not ids:
            return self._id(kind, pick)
        return sorted({*ids})[_number(pick) % len({*ids})]

    def _noted(self, command: AcknowledgeAlert | SnoozeAlert | WakeAlert) -> Command:
        """Aim at an alert. A nap ends between two steps, when every clock says the same of it."""
        command = replace(command, id=self._id(DocumentKind.ALERT, command.id))
        if not isinstance(command, SnoozeAlert) or command.until is None:
            return command
        asleep = command.until * DAY_SECONDS * MICROSECONDS_PER_SECOND
        return replace(command, until=Moment(self.now + asleep - BETWEEN_STEPS))

    def _assignment(self, command: AssignBackorders) -> AssignBackorders:
        """Aim at a level whose free units are waited for, there or anywhere, if there is one."""
        waiting = {hold.key for each in self._of_reservations() for hold in each.holds if hold.waiting}
        skus = {key.sku for key in waiting}
        keys = [level.key for level in self.contents.levels if level.key.sku in skus and level.free]
        number = sum(map(_number, command.reservations))
        key = keys[number % len(keys)] if keys else command.key
        return replace(
            command,
            key=key,
            reservations=tuple(self._waiting(pick, key) for pick in command.reservations),
            homes=tuple(sorted(code for sku, code in waiting if sku == key.sku)),
        )

    def _of_reservations(self) -> list[Reservation]:
        return [document for document in self.contents.documents if isinstance(document, Reservation)]

    def _waiting(self, pick: str, key: LevelKey) -> str:
        found = sorted(
            each.id
            for each in self._of_reservations()
            if any(hold.waiting and hold.sku == key.sku for hold in each.holds)
        )
        if pick.startswith("waiting"):
            return found[_number(pick) % len(found)] if found else pick
        return self._id(DocumentKind.RESERVATION, pick)

    def _id(self, kind: DocumentKind, pick: str) -> str:
        pick = self.it if pick == IT else pick
        documents = sorted((each for each in self.contents.documents if each.kind is kind), key=lambda each: each.id)
        every, is_open = [each.id for each in documents], [each.id for each in documents if _is_open(each)]
        new = [each.info.operation_id for each in self.commands if isinstance(each, CREATORS.get(kind, ()))]
        choices = {"any": every, "open": is_open or every, "new": new or is_open, "none": []}
        ids = choices[pick.partition("-")[0]]
        return ids[_number(pick) % len(ids)] if ids else pick


def _number(pick: str) -> int:
    return int(pick.partition("-")[2] or 0)


def _is_open(document: object) -> bool:
    match document:
        case Reservation():
            return document.state in OPEN
        case Transfer():
            return document.state in TRANSFERS_UNDER_WAY or document.state is TransferState.DRAFT
        case Count():
            return document.state in UNDER_WAY
        case Alert():
            return document.is_open
        case PurchaseOrder():
            return document.state in NOT_ENDED
    return False


async def looked_up(command: Command, store: Store) -> Command:
    """Return a command with what its service would have read for it from this store, where that reads anything."""
    command = await looked_up_entry(await looked_up_policies(command, store), store)
    if isinstance(command, UpdatePurchaseOrder | SubmitPurchaseOrder | ReceivePurchaseOrder):
        return await _ordering(command, store)
    if not isinstance(command, RecordCount | PostCount | PostCountChunk):
        return command
    count = (await store.documents.documents(Count, [command.count_id])).get(command.count_id)
    if count is None:
        return command
    if isinstance(command, RecordCount):
        return await _recording(command, count, store)
    rule = command.rule if isinstance(command, PostCount) else UncountedRule.IGNORE
    chunk = await _chunk(count, count.rule or rule, store)
    if isinstance(command, PostCountChunk):
        return replace(command, location=count.location, chunk=chunk)
    return replace(command, location=count.location, chunk=chunk, uncounted=await store.counts.uncounted(count) or 0)


async def _ordering(command: UpdatePurchaseOrder | SubmitPurchaseOrder | ReceivePurchaseOrder, store: Store) -> Command:
    order = (await store.documents.documents(PurchaseOrder, [command.order_id])).get(command.order_id)
    if isinstance(command, SubmitPurchaseOrder):
        return _seen(command, order)
    if isinstance(command, ReceivePurchaseOrder):
        return replace(command, seen=order)
    return command if order is None else replace(command, supplier=order.supplier, location=order.location)


def _seen(command: SubmitPurchaseOrder, order: PurchaseOrder | None) -> SubmitPurchaseOrder:
    version = command.expected_version or (AS_IT_IS if order is None else order.version)
    return replace(command, seen=order, expected_version=version)


async def _recording(command: RecordCount, count: Count, store: Store) -> RecordCount:
    barcodes = [line.barcode for line in command.lines if line.barcode is not None]
    found = await store.documents.documents(Barcode, barcodes)
    skus: Mapping[str, str] = {each.id: each.sku for each in found.values() if each.sku is not None}
    command = replace(command, location=count.location, skus=skus)
    if command.info.occurred_at is None:
        return command
    past = PastLevels(levels=store.levels, ledger=store.ledger)
    return replace(command, past=await past.at(command.info.occurred_at, command.read_set().levels))


async def _chunk(count: Count, rule: UncountedRule, store: Store) -> PostingChunk:
    if count.state not in {CountState.OPEN, CountState.POSTING}:
        return PostingChunk(is_last=True)
    async with aclosing(store.count_chunks.remaining(count, rule)) as remaining:
        return (await store.count_chunks.fresh(count, await anext(remaining))).chunk
