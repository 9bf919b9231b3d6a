"""Record what a shop sold and took back, all or nothing."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.domain.command import Decision, Line, Touches, View
from app.domain.errors import InventoryError, Refused
from app.domain.level import LevelChange, LevelKey
from app.domain.limits import MAX_CHANNEL_LENGTH
from app.domain.movement import MovementReason
from app.domain.operation import Cause
from app.domain.time import Moment
from app.domain.validation import (
    cause_faults,
    delta_faults,
    duplicate_faults,
    line_count_faults,
    location_code_faults,
    sku_faults,
    text_faults,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleLine:
    """Units sold of one item; below zero, units that came back."""

    sku: str
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordSale:
    """One receipt or invoice of one location."""

    cause: Cause
    location: str
    lines: tuple[SaleLine, ...]
    channel: str | None = None

    def content(self) -> object:
        """See Command."""
        return (self.location, self.channel, tuple((line.sku, line.quantity) for line in self.lines))

    def faults(self, *, now: Moment) -> Iterator[InventoryError]:
        """See Command."""
        yield from line_count_faults(len(self.lines))
        yield from cause_faults(self.cause, now=now)
        yield from location_code_faults(self.location)
        if self.channel is not None:
            yield from text_faults(self.channel, what="A channel", maximum=MAX_CHANNEL_LENGTH, field=("channel",))
        for index, line in enumerate(self.lines):
            yield from sku_faults(line.sku, field=("lines", str(index), "sku"))
            yield from delta_faults(line.quantity, field=("lines", str(index), "quantity"))
        yield from duplicate_faults([self._key(line) for line in self.lines])

    def touches(self) -> Touches:
        """See Command."""
        return Touches(levels=tuple(self._key(line) for line in self.lines))

    def decide(self, view: View) -> Decision:
        """See Command. Raises Refused with every shortage and every unknown item of the sale."""
        lines: list[Line] = []
        refusals: list[InventoryError] = []
        for index, sold in enumerate(self.lines):
            line = self._movement(sold)
            try:
                refusal = view.stock(line.key).refusal(line.change)
            except InventoryError as error:
                refusals.append(error if error.field == ("location",) else error.at("lines", str(index)))
                continue
            if refusal is not None:
                refusals.append(refusal.at("lines", str(index), "quantity"))
            lines.append(line)
        if refusals:
            raise Refused(*dict.fromkeys(refusals))  # an unknown location is said once, not per line
        return Decision(lines=tuple(lines))

    def _key(self, line: SaleLine) -> LevelKey:
        return LevelKey(line.sku, self.location)

    def _movement(self, line: SaleLine) -> Line:
        return Line(
            key=self._key(line),
            change=LevelChange(on_hand=-line.quantity),
            reason=MovementReason.SALE if line.quantity > 0 else MovementReason.RETURN,
            channel=self.channel,
        )
