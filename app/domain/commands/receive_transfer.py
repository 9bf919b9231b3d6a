"""Take in what arrived of a transfer: as sent, less, more, or damaged."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.domain.command import Decision, Line, Touches, View
from app.domain.commands.transfer_checks import known_transfer, named_line_faults, stock_refusal
from app.domain.errors import ExceedsOutstanding, Field, InvalidValue, InventoryError, QuantityOutOfRange, Refused
from app.domain.level import LevelChange
from app.domain.limits import MAX_QUANTITY
from app.domain.movement import MovementReason
from app.domain.operation import Cause
from app.domain.time import Moment
from app.domain.transfer import UNDER_WAY, Transfer, TransferLine, transfer_key
from app.domain.validation import cause_faults, line_count_faults, quantity_faults, reason_faults


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """Units of one item that arrived, `damaged` ones among them.

    Without an `over_reason` they may not be more than are outstanding; with one, the rest is taken in for that reason.
    """

    sku: str
    quantity: int
    damaged: int = 0
    over_reason: MovementReason | None = None

    def content(self) -> object:
        """Return what tells this arrival from another, for a fingerprint."""
        return (self.sku, self.quantity, self.damaged, self.over_reason and self.over_reason.value)

    def faults(self, *, prefix: Field) -> Iterator[InventoryError]:
        """Yield what is wrong with it, whatever the state."""
        yield from quantity_faults(self.quantity, field=(*prefix, "quantity"))
        if not 0 <= self.damaged <= max(0, self.quantity):
            rule = "must be between 0 and the units that arrived"
            yield InvalidValue(what="The number of damaged units", rule=rule, field=(*prefix, "damaged"))
        if self.over_reason is not None:
            yield from reason_faults(self.over_reason, field=(*prefix, "overReason"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveTransfer:
    """One receipt of several, or the only one. Without `lines`, all that is outstanding arrived, and undamaged.

    `is_complete` ends the transfer: what is outstanding then is lost, for `short_reason`.
    """

    cause: Cause
    transfer_id: str
    lines: tuple[Arrival, ...] | None = None
    is_complete: bool = False
    short_reason: MovementReason | None = None

    def content(self) -> object:
        """See Command."""
        lines = None if self.lines is None else tuple(line.content() for line in self.lines)
        return (self.transfer_id, lines, self.is_complete, self.short_reason and self.short_reason.value)

    def faults(self, *, now: Moment) -> Iterator[InventoryError]:
        """See Command. A receipt that ends a transfer need not have a line."""
        if self.lines is not None and (self.lines or not self.is_complete):
            yield from line_count_faults(len(self.lines))
        for index, line in enumerate(self.lines or ()):
            yield from line.faults(prefix=("lines", str(index)))
        if self.lines and not self.is_complete and not any(line.quantity for line in self.lines):
            yield InvalidValue(what="A receipt", rule="must have at least one unit, or be complete", field=("lines",))
        if self.short_reason is not None:
            yield from reason_faults(self.short_reason, field=("shortReason",))
            if not self.is_complete:
                rule = "is only for a receipt that is complete"
                yield InvalidValue(what="The reason of missing units", rule=rule, field=("shortReason",))
        yield from cause_faults(self.cause, now=now)

    def touches(self) -> Touches:
        """See Command."""
        return Touches(stock_of=(transfer_key(self.transfer_id),))

    def decide(self, view: View) -> Decision:
        """See Command. Raises UnknownDocument, WrongState, or Refused with all that is wrong with the lines."""
        transfer = known_transfer(view, self.transfer_id, states=UNDER_WAY)
        faults = tuple(named_line_faults(transfer, [transfer.arriving(line.sku) for line in self.lines or ()]))
        if faults:
            raise Refused(*faults)
        receipt = _Receipt(view, transfer)
        for index, arrival in enumerate(self._arrivals(transfer)):
            if arrival.quantity:
                receipt.take_in(arrival, line=None if self.lines is None else index)
        if self.is_complete:
            receipt.give_up_the_rest(self.short_reason)
        return receipt.decision()

    def _arrivals(self, transfer: Transfer) -> Sequence[Arrival]:
        if self.lines is not None:
            return self.lines
        return [Arrival(sku=line.sku, quantity=line.outstanding) for line in transfer.lines]


class _Receipt:
    """Gathers what one receipt changes, and everything that stands in its way."""

    def __init__(self, view: View, transfer: Transfer) -> None:
        self._view, self._transfer = view, transfer
        self._after = transfer.lines_by_sku
        self._lines: list[Line] = []
        self._refusals: list[InventoryError] = []

    def take_in(self, arrival: Arrival, *, line: int | None) -> None:
        """Count units as on hand, no longer as incoming; those that are over come as a movement of their own."""
        before = self._after[arrival.sku]
        after = before.arrived(arrival.quantity)
        expected, over = after.received - before.received, after.over - before.over
        self._after[arrival.sku] = after
        if refusal := self._refusal(arrival, after, over=over, expected=expected, line=line):
            self._refusals.append(refusal)
            return
        damaged = min(arrival.damaged, expected)
        change = LevelChange(on_hand=expected, incoming=-expected, damaged=damaged)
        self._move(arrival.sku, change, MovementReason.TRANSFER)
        if over and arrival.over_reason is not None:
            self._move(arrival.sku, LevelChange(on_hand=over, damaged=arrival.damaged - damaged), arrival.over_reason)

    def give_up_the_rest(self, reason: MovementReason | None) -> None:
        """Count what is still outstanding as lost, no longer as incoming."""
        for line in [line for line in self._after.values() if line.outstanding]:
            key, change = self._transfer.arriving(line.sku), LevelChange(incoming=-line.outstanding)
            if refusal := stock_refusal(self._view, key, change, line=None):
                self._refusals.append(refusal)
            if reason is None:
                rule = "must be told, as not everything has arrived"
                self._refusals.append(
                    InvalidValue(what="The reason of missing units", rule=rule, field=("shortReason",))
                )
            else:
                self._move(line.sku, change, reason)
                self._after[line.sku] = line.given_up()

    def decision(self) -> Decision:
        """Return it. Raises Refused."""
        if self._refusals:
            raise Refused(*dict.fromkeys(self._refusals))  # what is wrong with the whole receipt is said once
        return Decision(lines=tuple(self._lines), documents=(self._transfer.received(self._after),))

    def _refusal(
        self, arrival: Arrival, after: TransferLine, *, over: int, expected: int, line: int | None
    ) -> InventoryError | None:
        field = ("lines", str(line), "quantity")
        if over and arrival.over_reason is None:
            return ExceedsOutstanding(sku=arrival.sku, requested=arrival.quantity, outstanding=expected, field=field)
        if after.over > MAX_QUANTITY:
            return QuantityOutOfRange(quantity=after.over, minimum=0, field=field)
        change = LevelChange(on_hand=arrival.quantity, incoming=-expected, damaged=arrival.damaged)
        return stock_refusal(self._view, self._transfer.arriving(arrival.sku), change, line=line)

    def _move(self, sku: str, change: LevelChange, reason: MovementReason) -> None:
        if change != LevelChange():
            self._lines.append(Line(key=self._transfer.arriving(sku), change=change, reason=reason))
