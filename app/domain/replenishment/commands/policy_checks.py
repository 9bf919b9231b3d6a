"""Checks and look-ups that the commands about policies share."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Protocol

from msgspec import structs

from app.domain.command import View
from app.domain.document import Document, DocumentKey
from app.domain.errors import Archived, InvalidValue, InventoryError, UnknownLocation
from app.domain.replenishment.policy_change import SettingsChange, field_of
from app.domain.replenishment.policy_defaults import PolicyDefaults, PolicyScope, policy_key, policy_keys
from app.domain.stock.level import Level, LevelKey
from app.domain.stock.level_change import LevelChange
from app.domain.time import Moment

_ORDERED_BY = (
    "method",
    "target_level",
    "safety_stock",
    "order_quantity",
    "review_days",
    "review_start",
    "service_level",
    "resupply_from",
)
_RESUPPLY = field_of("resupply_from")


class DefaultsView(Protocol):
    """The part of a View that finding defaults uses."""

    @property
    def now(self) -> Moment: ...

    def document(self, key: DocumentKey) -> Document | None: ...


def resupply_codes(change: SettingsChange) -> tuple[str, ...]:
    """Return the location to resupply from that a change names, for `ReadSet.locations`."""
    return (change.resupply_from,) if isinstance(change.resupply_from, str) else ()


def resupply_refusals(view: View, change: SettingsChange, *, of: str | None) -> Iterator[InventoryError]:
    """Yield why that location may not send units to the location `of`, or to any."""
    for code in resupply_codes(change):
        location = view.location(code)
        if location is None:
            yield UnknownLocation(location=code, field=_RESUPPLY)
        elif location.is_archived:
            yield Archived(kind="location", name=code, field=_RESUPPLY)
        if code == of:
            yield InvalidValue(
                what="The location to resupply from", rule="must be another than the level's own", field=_RESUPPLY
            )


def defaults_of(view: View, key: LevelKey, *, category: str | None) -> list[PolicyDefaults]:
    """Return the defaults that a level inherits from, all named in `ReadSet.documents`."""
    found = map(view.document, policy_keys(key, category=category))
    return [each for each in found if isinstance(each, PolicyDefaults)]


def to_be_applied(view: DefaultsView, scope: PolicyScope, name: str) -> PolicyDefaults:
    """Return the defaults of a scope, marked to be applied to its levels again; empty ones where there are none."""
    key = policy_key(scope, name)
    known = view.document(key)
    if known is None:
        return PolicyDefaults(id=key.id, created_at=view.now)
    assert isinstance(known, PolicyDefaults)
    return replace(known, is_applied=False)


def with_need_taken_up(level: Level, change: LevelChange) -> LevelChange:
    """Return a user's change of one level, which also resumes its declined need where it changes what is ordered.

    A need that is declined until a time stays declined.
    """
    declined = level.declined
    if declined is None or declined.is_timed or not _orders_otherwise(level, change):
        return change
    return structs.replace(change, takes_up=True)


def _orders_otherwise(level: Level, change: LevelChange) -> bool:
    if change.reorder_point not in (None, level.reorder_point):
        return True
    policy = level.policy if change.policy is None else change.policy
    return any(getattr(level.policy, name) != getattr(policy, name) for name in _ORDERED_BY)
