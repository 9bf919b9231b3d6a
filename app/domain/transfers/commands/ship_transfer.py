"""Ship a transfer, or as much of it as has left."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.domain.command import Decision, Line, ReadSet, View, required
from app.domain.errors import ExceedsOutstanding, InvalidValue, InventoryError, Refused
from app.domain.operation import CommandInfo
from app.domain.replenishment.commands.declining import Declining
from app.domain.replenishment.declined import DeclineReason
from app.domain.stock.commands.line_checks import named_line_errors, stock_refusal
from app.domain.stock.level_change import LevelChange
from app.domain.stock.movement import MovementReason
from app.domain.time import Moment
from app.domain.transfers.commands.create_transfer import TransferUnits
from app.domain.transfers.commands.transfer_checks import no_longer_proposed
from app.domain.transfers.transfer import Transfer, TransferState, transfer_key
from app.domain.validation import info_errors, line_count_errors, quantity_errors


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipTransfer:
    """The only shipment of a draft. With `lines`, exactly these units leave, and never any of the other lines.

    Each unit leaves the available stock of the source, and is incoming at the destination. A shipment of fewer units
    than were proposed declines what the destination still needs.
    """

    info: CommandInfo
    transfer_id: str
    lines: tuple[TransferUnits, ...] | None = None

    def content(self) -> object:
        lines = None if self.lines is None else tuple((line.sku, line.quantity) for line in self.lines)
        return (self.transfer_id, lines)

    def validate(self, *, now: Moment) -> Iterator[InventoryError]:
        if self.lines is not None:
            yield from line_count_errors(len(self.lines))
            for index, line in enumerate(self.lines):
                yield from quantity_errors(line.quantity, field=("lines", str(index), "quantity"))
            if self.lines and not any(line.quantity for line in self.lines):
                yield InvalidValue(what="A shipment", rule="must have at least one unit", field=("lines",))
        yield from info_errors(self.info, now=now)

    def read_set(self) -> ReadSet:
        return ReadSet(stock_of=(transfer_key(self.transfer_id),))

    def decide(self, view: View) -> Decision:
        """Decide. Raises UnknownDocument, WrongState, or Refused with every shortage and every error of a line."""
        transfer = required(view, transfer_key(self.transfer_id), Transfer, states=frozenset({TransferState.DRAFT}))
        if self.lines is None:
            units = {line.sku: line.quantity for line in transfer.lines}
        else:
            keys = [transfer.leaving(line.sku) for line in self.lines]
            known = {transfer.leaving(sku) for sku in transfer.lines_by_sku}
            errors = tuple(named_line_errors(keys, known=known, what="transfer"))
            if errors:
                raise Refused(*errors)
            units = {line.sku: line.quantity for line in self.lines}
        lines: list[Line] = []
        refusals = list(self._excesses(transfer))
        proposed = transfer.proposed
        for index, (sku, quantity) in enumerate(units.items()):
            if quantity == 0:
                continue
            for line in _movements(transfer, sku, quantity, proposed=proposed.get(sku, 0)):
                refusal = stock_refusal(
                    view,
                    line.key,
                    line.change,
                    line=None if self.lines is None else index,
                    even_archived=line.key.location == transfer.source,  # units may leave it, but not arrive
                )
                refusals += [] if refusal is None else [refusal]
                lines.append(line)
        if refusals:
            raise Refused(*dict.fromkeys(refusals))  # an item or location that is archived is reported once
        left = {sku: quantity for sku, quantity in proposed.items() if not units.get(sku)}
        lines += no_longer_proposed(transfer, left)
        declining = Declining(view=view, info=self.info, transfer=transfer.id)
        decided = tuple(
            declining.declined(line, DeclineReason.SHIPPED_LESS, quantity=units.get(line.key.sku, 0))
            if line.key.location == transfer.destination and units.get(line.key.sku, 0) < proposed.get(line.key.sku, 0)
            else line
            for line in lines
        )
        return Decision(lines=decided, documents=(transfer.shipped(units),))

    def _excesses(self, transfer: Transfer) -> Iterator[InventoryError]:
        asked = transfer.lines_by_sku
        for index, (sku, quantity) in enumerate((line.sku, line.quantity) for line in self.lines or ()):
            if quantity > asked[sku].quantity:
                yield ExceedsOutstanding(
                    sku=sku,
                    requested=quantity,
                    outstanding=asked[sku].quantity,
                    field=("lines", str(index), "quantity"),
                )


def _movements(transfer: Transfer, sku: str, quantity: int, *, proposed: int) -> tuple[Line, Line]:
    return (
        Line(
            key=transfer.leaving(sku),
            change=LevelChange(on_hand=-quantity, pledged=-proposed),
            reason=MovementReason.TRANSFER,
        ),
        Line(
            key=transfer.arriving(sku),
            change=LevelChange(incoming=quantity, planned=-proposed),
            reason=MovementReason.TRANSFER,
        ),
    )
