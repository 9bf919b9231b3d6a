"""Apply inherited settings to levels, and record which defaults have been applied.

Levels inherit settings, and whether they are closed, which they are where their item or location is archived.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from msgspec import structs

from app.domain.command import Decision, Line, ReadSet, View
from app.domain.document import DocumentKey, DocumentKind
from app.domain.errors import InvalidValue, InventoryError, TooManyLines
from app.domain.limits import MAX_POLICY_LEVELS
from app.domain.operation import CommandInfo
from app.domain.replenishment.commands.policy_checks import defaults_of
from app.domain.replenishment.inheritance import inherited
from app.domain.replenishment.policy_defaults import PolicyDefaults, policy_keys
from app.domain.stock.level import LevelKey
from app.domain.stock.level_change import LevelChange
from app.domain.stock.movement import MovementReason
from app.domain.time import Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyPolicies:
    """Keys of levels, with the category that each item had when it was looked up.

    Safe to run at any time: it decides on the present defaults, and skips levels that have them already and items with
    another category by now, whose change has marked them to be applied again. Settings of archived items and locations
    do not change.
    """

    info: CommandInfo
    categories: Mapping[LevelKey, str | None]

    def content(self) -> object:
        return tuple((*key, category) for key, category in self.categories.items())

    def validate(self, *, now: Moment) -> Iterator[InventoryError]:
        if not 1 <= len(self.categories) <= MAX_POLICY_LEVELS:
            yield TooManyLines(count=len(self.categories), maximum=MAX_POLICY_LEVELS, field=("keys",))

    def read_set(self) -> ReadSet:
        """Return what the decision needs to read; locations are read in the transaction, not from the cache."""
        named = (policy_keys(key, category=category) for key, category in self.categories.items())
        return ReadSet(
            levels=tuple(self.categories),
            items=tuple(dict.fromkeys(key.sku for key in self.categories)),
            locations=tuple(dict.fromkeys(key.location for key in self.categories)),
            documents=tuple(dict.fromkeys(each for keys in named for each in keys)),
        )

    def decide(self, view: View) -> Decision:
        """Decide. Raises InvalidValue where nothing changes."""
        changes = {key: change for key in self.categories if (change := self._change(view, key)) is not None}
        if not changes:
            raise InvalidValue(what="An application of policies", rule="must change at least one level")
        return Decision(
            lines=tuple(Line(key=key, change=change, reason=MovementReason.SETTINGS) for key, change in changes.items())
        )

    def _change(self, view: View, key: LevelKey) -> LevelChange | None:
        item, category = view.item(key.sku), self.categories[key]
        location = view.location(key.location)
        if item is None or location is None or item.category != category:
            return None
        level = view.stock(key, even_archived=True)
        if not level.version:
            return None
        if item.is_archived or location.is_archived:
            return None if level.closed else LevelChange(closed=True)
        change = inherited(level, defaults_of(view, key, category=category), item)
        return structs.replace(change or LevelChange(), closed=False) if level.closed else change


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkPoliciesApplied:
    """These defaults, as (id, version), have been applied to all levels.

    Defaults that have changed since are applied again.
    """

    info: CommandInfo
    applied: tuple[tuple[str, int], ...]

    def content(self) -> object:
        return self.applied

    def validate(self, *, now: Moment) -> Iterator[InventoryError]:
        yield from ()

    def read_set(self) -> ReadSet:
        return ReadSet(documents=tuple(DocumentKey(DocumentKind.POLICY, identity) for identity, _ in self.applied))

    def decide(self, view: View) -> Decision:
        """Decide. Raises InvalidValue where all have changed since."""
        found = {identity: view.document(DocumentKey(DocumentKind.POLICY, identity)) for identity, _ in self.applied}
        marked = tuple(
            replace(known, is_applied=True)
            for identity, version in self.applied
            if isinstance(known := found[identity], PolicyDefaults) and known.version == version
        )
        if not marked:
            raise InvalidValue(what="Applied policies", rule="must be as they were when they were applied")
        return Decision(documents=marked)
