"""Use cases of transfers between locations."""

from collections.abc import Callable, Sequence

from msgspec import structs

from app.domain.command import Command
from app.domain.excerpt import Extent
from app.domain.operation import CommandInfo
from app.domain.outcome import Outcome
from app.domain.stock.commands.receipt import Arrival
from app.domain.stock.level import LevelKey
from app.domain.stock.movement import MovementReason
from app.domain.transfers.commands.cancel_transfer import CancelTransfer
from app.domain.transfers.commands.create_transfer import CreateTransfer, TransferUnits
from app.domain.transfers.commands.receive_transfer import ReceiveTransfer
from app.domain.transfers.commands.reverse_transfer_loss import ReverseTransferLoss
from app.domain.transfers.commands.ship_transfer import ShipTransfer
from app.domain.transfers.transfer import UNDER_WAY, Transfer, TransferState
from app.services.command_bus import CommandBus
from app.services.paging import Page, page_request
from app.services.ports import DocumentReader, LedgerReader
from app.services.recorded_operation import recorded
from app.services.request_info import RequestInfo
from app.services.transfers.filters import TransferFilter


class Transfers:
    """Changes and reads transfers. Every change raises Refused, Overloaded or Unavailable.

    A change without a reference of its own gets that of its transfer, so that all movements of the transfer are found
    by it.
    """

    def __init__(self, *, bus: CommandBus, documents: DocumentReader, ledger: LedgerReader) -> None:
        self._bus = bus
        self._ledger = ledger
        self._documents = documents

    async def create(
        self, source: str, destination: str, lines: Sequence[TransferUnits], *, request: RequestInfo
    ) -> Outcome:
        """Create a draft. No stock moves."""
        return await self._bus.run(
            "transferCreate",
            request,
            lambda info: CreateTransfer(info=info, source=source, destination=destination, lines=tuple(lines)),
        )

    async def ship(self, identity: str, *, lines: Sequence[TransferUnits] | None, request: RequestInfo) -> Outcome:
        """Ship a draft: these lines, or without any everything that it asks for."""

        def build(info: CommandInfo) -> ShipTransfer:
            return ShipTransfer(info=info, transfer_id=identity, lines=None if lines is None else tuple(lines))

        return await self._change("transferShip", identity, request, build)

    async def receive(
        self,
        identity: str,
        *,
        lines: Sequence[Arrival] | None,
        is_complete: bool,
        short_reason: MovementReason | None,
        request: RequestInfo,
    ) -> Outcome:
        """Receive these lines, or without any everything that is outstanding."""

        def build(info: CommandInfo) -> ReceiveTransfer:
            return ReceiveTransfer(
                info=info,
                transfer_id=identity,
                lines=None if lines is None else tuple(lines),
                is_complete=is_complete,
                short_reason=short_reason,
            )

        return await self._change("transferReceive", identity, request, build)

    async def reverse_loss(
        self, identity: str, operation: str, *, lines: Sequence[TransferUnits] | None, request: RequestInfo
    ) -> Outcome:
        """Reverse the loss that an operation recorded: these units, or without any everything that is still lost."""
        found, movements = await recorded(self._ledger, operation, kind="transferReceive")
        is_of_it = found is not None and found.has_changed(Transfer, identity)
        given_up = [line for line in movements if is_of_it and line.change.incoming < 0 and not line.change.on_hand]

        def build(info: CommandInfo) -> ReverseTransferLoss:
            return ReverseTransferLoss(
                info=structs.replace(info, reverses=operation if given_up else None),
                transfer_id=identity,
                operation_id=operation,
                lines=None if lines is None else tuple(lines),
                reasons={line.after.key.sku: line.reason for line in given_up},
            )

        return await self._change("transferLossReverse", identity, request, build)

    async def cancel(self, identity: str, *, request: RequestInfo) -> Outcome:
        """Send back what is outstanding, and end the transfer."""
        return await self._change(
            "transferCancel", identity, request, lambda info: CancelTransfer(info=info, transfer_id=identity)
        )

    async def transfers(
        self, where: TransferFilter, *, first: int, after: str | None, extent: Extent | None = None
    ) -> Page[Transfer]:
        """Return a page of transfers, the newest first. Raises BadArgument."""
        page = page_request(order="NEWEST", shape=(int, str), first=first, after=after)
        return await self._documents.page_of_documents(where, page=page, extent=extent)

    async def open_transfers(
        self, key: LevelKey, *, first: int, after: str | None, extent: Extent | None = None
    ) -> Page[Transfer]:
        """Return a page of the transfers that have not ended and bring a level units. Raises BadArgument."""
        return await self.transfers(_open_to(key), first=first, after=after, extent=extent)

    async def count_open_transfers(self, key: LevelKey) -> int:
        """Return how many these are."""
        return await self.count_transfers(_open_to(key))

    async def count_transfers(self, where: TransferFilter) -> int:
        """Return how many transfers match."""
        return await self._documents.count_documents(where)

    async def _change(
        self, kind: str, identity: str, request: RequestInfo, build: Callable[[CommandInfo], Command]
    ) -> Outcome:
        if request.reference is None:
            transfer = (await self._documents.documents(Transfer, [identity])).get(identity)
            request = request if transfer is None else structs.replace(request, reference=transfer.reference)
        return await self._bus.run(kind, request, build)


def _open_to(key: LevelKey) -> TransferFilter:
    return TransferFilter(sku=key.sku, destination=key.location, states=(TransferState.DRAFT, *sorted(UNDER_WAY)))
