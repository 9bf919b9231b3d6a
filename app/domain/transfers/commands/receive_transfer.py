"""Receive units of a transfer: as shipped, less, more, or damaged."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.domain.command import Decision, ReadSet, View, required
from app.domain.errors import InvalidValue, InventoryError
from app.domain.operation import CommandInfo
from app.domain.stock.commands.receipt import Arrival, Receipt, arrival_errors
from app.domain.stock.movement import MovementReason
from app.domain.time import Moment
from app.domain.transfers.transfer import UNDER_WAY, Transfer, transfer_key
from app.domain.validation import info_errors, reason_errors


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveTransfer:
    """One receipt of several, or the only one. Without `lines`, all outstanding units arrived undamaged.

    `is_complete` ends the transfer: units still outstanding are lost, for `short_reason`.
    """

    info: CommandInfo
    transfer_id: str
    lines: tuple[Arrival, ...] | None = None
    is_complete: bool = False
    short_reason: MovementReason | None = None

    def content(self) -> object:
        lines = None if self.lines is None else tuple(line.content() for line in self.lines)
        return (self.transfer_id, lines, self.is_complete, self.short_reason and self.short_reason.value)

    def validate(self, *, now: Moment) -> Iterator[InventoryError]:
        """Yield the errors of the input; a receipt that ends a transfer need not have a line."""
        yield from arrival_errors(self.lines, is_complete=self.is_complete)
        if self.short_reason is not None:
            yield from reason_errors(self.short_reason, field=("shortReason",))
            if not self.is_complete:
                rule = "is only for a receipt that is complete"
                yield InvalidValue(what="The reason of missing units", rule=rule, field=("shortReason",))
        yield from info_errors(self.info, now=now)

    def read_set(self) -> ReadSet:
        return ReadSet(stock_of=(transfer_key(self.transfer_id),))

    def decide(self, view: View) -> Decision:
        """Decide. Raises UnknownDocument, WrongState, or Refused with all errors of the lines."""
        transfer = required(view, transfer_key(self.transfer_id), Transfer, states=UNDER_WAY)
        receipt = Receipt(view, transfer, reason=MovementReason.TRANSFER, what="transfer")
        receipt.take_in(self.lines)
        if self.is_complete:
            receipt.give_up_the_rest(self.short_reason)
        return Decision(lines=receipt.lines(), documents=(transfer.received(receipt.after),))
