"""Set the units on hand of one level, compared with what the caller expects (compare and set)."""

from collections.abc import Iterator

from msgspec import Struct

from app.domain.command import Decision, Line, ReadSet, View
from app.domain.errors import Field, InvalidValue, InventoryError, NothingToChange, StaleLevel
from app.domain.limits import MAX_OVERSOLD
from app.domain.operation import CommandInfo
from app.domain.replenishment.commands.policy_checks import with_need_taken_up
from app.domain.replenishment.inheritance import with_own, with_own_reorder_point
from app.domain.replenishment.policy import Policy
from app.domain.replenishment.policy_change import NO_CHANGE, SettingsChange, contradictions, omissions, settings_of
from app.domain.stock.level import Level, LevelKey
from app.domain.stock.level_change import Allowance, LevelChange
from app.domain.stock.movement import MovementReason
from app.domain.time import Moment
from app.domain.validation import info_errors, key_errors, quantity_errors, reason_errors


class StockSetting(Struct, frozen=True, kw_only=True, gc=False):
    """An absolute quantity in units, with the expected state of the level before, or `is_forced` to set it regardless.

    `reorder_point` and `backorder_limit`, in units, stay as they are where they are None. A given reorder point becomes
    the level's own, as do the other `settings`. With `only_if_different` a level that is already as requested, whatever
    its version, is left alone: no movement confirms it.
    """

    key: LevelKey
    quantity: int
    reason: MovementReason
    expected_on_hand: int | None = None
    expected_version: int | None = None
    is_forced: bool = False
    reorder_point: int | None = None
    backorder_limit: int | None = None
    settings: SettingsChange = NO_CHANGE
    only_if_different: bool = False

    def content(self) -> object:
        """Return the input for a fingerprint."""
        extras: tuple[object, ...] = (self.settings.content(),) if self.settings.values else ()
        if self.only_if_different:
            extras = (*extras, "only if different")
        return (
            *self.key,
            self.quantity,
            self.reason.value,
            self.expected_on_hand,
            self.expected_version,
            self.is_forced,
            self.reorder_point,
            self.backorder_limit,
            *extras,
        )

    def validate(self, *, prefix: Field = ()) -> Iterator[InventoryError]:
        """Yield the errors that do not depend on the state."""
        yield from key_errors(self.key, prefix=prefix)
        if not (self.only_if_different and -MAX_OVERSOLD <= self.quantity < 0):  # an oversold level may stay so
            yield from quantity_errors(self.quantity, field=(*prefix, "quantity"))
        yield from reason_errors(self.reason, field=(*prefix, "reason"))
        if self.reorder_point is not None:
            yield from quantity_errors(self.reorder_point, field=(*prefix, "reorderPoint"))
        if self.backorder_limit is not None:
            yield from quantity_errors(self.backorder_limit, field=(*prefix, "backorderLimit"))
        if self.settings is not NO_CHANGE:
            for error in self.settings.validate():
                yield error.at(*prefix)
        beliefs = (self.expected_on_hand is not None) + (self.expected_version is not None) + self.is_forced
        if beliefs != 1:
            rule = "must be given by exactly one of expectedOnHand, expectedVersion or force: true"
            yield InvalidValue(what="What the level was before", rule=rule, field=(*prefix, "expectedOnHand"))

    def movement(self, view: View, *, info: CommandInfo) -> Line:
        """Return the movement that sets the level; one of zero units where the quantity is right already.

        A counted quantity is a fact, even if more is promised. Raises NothingToChange, StaleLevel, InvalidValue where
        settings contradict the others of the level or a method lacks something, NotFound or Archived.
        """
        level = view.stock(self.key, even_archived=True)
        if self.quantity > level.on_hand or level.version == 0:
            level = view.stock(self.key)  # archived stock may only be reduced
        if self.only_if_different and self._is_met_by(level):
            raise NothingToChange(sku=self.key.sku, location=self.key.location)
        for error in quantity_errors(self.quantity, field=("quantity",)):
            raise error
        self._compare(level)
        self._compare_moments(level, info.occurred_at)
        change = LevelChange(
            on_hand=self.quantity - level.on_hand,
            reorder_point=self.reorder_point,
            backorder_limit=self.backorder_limit,
            policy=self._policy(level),
        )
        change = with_need_taken_up(level, change)
        refusal = level.refusal(change, Allowance.SHORTFALL)
        if refusal is not None:
            raise refusal.at("quantity")
        return Line(key=self.key, change=change, reason=self.reason, allowance=Allowance.SHORTFALL)

    def _compare_moments(self, level: Level, occurred_at: Moment | None) -> None:
        """Raise InvalidValue where units were counted before the last change of the level, which would be undone."""
        if self.is_forced and occurred_at is not None and occurred_at < level.changed_at:
            rule = (
                f"is before the last change of {level.key}, which it would take back: record it by countRecord, which "
                "leaves in what happened since, or leave occurredAt out if it is right as of now"
            )
            raise InvalidValue(what="The time of a forced count", rule=rule, field=("occurredAt",))

    def _is_met_by(self, level: Level) -> bool:
        return (
            level.version > 0
            and self.quantity == level.on_hand
            and self.reorder_point in (None, level.reorder_point)
            and self.backorder_limit in (None, level.backorder_limit)
            and self._policy(level) is None
        )

    def _policy(self, level: Level) -> Policy | None:
        """Return the policy with the given settings as the level's own; None where it does not change."""
        given = {} if self.reorder_point is None else {"reorder_point": self.reorder_point}
        values = {**self.settings.values, **given}
        if not values:
            return None
        if values == given and level.policy.target_level is None:  # nothing that the reorder point could contradict
            return None if "reorder_point" in level.policy.own else with_own_reorder_point(level.policy)
        after = with_own(level, values)
        settings = settings_of(after)
        for refusal in (*omissions(settings, given=values), *contradictions(settings, given=values)):
            raise refusal
        return None if after.policy == level.policy else after.policy

    def _compare(self, level: Level) -> None:
        for expected, actual, name in (
            (self.expected_on_hand, level.on_hand, "expectedOnHand"),
            (self.expected_version, level.version, "expectedVersion"),
        ):
            if expected is not None and expected != actual:
                raise StaleLevel(
                    sku=self.key.sku, location=self.key.location, expected=expected, actual=actual, field=(name,)
                )


class SetStock(Struct, frozen=True, kw_only=True, gc=False):
    """Set one level."""

    info: CommandInfo
    setting: StockSetting

    def content(self) -> object:
        return self.setting.content()

    def validate(self, *, now: Moment) -> Iterator[InventoryError]:
        yield from self.setting.validate()
        yield from info_errors(self.info, now=now)

    def read_set(self) -> ReadSet:
        return ReadSet(levels=(self.setting.key,))

    def decide(self, view: View) -> Decision:
        """Decide. Raises what StockSetting.movement raises."""
        return Decision(lines=(self.setting.movement(view, info=self.info),))
