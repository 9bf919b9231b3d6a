"""Create, change, archive and restore items and locations."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from app.domain.catalog import Item, Location, LocationKind
from app.domain.command import Decision, Touches, View
from app.domain.errors import InvalidValue, InventoryError, UnknownItem, UnknownLocation
from app.domain.limits import MAX_CATEGORY_LENGTH, MAX_NAME_LENGTH
from app.domain.operation import Cause
from app.domain.time import Moment
from app.domain.unchanged import UNCHANGED, Unchanged, told, updated
from app.domain.validation import cause_faults, location_code_faults, quantity_faults, sku_faults, text_faults


@dataclass(frozen=True, slots=True, kw_only=True)
class UpsertItem:
    """Create an item, or change what is given of it."""

    cause: Cause
    sku: str
    name: str | Unchanged = UNCHANGED
    category: str | Unchanged | None = UNCHANGED
    reorder_point: int | Unchanged = UNCHANGED

    def content(self) -> object:
        """See Command."""
        return (self.sku, told(self.name), told(self.category), told(self.reorder_point))

    def faults(self, *, now: Moment) -> Iterator[InventoryError]:
        """See Command."""
        yield from sku_faults(self.sku)
        if not isinstance(self.name, Unchanged):
            yield from _name_faults(self.name)
        if isinstance(self.category, str):
            yield from text_faults(self.category, what="A category", maximum=MAX_CATEGORY_LENGTH, field=("category",))
        if not isinstance(self.reorder_point, Unchanged):
            yield from quantity_faults(self.reorder_point, field=("reorderPoint",))
        yield from cause_faults(self.cause, now=now)

    def touches(self) -> Touches:
        """See Command."""
        return Touches(items=(self.sku,))

    def decide(self, view: View) -> Decision:
        """See Command. Raises InvalidValue where a new item has no name."""
        old = view.item(self.sku)
        if old is None:
            old = Item(sku=self.sku, name=_required(self.name), created_at=view.now, updated_at=view.now)
        item = replace(
            old,
            name=updated(self.name, old.name),
            category=updated(self.category, old.category),
            reorder_point=updated(self.reorder_point, old.reorder_point),
            updated_at=view.now,
        )
        return Decision(items=(item,))


@dataclass(frozen=True, slots=True, kw_only=True)
class UpsertLocation:
    """Create a location, or change what is given of it."""

    cause: Cause
    code: str
    name: str | Unchanged = UNCHANGED
    kind: LocationKind | Unchanged = UNCHANGED

    def content(self) -> object:
        """See Command."""
        return (self.code, told(self.name), told(self.kind))

    def faults(self, *, now: Moment) -> Iterator[InventoryError]:
        """See Command."""
        yield from location_code_faults(self.code, field=("code",))
        if not isinstance(self.name, Unchanged):
            yield from _name_faults(self.name)
        yield from cause_faults(self.cause, now=now)

    def touches(self) -> Touches:
        """See Command."""
        return Touches(locations=(self.code,))

    def decide(self, view: View) -> Decision:
        """See Command. Raises InvalidValue where a new location has no name."""
        old = view.location(self.code)
        if old is None:
            old = Location(code=self.code, name=_required(self.name), created_at=view.now, updated_at=view.now)
        location = replace(
            old, name=updated(self.name, old.name), kind=updated(self.kind, old.kind), updated_at=view.now
        )
        return Decision(locations=(location,))


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveItem:
    """Close an item to stock changes, or open it again."""

    cause: Cause
    sku: str
    is_archived: bool

    def content(self) -> object:
        """See Command."""
        return (self.sku, self.is_archived)

    def faults(self, *, now: Moment) -> Iterator[InventoryError]:
        """See Command."""
        yield from sku_faults(self.sku)
        yield from cause_faults(self.cause, now=now)

    def touches(self) -> Touches:
        """See Command."""
        return Touches(items=(self.sku,))

    def decide(self, view: View) -> Decision:
        """See Command. Raises UnknownItem."""
        item = view.item(self.sku)
        if item is None:
            raise UnknownItem(sku=self.sku, field=("sku",))
        return Decision(items=(replace(item, is_archived=self.is_archived, updated_at=view.now),))


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveLocation:
    """Close a location to stock changes, or open it again."""

    cause: Cause
    code: str
    is_archived: bool

    def content(self) -> object:
        """See Command."""
        return (self.code, self.is_archived)

    def faults(self, *, now: Moment) -> Iterator[InventoryError]:
        """See Command."""
        yield from location_code_faults(self.code, field=("code",))
        yield from cause_faults(self.cause, now=now)

    def touches(self) -> Touches:
        """See Command."""
        return Touches(locations=(self.code,))

    def decide(self, view: View) -> Decision:
        """See Command. Raises UnknownLocation."""
        location = view.location(self.code)
        if location is None:
            raise UnknownLocation(location=self.code, field=("code",))
        return Decision(locations=(replace(location, is_archived=self.is_archived, updated_at=view.now),))


def _name_faults(name: str) -> Iterator[InventoryError]:
    yield from text_faults(name, what="A name", maximum=MAX_NAME_LENGTH, field=("name",))


def _required(name: str | Unchanged) -> str:
    if isinstance(name, Unchanged):
        raise InvalidValue(what="The name", rule="is required for what does not exist yet", field=("name",))
    return name
