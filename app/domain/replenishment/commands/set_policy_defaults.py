"""Set or clear the policy defaults of an item, a category, a location or of everything."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from app.domain.command import Decision, ReadSet, View
from app.domain.errors import InvalidValue, InventoryError, Refused, UnknownDocument, UnknownItem, UnknownLocation
from app.domain.limits import MAX_CATEGORY_LENGTH
from app.domain.operation import CommandInfo
from app.domain.replenishment.commands.policy_checks import resupply_codes, resupply_refusals, to_be_applied
from app.domain.replenishment.policy_change import SettingsChange, contradictions
from app.domain.replenishment.policy_defaults import NOTHING_SET, PolicyScope, policy_key
from app.domain.time import Moment
from app.domain.validation import info_errors, location_code_errors, sku_errors, text_errors


@dataclass(frozen=True, slots=True, kw_only=True)
class SetPolicyDefaults:
    """Given values are set, None removes a setting, and the rest stays. They are applied to the levels automatically.

    The name of a scope is a SKU, a category or a location code; empty for everything. No method needs to be complete
    here: what it lacks may be set in another scope.
    """

    info: CommandInfo
    scope: PolicyScope
    name: str
    change: SettingsChange

    def content(self) -> object:
        return (self.scope.value, self.name, self.change.content())

    def validate(self, *, now: Moment) -> Iterator[InventoryError]:
        yield from name_errors(self.scope, self.name)
        if not self.change.values:
            yield InvalidValue(what="A policy", rule="must set or drop at least one setting", field=("method",))
        yield from self.change.validate()
        yield from info_errors(self.info, now=now)

    def read_set(self) -> ReadSet:
        of_location = (self.name,) if self.scope is PolicyScope.LOCATION else ()
        return ReadSet(
            items=(self.name,) if self.scope is PolicyScope.ITEM else (),
            locations=(*of_location, *resupply_codes(self.change)),
            documents=(policy_key(self.scope, self.name),),
        )

    def decide(self, view: View) -> Decision:
        """Decide. Raises Refused with what is unknown, archived or contradictory."""
        defaults = to_be_applied(view, self.scope, self.name)
        settings = self.change.applied(defaults.settings)
        refusals = [
            *_unknown(view, self.scope, self.name),
            *resupply_refusals(view, self.change, of=self.name if self.scope is PolicyScope.LOCATION else None),
            *contradictions(settings, given=self.change.values),
        ]
        if refusals:
            raise Refused(*refusals)
        return Decision(documents=(replace(defaults, settings=settings),))


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearPolicyDefaults:
    """Remove all defaults of a scope."""

    info: CommandInfo
    scope: PolicyScope
    name: str

    def content(self) -> object:
        return (self.scope.value, self.name)

    def validate(self, *, now: Moment) -> Iterator[InventoryError]:
        yield from name_errors(self.scope, self.name)
        yield from info_errors(self.info, now=now)

    def read_set(self) -> ReadSet:
        return ReadSet(documents=(policy_key(self.scope, self.name),))

    def decide(self, view: View) -> Decision:
        """Decide. Raises UnknownDocument where nothing is set."""
        defaults = to_be_applied(view, self.scope, self.name)
        if not defaults.sets_something:
            raise UnknownDocument(kind=defaults.kind, id=defaults.id, field=("scope",) if not self.name else ("name",))
        return Decision(documents=(replace(defaults, settings=NOTHING_SET),))


def name_errors(scope: PolicyScope, name: str) -> Iterator[InventoryError]:
    """Check that a scope has a name of its kind."""
    match scope:
        case PolicyScope.ITEM:
            yield from sku_errors(name, field=("name",))
        case PolicyScope.CATEGORY:
            yield from text_errors(name, what="A category", maximum=MAX_CATEGORY_LENGTH, field=("name",))
        case PolicyScope.LOCATION:
            yield from location_code_errors(name, field=("name",))
        case PolicyScope.EVERYTHING:
            if name:
                yield InvalidValue(what="The policy for everything", rule="has no name", field=("name",))


def _unknown(view: View, scope: PolicyScope, name: str) -> Iterator[InventoryError]:
    """Yield that there is no such item or location. Items need not have a category yet."""
    if scope is PolicyScope.ITEM and view.item(name) is None:
        yield UnknownItem(sku=name, field=("name",))
    if scope is PolicyScope.LOCATION and view.location(name) is None:
        yield UnknownLocation(location=name, field=("name",))
