"""Set the reorder point, policy and backorder limit of one level: no unit moves."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.domain.catalog.catalog import Item
from app.domain.command import Decision, Line, ReadSet, View
from app.domain.errors import InvalidValue, InventoryError, Refused
from app.domain.operation import CommandInfo
from app.domain.replenishment.commands.policy_checks import (
    defaults_of,
    resupply_codes,
    resupply_refusals,
    to_be_applied,
    with_need_taken_up,
)
from app.domain.replenishment.inheritance import inherited, with_own
from app.domain.replenishment.policy_change import NO_CHANGE, SettingsChange, contradictions, omissions, settings_of
from app.domain.replenishment.policy_defaults import PolicyScope, policy_keys
from app.domain.stock.level import Level, LevelKey
from app.domain.stock.level_change import LevelChange
from app.domain.stock.movement import MovementReason
from app.domain.time import NEVER, Moment
from app.domain.validation import info_errors, key_errors, quantity_errors


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigureLevel:
    """The settings of a level. The change is a line of the ledger.

    Given settings of the policy become the level's own, and None is inherited again; `category` is that of the item
    when it was looked up. If it has another by now, inherited settings follow a little later.

    A change of what the level orders resumes its declined need, unless that is declined until a time.

    `backorder_limit` is the maximum of backordered units, unchanged where it is None; a lower limit cancels no
    backorder.
    """

    info: CommandInfo
    key: LevelKey
    settings: SettingsChange = NO_CHANGE
    backorder_limit: int | None = None
    category: str | None = None

    def content(self) -> object:
        """Return the input; without a policy in the form of earlier versions, so that their keys stay valid."""
        values = self.settings.values
        if values.keys() <= {"reorder_point"} and None not in values.values():
            return (*self.key, values.get("reorder_point"), self.backorder_limit)
        return (*self.key, self.settings.content(), self.backorder_limit)

    def validate(self, *, now: Moment) -> Iterator[InventoryError]:
        yield from key_errors(self.key)
        if not self.settings.values and self.backorder_limit is None:
            rule = "must have at least one of reorderPoint, backorderLimit and the others"
            yield InvalidValue(what="A setting of a level", rule=rule, field=("reorderPoint",))
        yield from self.settings.validate()
        if self.backorder_limit is not None:
            yield from quantity_errors(self.backorder_limit, field=("backorderLimit",))
        yield from info_errors(self.info, now=now)

    def read_set(self) -> ReadSet:
        return ReadSet(
            levels=(self.key,),
            items=(self.key.sku,),
            locations=resupply_codes(self.settings),
            documents=tuple(policy_keys(self.key, category=self.category)),
        )

    def decide(self, view: View) -> Decision:
        """Decide. Raises NotFound, Archived, or Refused with missing or contradictory settings."""
        before = view.stock(self.key)
        item = view.item(self.key.sku)
        is_seen = item is not None and item.category == self.category
        after = with_own(before, self.settings.values)
        if item is not None and is_seen:
            after = _following(after, view, item)
        settings, values = settings_of(after), self.settings.values
        refusals = [
            *resupply_refusals(view, self.settings, of=self.key.location),
            *omissions(settings, given=values),
            *contradictions(settings, given=values),
        ]
        if refusals:
            raise Refused(*refusals)
        return Decision(
            lines=(Line(key=self.key, change=self._change(before, after), reason=MovementReason.SETTINGS),),
            documents=() if is_seen else (to_be_applied(view, PolicyScope.ITEM, self.key.sku),),
        )

    def _change(self, before: Level, after: Level) -> LevelChange:
        is_said = after.reorder_point != before.reorder_point or self.settings.values.get("reorder_point") is not None
        change = LevelChange(
            reorder_point=after.reorder_point if is_said else None,
            backorder_limit=self.backorder_limit,
            policy=None if after.policy == before.policy else after.policy,
        )
        return with_need_taken_up(before, change)


def _following(level: Level, view: View, item: Item) -> Level:
    """Return the level with inherited settings where it has none of its own."""
    change = inherited(level, defaults_of(view, level.key, category=item.category), item)
    return level if change is None else level.changed(change, at=NEVER)
