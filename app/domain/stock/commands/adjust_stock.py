"""Add or remove units at one level."""

from collections.abc import Iterator

from msgspec import Struct

from app.domain.command import Decision, Line, ReadSet, View
from app.domain.errors import InventoryError
from app.domain.operation import CommandInfo
from app.domain.stock.commands.oversell import sale_allowance, sale_refusal
from app.domain.stock.level import LevelKey
from app.domain.stock.level_change import LevelChange
from app.domain.stock.movement import MovementReason, allowance_of, is_loss_of_units
from app.domain.time import Moment
from app.domain.validation import delta_errors, info_errors, key_errors, reason_errors


class AdjustStock(Struct, frozen=True, kw_only=True, gc=False):
    """A delta in units, never below zero available; for a reason of loss, never below zero on hand.

    Sold units may exceed the record as far as the location's oversell policy allows, confirmed where it asks.
    """

    info: CommandInfo
    key: LevelKey
    delta: int
    reason: MovementReason
    confirm_oversell: bool = False

    def content(self) -> object:
        confirmed = ("confirmed",) if self.confirm_oversell else ()
        return (*self.key, self.delta, self.reason.value, *confirmed)

    def validate(self, *, now: Moment) -> Iterator[InventoryError]:
        yield from key_errors(self.key)
        yield from delta_errors(self.delta, field=("delta",))
        yield from reason_errors(self.reason)
        yield from info_errors(self.info, now=now)

    def read_set(self) -> ReadSet:
        return ReadSet(levels=(self.key,))

    def decide(self, view: View) -> Decision:
        """Decide.

        Raises InsufficientStock, OversellUnconfirmed, InvalidValue, QuantityOutOfRange, NotFound or Archived.
        """
        return Decision(lines=(adjustment(view, self.key, self.delta, self.reason, confirmed=self.confirm_oversell),))


def adjustment(view: View, key: LevelKey, delta: int, reason: MovementReason, *, confirmed: bool) -> Line:
    """Return the movement that adds units to one level; raises the errors of AdjustStock.decide at its fields."""
    change = LevelChange(on_hand=delta)
    is_sale = delta < 0 and reason is MovementReason.SALE
    level = view.stock(key, even_archived=is_loss_of_units(delta, reason))
    allowance = sale_allowance(view, key.location, is_confirmed=confirmed) if is_sale else allowance_of(reason)
    if (refusal := level.refusal(change, allowance)) is not None:
        raise (sale_refusal(view, refusal, is_confirmed=confirmed) if is_sale else refusal).at("delta")
    return Line(key=key, change=change, reason=reason, allowance=allowance)
