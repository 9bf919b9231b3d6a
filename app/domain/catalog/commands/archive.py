"""Archive an item or a location, or open it again. Rule: nothing new begins; what is open may be finished."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from app.domain.catalog.commands.archiving import Archiving
from app.domain.catalog.commands.upsert_item import outdated_defaults
from app.domain.command import Decision, ReadSet, View
from app.domain.errors import (
    InventoryError,
    UnknownItem,
    UnknownLocation,
)
from app.domain.replenishment.commands.policy_checks import to_be_applied
from app.domain.replenishment.policy_defaults import PolicyScope, policy_key
from app.domain.time import Moment
from app.domain.validation import (
    info_errors,
    location_code_errors,
    sku_errors,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveItem(Archiving):
    """Let nothing new begin with an item, or open it again.

    What is open may be finished: reserved units are fulfilled, incoming units arrive, and units on hand are counted,
    written off or recorded as lost.
    """

    sku: str

    def content(self) -> object:
        """Return the input; what was looked up for it is not part of it."""
        return (self.sku, *self.terms)

    def validate(self, *, now: Moment) -> Iterator[InventoryError]:
        yield from sku_errors(self.sku)
        yield from info_errors(self.info, now=now)

    def read_set(self) -> ReadSet:
        return ReadSet(items=(self.sku,), documents=(policy_key(PolicyScope.ITEM, self.sku),))

    def decide(self, view: View) -> Decision:
        """Decide. Raises UnknownItem or StillOpen."""
        old = view.item(self.sku)
        if old is None:
            raise UnknownItem(sku=self.sku, field=("sku",))
        self.check_open_work(kind="item", name=self.sku, was_archived=old.is_archived, field="sku")
        item = replace(old, is_archived=self.is_archived, updated_at=view.now)
        return Decision(items=(item,), documents=tuple(outdated_defaults(view, old, item)))


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveLocation(Archiving):
    """Let nothing new begin at a location, or open it again: see ArchiveItem."""

    code: str

    def content(self) -> object:
        """Return the input; what was looked up for it is not part of it."""
        return (self.code, *self.terms)

    def validate(self, *, now: Moment) -> Iterator[InventoryError]:
        yield from location_code_errors(self.code, field=("code",))
        yield from info_errors(self.info, now=now)

    def read_set(self) -> ReadSet:
        return ReadSet(locations=(self.code,), documents=(policy_key(PolicyScope.LOCATION, self.code),))

    def decide(self, view: View) -> Decision:
        """Decide. Raises UnknownLocation or StillOpen."""
        old = view.location(self.code)
        if old is None:
            raise UnknownLocation(location=self.code, field=("code",))
        self.check_open_work(kind="location", name=self.code, was_archived=old.is_archived, field="code")
        location = replace(old, is_archived=self.is_archived, updated_at=view.now)
        is_changed = old.is_archived is not self.is_archived  # its levels are closed, or opened and brought in line
        return Decision(
            locations=(location,),
            documents=(to_be_applied(view, PolicyScope.LOCATION, self.code),) if is_changed else (),
        )
