"""Record what a shop sold and took back, all or nothing.

Tills print a line per scan, so that an item may stand on several lines. Rule: all of them together take no more than
there is, unless the location lets its tills sell what the record has none of.
"""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from app.domain.catalog import OversellPolicy
from app.domain.command import Decision, Line, Touches, View
from app.domain.errors import InsufficientStock, InventoryError, OversellUnconfirmed, Refused
from app.domain.level import Allowance, Level, LevelChange, LevelKey
from app.domain.limits import MAX_CHANNEL_LENGTH
from app.domain.movement import MovementReason
from app.domain.operation import Cause
from app.domain.time import Moment
from app.domain.validation import (
    cause_faults,
    delta_faults,
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
    confirm_oversell: bool = False

    def content(self) -> object:
        """See Command."""
        confirmed = ("confirmed",) if self.confirm_oversell else ()
        return (self.location, self.channel, tuple((line.sku, line.quantity) for line in self.lines), *confirmed)

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

    def touches(self) -> Touches:
        """See Command."""
        return Touches(levels=tuple(dict.fromkeys(self._key(line) for line in self.lines)))

    def decide(self, view: View) -> Decision:
        """See Command. Of an item on several lines, those that came back count first.

        Raises Refused with every shortage and every unknown item of the sale.
        """
        lines: list[Line] = []
        refusals: list[InventoryError] = []
        left: dict[LevelKey, Level] = {}  # after the lines so far, where others may follow
        again = {key for key, count in Counter(map(self._key, self.lines)).items() if count > 1}
        for index, sold in self._arranged(again):
            key = self._key(sold)
            try:
                level = left.get(key) or view.stock(key)
            except InventoryError as error:
                refusals.append(error if error.field == ("location",) else error.at("lines", str(index)))
                continue
            line = self._movement(sold, self._allowance(view))
            refusal = level.refusal(line.change, line.allowance)
            if refusal is not None:
                taken = max(0, view.stock(key).on_hand - level.on_hand)
                refusals.append(self._told(view, refusal, taken=taken).at("lines", str(index), "quantity"))
            elif key in again:
                left[key] = replace(level, on_hand=level.on_hand - sold.quantity)
            lines.append(line)
        if refusals:
            raise Refused(*dict.fromkeys(refusals))  # an unknown location is said once, not per line
        return Decision(lines=tuple(lines))

    def _arranged(self, again: Collection[LevelKey]) -> Iterator[tuple[int, SaleLine]]:
        """Yield the lines with their indexes; at the places of an item that has several, what came back goes first."""
        if not again:
            yield from enumerate(self.lines)
            return
        turns: dict[str, list[int]] = {}
        for index, line in enumerate(self.lines):
            turns.setdefault(line.sku, []).append(index)
        waiting = {
            sku: iter(sorted(turn, key=lambda each: self.lines[each].quantity > 0)) for sku, turn in turns.items()
        }
        for line in self.lines:
            index = next(waiting[line.sku])
            yield index, self.lines[index]

    def _policy(self, view: View) -> OversellPolicy:
        location = view.location(self.location)
        return OversellPolicy.REFUSE if location is None else location.oversell_policy

    def _allowance(self, view: View) -> Allowance:
        policy = self._policy(view)
        is_allowed = policy is OversellPolicy.ALLOW or (policy is OversellPolicy.ASK and self.confirm_oversell)
        return Allowance.OVERSALE if is_allowed else Allowance.NONE

    def _told(self, view: View, refusal: InventoryError, *, taken: int) -> InventoryError:
        if not isinstance(refusal, InsufficientStock):
            return refusal
        if self._policy(view) is OversellPolicy.ASK and not self.confirm_oversell:
            return OversellUnconfirmed(
                sku=refusal.sku, location=refusal.location, requested=refusal.requested, available=refusal.available
            )
        return InsufficientStock(**{**refusal.facts, "taken": taken})

    def _key(self, line: SaleLine) -> LevelKey:
        return LevelKey(line.sku, self.location)

    def _movement(self, line: SaleLine, allowance: Allowance) -> Line:
        is_sale = line.quantity > 0
        return Line(
            key=self._key(line),
            change=LevelChange(on_hand=-line.quantity),
            reason=MovementReason.SALE if is_sale else MovementReason.RETURN,
            channel=self.channel,
            allowance=allowance if is_sale else Allowance.NONE,
        )
