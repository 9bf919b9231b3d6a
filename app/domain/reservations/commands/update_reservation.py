"""Change the lines of an order: more or fewer units of a line, or other lines. Its id and place in the queue stay."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from app.domain.command import Decision, ReadSet, View, required
from app.domain.errors import (
    Archived,
    ExceedsOutstanding,
    InsufficientStock,
    InventoryError,
    QuantityOutOfRange,
    Refused,
    TooManyLines,
    UnknownItem,
)
from app.domain.limits import MAX_HOLDS, MAX_LINES_PER_OPERATION, MAX_QUANTITY, MAX_SOURCED_LINES
from app.domain.operation import CommandInfo
from app.domain.reservations.commands.reservation_steps import place_errors, step
from app.domain.reservations.holds import Hold, after_less, with_more
from app.domain.reservations.placement import Placement
from app.domain.reservations.reservation import RequestedLine, Reservation, reservation_key
from app.domain.reservations.sourcing import Wanted
from app.domain.stock.level import LevelKey
from app.domain.stock.movement import MovementReason
from app.domain.time import Moment
from app.domain.validation import duplicate_errors, info_errors, line_count_errors


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateReservation:
    """The requested lines, each named by its item and location; those not named stay, and new ones come last.

    Surplus units of a line are given back, waiting ones first; additional units are reserved or backordered as in a new
    order, all of them unless the order may be served in part.
    """

    info: CommandInfo
    id: str
    lines: tuple[RequestedLine, ...]
    allow_partial: bool = False
    accept_backorder: bool = True

    def content(self) -> object:
        lines = tuple((line.sku, line.quantity, line.location) for line in self.lines)
        return (self.id, lines, self.allow_partial, self.accept_backorder)

    def validate(self, *, now: Moment) -> Iterator[InventoryError]:
        """Yield the errors of the input; a line of 0 units is removed."""
        yield from line_count_errors(len(self.lines))
        sourced = sum(line.location is None for line in self.lines)
        if sourced > MAX_SOURCED_LINES:
            yield TooManyLines(count=sourced, maximum=MAX_SOURCED_LINES)
        yield from info_errors(self.info, now=now)
        for index, line in enumerate(self.lines):
            prefix = ("lines", str(index))
            yield from place_errors(line.sku, line.location, prefix=prefix)
            if not 0 <= line.quantity <= MAX_QUANTITY:
                yield QuantityOutOfRange(quantity=line.quantity, minimum=0, field=(*prefix, "quantity"))
        yield from duplicate_errors([LevelKey(line.sku, line.location or "") for line in self.lines])

    def read_set(self) -> ReadSet:
        return ReadSet(
            stock_of=(reservation_key(self.id),),
            levels=tuple(LevelKey(line.sku, line.location) for line in self.lines if line.location is not None),
            stocked=tuple(line.sku for line in self.lines if line.location is None),
        )

    def decide(self, view: View) -> Decision:
        """Decide.

        Raises UnknownDocument, WrongState, TooManyLines, or Refused with every shortage, every line of which more units
        are fulfilled than requested, and every item and location that is unknown or archived.
        """
        before = required(view, reservation_key(self.id), Reservation)
        before.check_open(view.now)
        plan = _Plan(before, view=view, placement=Placement(takes_backorders=self.accept_backorder))
        for number, wanted in enumerate(self.lines):
            plan.set(wanted, number=number)
        plan.source()
        return plan.decision(allow_partial=self.allow_partial)


class _Plan:
    """The changes of one order, line by line, and their refusals."""

    def __init__(self, before: Reservation, *, view: View, placement: Placement) -> None:
        self._before, self._view, self._placement = before, view, placement
        self._lines, self._holds = list(before.lines), before.holds
        self._index = {(line.sku, line.location): index for index, line in enumerate(before.lines)}
        self._more: dict[int, int] = {}  # units that are missing, by the line of the order
        self._number: dict[int, int] = {}  # the line of the input, by that of the order
        self._left: dict[int, int] = {}
        self._wanted: dict[int, Wanted] = {}
        self._refusals: list[InventoryError] = []

    def set(self, wanted: RequestedLine, *, number: int) -> None:
        """Set a line to its requested quantity: give units up, or request more."""
        if wanted.quantity == 0 and (wanted.sku, wanted.location) not in self._index:
            return  # a line that the order does not have needs no removal, and its item may not exist
        index = self._index.setdefault((wanted.sku, wanted.location), len(self._lines))
        if index == len(self._lines):
            self._lines.append(wanted)
        self._number[index] = number
        has = [hold for hold in self._holds if hold.line == index]
        out, released = sum(hold.fulfilled for hold in has), sum(hold.released for hold in has)
        missing = wanted.quantity - out - sum(hold.held + hold.waiting for hold in has)
        if wanted.quantity < out:
            self._refuse(index, _out(wanted, out))
        if wanted.quantity + released > MAX_QUANTITY:
            excess = QuantityOutOfRange(quantity=wanted.quantity + released, minimum=0, field=("quantity",))
            self._refuse(index, excess)
        self._lines[index] = replace(wanted, quantity=wanted.quantity + released)
        if missing > 0:
            self._ask(index, missing)
        else:
            self._holds = after_less(self._holds, index, units=-missing)

    def source(self) -> None:
        """Place the lines that name no location, together."""
        if not self._wanted:
            return
        before, view = self._before, self._view
        used = {hold.location for hold in before.holds if _is_used(before, hold)}
        rest = None if before.max_locations is None else max(0, before.max_locations - len(used))
        skus = dict.fromkeys(sku for sku, _ in self._wanted.values())
        levels = [level for sku in skus for level in view.levels_of(sku)]
        priorities = {
            level.key.location: place.priority
            for level in levels
            if (place := view.location(level.key.location)) is not None and not place.is_archived
            if before.accepts == () or before.takes_at(level.key.location)
            if rest != 0 or level.key.location in used
        }
        self._left |= self._placement.anywhere(
            self._wanted,
            [level for level in levels if level.key.location in priorities],
            priorities=priorities,
            max_locations=rest or None,
        )

    def decision(self, *, allow_partial: bool) -> Decision:
        """Return the decision. Raises Refused."""
        holds = with_more(self._holds, self._placement.holds)
        if len(self._lines) > MAX_LINES_PER_OPERATION:
            self._refusals.append(TooManyLines(count=len(self._lines), maximum=MAX_LINES_PER_OPERATION))
        if len(holds) > MAX_HOLDS:
            self._refusals.append(TooManyLines(count=len(holds), maximum=MAX_HOLDS))
        for index, units in self._left.items() if not allow_partial else ():
            if units:
                self._refuse(index, _shortage(self._lines[index], self._more[index], units))
        if self._refusals:
            raise Refused(*dict.fromkeys(self._refusals))
        before = self._before
        after = before.changed(self._lines, holds, now=self._view.now)
        if not any(line.location is None for line in before.lines) and self._wanted:
            after = replace(after, accepts=None)
        return step(before, after, reason=MovementReason.RESERVATION, channel=before.channel)

    def _ask(self, index: int, units: int) -> None:
        line, view = self._lines[index], self._view
        self._more[index] = units
        if line.location is None and view.is_item_archived(line.sku):
            self._refuse(index, Archived(kind="item", name=line.sku, field=("sku",)))
        elif line.location is None and not view.levels_of(line.sku) and view.item(line.sku) is None:
            self._refuse(index, UnknownItem(sku=line.sku, field=("sku",)))
        elif line.location is None:
            self._wanted[index] = Wanted(line.sku, units)
        else:
            try:
                level = view.stock(LevelKey(line.sku, line.location))
            except InventoryError as error:
                self._refuse(index, error)
            else:
                self._left[index] = self._placement.at(level, line=index, quantity=units)

    def _refuse(self, index: int, error: InventoryError) -> None:
        self._refusals.append(error.at("lines", str(self._number[index])))


def _is_used(reservation: Reservation, hold: Hold) -> bool:
    return reservation.lines[hold.line].location is None and hold.units > hold.released


def _out(line: RequestedLine, out: int) -> InventoryError:
    return ExceedsOutstanding(
        sku=line.sku, requested=out - line.quantity, outstanding=0, step="SHIPPED", field=("quantity",)
    )


def _shortage(line: RequestedLine, more: int, units: int) -> InsufficientStock:
    return InsufficientStock(
        sku=line.sku, location=line.location or "", requested=more, available=more - units, field=("quantity",)
    )
