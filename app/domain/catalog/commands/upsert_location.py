"""Create or change a location: what is given replaces, what is not given stays."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from app.domain.catalog.catalog import Location, LocationKind, OversellPolicy
from app.domain.catalog.commands.name_checks import name_errors, required_name
from app.domain.command import Decision, ReadSet, View
from app.domain.errors import (
    InvalidValue,
    InventoryError,
)
from app.domain.limits import (
    MAX_PRIORITY,
)
from app.domain.operation import CommandInfo
from app.domain.partial_update import UNCHANGED, Unchanged, given, updated
from app.domain.time import Moment
from app.domain.validation import (
    info_errors,
    location_code_errors,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class UpsertLocation:
    """Create a location, or change what is given of it."""

    info: CommandInfo
    code: str
    name: str | Unchanged = UNCHANGED
    kind: LocationKind | Unchanged = UNCHANGED
    priority: int | Unchanged = UNCHANGED
    oversell_policy: OversellPolicy | Unchanged = UNCHANGED

    def content(self) -> object:
        policy = () if isinstance(self.oversell_policy, Unchanged) else (given(self.oversell_policy),)
        return (self.code, given(self.name), given(self.kind), given(self.priority), *policy)

    def validate(self, *, now: Moment) -> Iterator[InventoryError]:
        yield from location_code_errors(self.code, field=("code",))
        if not isinstance(self.name, Unchanged):
            yield from name_errors(self.name)
        if isinstance(self.priority, int) and not 1 <= self.priority <= MAX_PRIORITY:
            rule = f"must be between 1 and {MAX_PRIORITY}"
            yield InvalidValue(what="A priority", rule=rule, field=("priority",))
        yield from info_errors(self.info, now=now)

    def read_set(self) -> ReadSet:
        return ReadSet(locations=(self.code,))

    def decide(self, view: View) -> Decision:
        """Decide. Raises InvalidValue where a new location has no name."""
        old = view.location(self.code)
        if old is None:
            old = Location(code=self.code, name=required_name(self.name), created_at=view.now, updated_at=view.now)
        location = replace(
            old,
            name=updated(self.name, old.name),
            kind=updated(self.kind, old.kind),
            priority=updated(self.priority, old.priority),
            oversell_policy=updated(self.oversell_policy, old.oversell_policy),
            updated_at=view.now,
        )
        return Decision(locations=(location,))
