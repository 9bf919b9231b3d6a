"""Receipts of goods at a location, of a transfer or an order: as expected, less, more, or damaged."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Generic, Protocol, Self, TypeVar

from app.domain.command import Line, View
from app.domain.errors import ExceedsOutstanding, Field, InvalidValue, InventoryError, QuantityOutOfRange, Refused
from app.domain.limits import MAX_QUANTITY
from app.domain.stock.commands.line_checks import stock_refusal, unknown_line_errors
from app.domain.stock.level import LevelKey
from app.domain.stock.level_change import Allowance, LevelChange
from app.domain.stock.movement import MovementReason
from app.domain.validation import line_count_errors, quantity_errors, reason_errors


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """Units of one item that arrived, `damaged` ones among them.

    Without an `over_reason` they may not exceed the outstanding units; with one, the excess is received for that
    reason.
    """

    sku: str
    quantity: int
    damaged: int = 0
    over_reason: MovementReason | None = None

    def content(self) -> object:
        """Return the input for a fingerprint."""
        return (self.sku, self.quantity, self.damaged, self.over_reason and self.over_reason.value)

    def plus(self, other: "Arrival") -> "Arrival":
        """Return the sum of both, of the same item."""
        return replace(
            self,
            quantity=self.quantity + other.quantity,
            damaged=self.damaged + other.damaged,
            over_reason=self.over_reason or other.over_reason,
        )

    def validate(self, *, prefix: Field) -> Iterator[InventoryError]:
        """Yield the errors that do not depend on the state."""
        yield from quantity_errors(self.quantity, field=(*prefix, "quantity"))
        if not 0 <= self.damaged <= max(0, self.quantity):
            rule = "must be between 0 and the units that arrived"
            yield InvalidValue(what="The number of damaged units", rule=rule, field=(*prefix, "damaged"))
        if self.over_reason is not None:
            yield from reason_errors(self.over_reason, field=(*prefix, "overReason"))


def arrival_errors(lines: Sequence[Arrival] | None, *, is_complete: bool) -> Iterator[InventoryError]:
    """Check arrivals independently of the state. A receipt that ends its document need not have a line."""
    if lines is not None and (lines or not is_complete):
        yield from line_count_errors(len(lines))
    for index, line in enumerate(lines or ()):
        yield from line.validate(prefix=("lines", str(index)))
    if lines and not is_complete and not any(line.quantity for line in lines):
        yield InvalidValue(what="A receipt", rule="must have at least one unit, or be complete", field=("lines",))


def arrivals_by_sku(lines: Sequence[Arrival]) -> dict[str, Arrival]:
    """Return the arrivals summed by item, as users may record a line per box. The first given reason applies to all."""
    arrivals: dict[str, Arrival] = {}
    for line in lines:
        before = arrivals.get(line.sku)
        arrivals[line.sku] = line if before is None else before.plus(line)
    return arrivals


class ExpectedLine(Protocol):
    """A line of a document whose units arrive: see TransferLine and PurchaseLine."""

    @property
    def sku(self) -> str:
        """The item."""

    @property
    def received(self) -> int:
        """Units that arrived as expected."""

    @property
    def over(self) -> int:
        """Units that arrived beyond those."""

    @property
    def outstanding(self) -> int:
        """Units that are incoming."""

    def arrived(self, quantity: int) -> Self:
        """Return the line after units arrived; units beyond the outstanding ones are over."""

    def given_up(self) -> Self:
        """Return the line with nothing outstanding any more."""


L = TypeVar("L", bound=ExpectedLine)
L_co = TypeVar("L_co", bound=ExpectedLine, covariant=True)


class Consignment(Protocol[L_co]):
    """A document whose units arrive at one location: see Transfer and PurchaseOrder."""

    @property
    def lines_by_sku(self) -> Mapping[str, L_co]:
        """The lines under their SKUs, each of which has one."""

    def arriving(self, sku: str) -> LevelKey:
        """Return the level that an item arrives at."""


class Receipt(Generic[L]):
    """Collects the changes of one receipt, and its refusals.

    `after` are the lines of the document after the receipt, by SKU.
    """

    def __init__(self, view: View, consignment: Consignment[L], *, reason: MovementReason, what: str) -> None:
        """Receive expected units for `reason`; `what` is the document in messages."""
        self._view, self._consignment = view, consignment
        self._reason, self._what = reason, what
        self._lines: list[Line] = []
        self._refusals: list[InventoryError] = []
        self.after: dict[str, L] = dict(consignment.lines_by_sku)

    def take_in(self, arrivals: Sequence[Arrival] | None) -> None:
        """Receive these units; without any, all outstanding units, undamaged.

        Raises Refused where they do not name lines of the document.
        """
        if arrivals is None:
            for line in self.after.values():
                self._take_in(Arrival(sku=line.sku, quantity=line.outstanding), line=None)
            return
        keys = [self._consignment.arriving(arrival.sku) for arrival in arrivals]
        known = {self._consignment.arriving(sku) for sku in self.after}
        if errors := tuple(unknown_line_errors(keys, known=known, what=self._what)):
            raise Refused(*errors)
        last_lines = {arrival.sku: index for index, arrival in enumerate(arrivals)}
        for sku, arrival in arrivals_by_sku(arrivals).items():
            self._take_in(arrival, line=last_lines[sku])

    def give_up_the_rest(self, reason: MovementReason | None) -> None:
        """Give up the outstanding units, which are no longer incoming; refused without a reason."""
        for line in [line for line in self.after.values() if line.outstanding]:
            key, change = self._consignment.arriving(line.sku), LevelChange(incoming=-line.outstanding)
            if refusal := stock_refusal(self._view, key, change, line=None, even_archived=True):
                self._refusals.append(refusal)
            if reason is None:
                rule = "must be given, as not everything has arrived"
                self._refusals.append(
                    InvalidValue(what="The reason of missing units", rule=rule, field=("shortReason",))
                )
            else:
                self._move(line.sku, change, reason)
                self.after[line.sku] = line.given_up()

    def lines(self) -> tuple[Line, ...]:
        """Return the changes of the levels. Raises Refused."""
        if self._refusals:
            raise Refused(*dict.fromkeys(self._refusals))  # an error of the whole receipt is reported once
        return tuple(self._lines)

    def _take_in(self, arrival: Arrival, *, line: int | None) -> None:
        """Count units as on hand, no longer as incoming; units that are over are a movement of their own."""
        if not arrival.quantity:
            return
        before = self.after[arrival.sku]
        after = before.arrived(arrival.quantity)
        expected, over = after.received - before.received, after.over - before.over
        self.after[arrival.sku] = after
        if refusal := self._refusal(arrival, after, over=over, expected=expected, line=line):
            self._refusals.append(refusal)
            return
        damaged = min(arrival.damaged, expected)
        self._move(arrival.sku, LevelChange(on_hand=expected, incoming=-expected, damaged=damaged), self._reason)
        if over and arrival.over_reason is not None:
            self._move(arrival.sku, LevelChange(on_hand=over, damaged=arrival.damaged - damaged), arrival.over_reason)

    def _refusal(
        self, arrival: Arrival, after: L, *, over: int, expected: int, line: int | None
    ) -> InventoryError | None:
        field = ("lines", str(line), "quantity")
        if over and arrival.over_reason is None:
            return ExceedsOutstanding(
                sku=arrival.sku, requested=arrival.quantity, outstanding=expected, may_be_over=True, field=field
            )
        if after.over > MAX_QUANTITY:
            return QuantityOutOfRange(quantity=after.over, minimum=0, field=field)
        change = LevelChange(on_hand=arrival.quantity, incoming=-expected, damaged=arrival.damaged)
        key, is_expected = self._consignment.arriving(arrival.sku), not over
        return stock_refusal(
            self._view, key, change, line=line, even_archived=is_expected, allowance=_allowance(change)
        )

    def _move(self, sku: str, change: LevelChange, reason: MovementReason) -> None:
        if change != LevelChange():
            self._lines.append(
                Line(key=self._consignment.arriving(sku), change=change, reason=reason, allowance=_allowance(change))
            )


def _allowance(change: LevelChange) -> Allowance:
    """Return the allowance of a receipt; where the record is below zero, more units may be damaged than on hand."""
    return Allowance.SHORTFALL if change.damaged else Allowance.NONE
