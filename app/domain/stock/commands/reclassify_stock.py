"""Make units on hand unavailable for a reason, or available again, or unavailable for another reason."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from msgspec import structs

from app.domain.command import Decision, Line, ReadSet, View
from app.domain.errors import InvalidValue, InventoryError, QuantityOutOfRange
from app.domain.limits import MAX_QUANTITY
from app.domain.operation import CommandInfo
from app.domain.stock.level import Level, LevelKey, unavailable_of
from app.domain.stock.level_change import Allowance, LevelChange, UnavailableReason, unavailable_change
from app.domain.stock.movement import MovementReason
from app.domain.time import Moment
from app.domain.validation import info_errors, key_errors

_LOSSES = frozenset({UnavailableReason.DAMAGED, UnavailableReason.QUALITY_CONTROL})


@dataclass(frozen=True, slots=True, kw_only=True)
class ReclassifyStock:
    """Units that change from one class to another; None is the class of units for sale. Units on hand stay the same."""

    info: CommandInfo
    key: LevelKey
    quantity: int
    source: UnavailableReason | None
    target: UnavailableReason | None

    def content(self) -> object:
        return (*self.key, self.quantity, self.source and self.source.value, self.target and self.target.value)

    def validate(self, *, now: Moment) -> Iterator[InventoryError]:
        yield from key_errors(self.key)
        if not 1 <= self.quantity <= MAX_QUANTITY:
            yield QuantityOutOfRange(quantity=self.quantity, minimum=1, field=("quantity",))
        if self.source is self.target:
            rule = "must be another one than that which the units have"
            yield InvalidValue(what="The reason", rule=rule, field=("to",))
        yield from info_errors(self.info, now=now)

    def read_set(self) -> ReadSet:
        return ReadSet(levels=(self.key,))

    def decide(self, view: View) -> Decision:
        """Decide. Raises InsufficientStock where the class has fewer units, NotFound or Archived."""
        level = view.stock(self.key, even_archived=True)
        there = self._there(level)
        if self.quantity > there:
            raise level.short_of(self.quantity, available=there, reason=self.source).at("quantity")
        line = Line(
            key=self.key,
            change=self._change(),
            reason=MovementReason.RECLASSIFICATION,
            allowance=Allowance.SHORTFALL if self._is_loss else Allowance.NONE,
        )
        return Decision(lines=(line,))

    @property
    def _is_loss(self) -> bool:
        """Whether it records a fact, such as damage. Keeping units back is a request, and takes only free units."""
        return self.source is None and self.target in _LOSSES

    def _there(self, level: Level) -> int:
        if self.source is not None:
            return unavailable_of(level, self.source)
        return level.on_hand - level.unavailable if self._is_loss else level.unpromised

    def _change(self) -> LevelChange:
        change = LevelChange() if self.target is None else unavailable_change(self.target, self.quantity)
        if self.source is None:
            return change
        units: dict[str, Any] = {self.source.lower(): -self.quantity}
        return structs.replace(change, **units)
