"""Record the measurements of the daily review, and that a day was reviewed."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from app.domain.command import Decision, Line, ReadSet, View
from app.domain.errors import InvalidValue, InventoryError
from app.domain.operation import CommandInfo
from app.domain.replenishment.commands.order_from_supplier import open_level
from app.domain.replenishment.policy import ReplenishmentMethod
from app.domain.replenishment.stocking_numbers import StockingNumbers
from app.domain.stock.level import Level, LevelKey
from app.domain.stock.level_change import LevelChange
from app.domain.stock.movement import MovementReason
from app.domain.time import Moment
from app.domain.validation import line_count_errors

RISK_TOLERANCE = 0.1  # a share; demand that changes by less does not rewrite the level, and the ledger, each day


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The measurements of one level, in units; `numbers` only where its policy is DEMAND_BASED."""

    key: LevelKey
    risk_point: int | None
    numbers: StockingNumbers | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewLevels:
    """Apply the measurements to levels, apart from settings of their own.

    Safe to run at any time: a level that has them already is skipped.
    """

    info: CommandInfo
    measured: tuple[Measured, ...]

    def content(self) -> object:
        return tuple((*each.key, each.risk_point, each.numbers and tuple(each.numbers)) for each in self.measured)

    def validate(self, *, now: Moment) -> Iterator[InventoryError]:
        yield from line_count_errors(len(self.measured))

    def read_set(self) -> ReadSet:
        return ReadSet(levels=tuple(each.key for each in self.measured))

    def decide(self, view: View) -> Decision:
        """Decide. Raises InvalidValue where nothing changes."""
        lines: list[Line] = []
        for each in self.measured:
            level = open_level(view, each.key)
            change = None if level is None or not level.version else reviewed(level, each)
            if change is not None:
                lines.append(Line(key=each.key, change=change, reason=MovementReason.SETTINGS))
        if not lines:
            raise InvalidValue(what="A review", rule="must change at least one level")
        return Decision(lines=tuple(lines))


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseReview:
    """Record that a day was reviewed. Its key is the day's, so that it is recorded once."""

    info: CommandInfo

    def content(self) -> object:
        return ()

    def validate(self, *, now: Moment) -> Iterator[InventoryError]:
        yield from ()

    def read_set(self) -> ReadSet:
        return ReadSet()

    def decide(self, view: View) -> Decision:
        return Decision()


def reviewed(level: Level, measured: Measured) -> LevelChange | None:
    """Return the change that applies the measurements to a level; None where it has them already."""
    policy, reorder_point = level.policy, level.reorder_point
    if _differs(policy.risk_point, measured.risk_point):
        policy = replace(policy, risk_point=measured.risk_point)
    if policy.method is ReplenishmentMethod.DEMAND_BASED and measured.numbers is not None:
        numbers = measured.numbers
        if "reorder_point" not in policy.own:
            reorder_point = numbers.reorder_point
        if "target_level" not in policy.own:
            policy = replace(policy, target_level=numbers.target_level)
        if "safety_stock" not in policy.own:
            policy = replace(policy, safety_stock=numbers.safety_stock)
    if policy == level.policy and reorder_point == level.reorder_point:
        return None
    return LevelChange(
        reorder_point=None if reorder_point == level.reorder_point else reorder_point,
        policy=None if policy == level.policy else policy,
    )


def _differs(old: int | None, new: int | None) -> bool:
    if old is None or new is None or not new or not old:
        return (old or None) != (new or None)
    return abs(new - old) > RISK_TOLERANCE * old
