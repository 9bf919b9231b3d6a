"""Cancel a transfer: its outstanding units go back to the source."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.domain.command import Decision, Line, ReadSet, View, required
from app.domain.errors import InventoryError, Refused
from app.domain.operation import CommandInfo
from app.domain.replenishment.commands.declining import Declining
from app.domain.replenishment.declined import DeclineReason
from app.domain.stock.commands.line_checks import stock_refusal
from app.domain.stock.level_change import LevelChange
from app.domain.stock.movement import MovementReason
from app.domain.time import Moment
from app.domain.transfers.commands.transfer_checks import no_longer_proposed
from app.domain.transfers.transfer import UNDER_WAY, Transfer, TransferLine, TransferState, transfer_key
from app.domain.validation import info_errors


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelTransfer:
    """A draft ends without a change of stock. Units of a shipped transfer that have arrived stay.

    The cancellation declines what the destination needs then.
    """

    info: CommandInfo
    transfer_id: str

    def content(self) -> object:
        return (self.transfer_id,)

    def validate(self, *, now: Moment) -> Iterator[InventoryError]:
        yield from info_errors(self.info, now=now)

    def read_set(self) -> ReadSet:
        return ReadSet(stock_of=(transfer_key(self.transfer_id),))

    def decide(self, view: View) -> Decision:
        """Decide. Raises UnknownDocument, WrongState, or Refused where a level cannot hold what returns."""
        transfer = required(
            view, transfer_key(self.transfer_id), Transfer, states=UNDER_WAY | frozenset({TransferState.DRAFT})
        )
        lines = [line for each in transfer.lines if each.outstanding for line in _back(transfer, each)]
        refusals = [
            refusal
            for line in lines
            if (refusal := stock_refusal(view, line.key, line.change, line=None, even_archived=True)) is not None
        ]
        if refusals:
            raise Refused(*dict.fromkeys(refusals))
        lines += no_longer_proposed(transfer, transfer.proposed)
        declining = Declining(view=view, info=self.info, transfer=transfer.id)
        decided = tuple(
            declining.declined(line, DeclineReason.TRANSFER_CANCELLED, quantity=0)
            if line.key.location == transfer.destination
            else line
            for line in lines
        )
        return Decision(lines=decided, documents=(transfer.cancelled(),))


def _back(transfer: Transfer, line: TransferLine) -> tuple[Line, Line]:
    units, reason = line.outstanding, MovementReason.TRANSFER
    return (
        Line(key=transfer.arriving(line.sku), change=LevelChange(incoming=-units), reason=reason),
        Line(key=transfer.leaving(line.sku), change=LevelChange(on_hand=units), reason=reason),
    )
