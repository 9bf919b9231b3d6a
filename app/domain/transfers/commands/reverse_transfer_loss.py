"""Reverse the loss of units of a transfer that turned up: a counter-entry that names the loss."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from app.domain.command import Decision, Line, ReadSet, View, required
from app.domain.errors import ExceedsOutstanding, InvalidValue, InventoryError, QuantityOutOfRange, Refused
from app.domain.limits import MAX_QUANTITY
from app.domain.operation import CommandInfo
from app.domain.stock.commands.line_checks import named_line_errors, stock_refusal
from app.domain.stock.level_change import LevelChange
from app.domain.stock.movement import MovementReason
from app.domain.time import Moment
from app.domain.transfers.commands.create_transfer import TransferUnits
from app.domain.transfers.transfer import Transfer, TransferState, transfer_key
from app.domain.validation import info_errors, line_count_errors

_RECEIVED = frozenset({TransferState.RECEIVED})


@dataclass(frozen=True, slots=True, kw_only=True)
class ReverseTransferLoss:
    """Units that turned up count as received; without `lines`, all lost units.

    A transfer is complete once, so one operation has given up all that it lost. `reasons` are read from the ledger, by
    SKU; empty where the operation gave up no units of this transfer.
    """

    info: CommandInfo
    transfer_id: str
    operation_id: str
    lines: tuple[TransferUnits, ...] | None = None
    reasons: Mapping[str, MovementReason] = field(default_factory=dict)

    def content(self) -> object:
        """Return the input; what was read from the ledger is not part of it."""
        lines = None if self.lines is None else tuple((line.sku, line.quantity) for line in self.lines)
        return (self.transfer_id, self.operation_id, lines)

    def validate(self, *, now: Moment) -> Iterator[InventoryError]:
        if self.lines is not None:
            yield from line_count_errors(len(self.lines))
            for index, line in enumerate(self.lines):
                if not 1 <= line.quantity <= MAX_QUANTITY:
                    where = ("lines", str(index), "quantity")
                    yield QuantityOutOfRange(quantity=line.quantity, minimum=1, field=where)
        yield from info_errors(self.info, now=now)

    def read_set(self) -> ReadSet:
        return ReadSet(stock_of=(transfer_key(self.transfer_id),))

    def decide(self, view: View) -> Decision:
        """Decide, also where the destination is archived.

        Raises UnknownDocument, WrongState, InvalidValue where nothing was lost by the operation, or Refused with every
        line that is not lost.
        """
        transfer = required(view, transfer_key(self.transfer_id), Transfer, states=_RECEIVED)
        if not self.reasons:
            raise InvalidValue(
                what="The operation", rule="must have given up units of this transfer", field=("operation",)
            )
        units = self._units(transfer)
        known = transfer.lines_by_sku
        after = {
            sku: replace(known[sku], lost=known[sku].lost - found, received=known[sku].received + found)
            for sku, found in units.items()
        }
        lines: list[Line] = []
        refusals: list[InventoryError] = []
        for index, (sku, found) in enumerate(units.items()):
            key, arrived = transfer.arriving(sku), LevelChange(on_hand=found, incoming=found)  # one after the other
            at = None if self.lines is None else index
            if refusal := stock_refusal(view, key, arrived, line=at, even_archived=True):
                refusals.append(refusal)
            lines += [
                Line(key=key, change=LevelChange(incoming=found), reason=self.reasons[sku]),
                Line(key=key, change=LevelChange(on_hand=found, incoming=-found), reason=MovementReason.TRANSFER),
            ]
        if refusals:
            raise Refused(*refusals)
        return Decision(lines=tuple(lines), documents=(transfer.received(after),))

    def _units(self, transfer: Transfer) -> dict[str, int]:
        """Return the units that turned up, by SKU. Raises Refused."""
        known = transfer.lines_by_sku
        if self.lines is None:
            units = {sku: line.lost for sku, line in known.items() if line.lost and sku in self.reasons}
            if not units:
                raise InvalidValue(what="The loss", rule="must not have been reversed before", field=("operation",))
            return units
        keys = [transfer.arriving(line.sku) for line in self.lines]
        errors: list[InventoryError] = list(
            named_line_errors(keys, known={transfer.arriving(sku) for sku in self.reasons}, what="loss")
        )
        errors += [
            ExceedsOutstanding(
                sku=line.sku,
                requested=line.quantity,
                outstanding=known[line.sku].lost,
                step="FOUND",
                field=("lines", str(index), "quantity"),
            )
            for index, line in enumerate(self.lines)
            if line.sku in known and line.quantity > known[line.sku].lost
        ]
        if errors:
            raise Refused(*errors)
        return {line.sku: line.quantity for line in self.lines}
