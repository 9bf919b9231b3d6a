"""Snooze and resume the need of a level, and wake it when the snooze ends."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.domain.command import Decision, Line, ReadSet, View
from app.domain.errors import InvalidValue, InventoryError, NothingToChange
from app.domain.limits import MAX_NEED_SNOOZE_SECONDS
from app.domain.operation import CommandInfo
from app.domain.replenishment.declined import Declined, DeclineReason
from app.domain.stock.level import LevelKey
from app.domain.stock.level_change import LevelChange
from app.domain.stock.movement import MovementReason
from app.domain.time import MICROSECONDS_PER_SECOND, SECONDS_PER_DAY, Moment
from app.domain.validation import info_errors, key_errors


@dataclass(frozen=True, slots=True, kw_only=True)
class SnoozeNeed:
    """Order nothing for a level until a moment, or until it is worse off than now.

    With `even_if_worse`, the moment alone counts. It is checked in the decision, so that a repeated request gets its
    outcome however late it comes.
    """

    info: CommandInfo
    key: LevelKey
    until: Moment | None = None
    even_if_worse: bool = False

    def content(self) -> object:
        return (*self.key, self.until, self.even_if_worse)

    def validate(self, *, now: Moment) -> Iterator[InventoryError]:
        yield from key_errors(self.key)
        if self.even_if_worse and self.until is None:
            yield InvalidValue(what="The end of a snooze", rule="must be given with evenIfWorse", field=("until",))
        yield from info_errors(self.info, now=now)

    def read_set(self) -> ReadSet:
        return ReadSet(levels=(self.key,))

    def decide(self, view: View) -> Decision:
        """Decide.

        Raises NotFound, Archived, or InvalidValue, also where there is neither a need now nor an end until which to
        decline future ones.
        """
        level, seconds = view.stock(self.key), MAX_NEED_SNOOZE_SECONDS
        if self.until is not None and not view.now < self.until <= view.now + seconds * MICROSECONDS_PER_SECOND:
            rule = f"must be in the future, at most {seconds // SECONDS_PER_DAY} days from now"
            raise InvalidValue(what="The end of a snooze", rule=rule, field=("until",))
        declined = Declined(
            reason=DeclineReason.SNOOZED,
            by=self.info.author,
            at=view.now,
            note=self.info.note,
            until=self.until,
            even_if_worse=self.even_if_worse,
        ).begun(level.policy, position=level.position, reorder_point=level.reorder_point)
        if declined is None:
            rule = "must be given, as the level needs nothing now"
            raise InvalidValue(what="The end of a snooze", rule=rule, field=("until",))
        return Decision(lines=(_line(self.key, LevelChange(declined=declined)),))


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeNeed:
    """Order for a level again, whatever declined its need."""

    info: CommandInfo
    key: LevelKey

    def content(self) -> object:
        return tuple(self.key)

    def validate(self, *, now: Moment) -> Iterator[InventoryError]:
        yield from key_errors(self.key)
        yield from info_errors(self.info, now=now)

    def read_set(self) -> ReadSet:
        return ReadSet(levels=(self.key,))

    def decide(self, view: View) -> Decision:
        """Decide. Raises NotFound, Archived, or NothingToChange where nothing is declined."""
        if view.stock(self.key).declined is None:
            raise NothingToChange(sku=self.key.sku, location=self.key.location)
        return Decision(lines=(_line(self.key, LevelChange(takes_up=True)),))


@dataclass(frozen=True, slots=True, kw_only=True)
class WakeNeed:
    """The snooze of a need has ended, also of an archived level.

    Any process may run it at any time: too early or a second time, it is refused.
    """

    info: CommandInfo
    key: LevelKey

    def content(self) -> object:
        return tuple(self.key)

    def validate(self, *, now: Moment) -> Iterator[InventoryError]:
        yield from info_errors(self.info, now=now)

    def read_set(self) -> ReadSet:
        return ReadSet(stocked=(self.key.sku,))

    def decide(self, view: View) -> Decision:
        """Decide. Raises NothingToChange."""
        declined = [each.declined for each in view.levels_of(self.key.sku) if each.key == self.key]
        if not any(each is not None and each.is_over(view.now) for each in declined):
            raise NothingToChange(sku=self.key.sku, location=self.key.location)
        return Decision(lines=(_line(self.key, LevelChange(takes_up=True)),))


def _line(key: LevelKey, change: LevelChange) -> Line:
    return Line(key=key, change=change, reason=MovementReason.SETTINGS)
