"""Changes of policy settings, of one level or of defaults, and the rules that settings must meet.

Rule: a given value is set, None removes the setting so that it is inherited, and a setting that is left out stays.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Final

from app.domain.day import date_of
from app.domain.errors import Field, InvalidValue, InventoryError, QuantityOutOfRange
from app.domain.limits import MAX_QUANTITY, MAX_REVIEW_DAYS, MAX_REVIEW_START_DAY
from app.domain.partial_update import UNCHANGED, Unchanged, given
from app.domain.replenishment.inheritance import COMPUTED
from app.domain.replenishment.policy import ReplenishmentMethod
from app.domain.replenishment.policy_defaults import SETTINGS, PolicySetting, PolicySettings
from app.domain.replenishment.stocking_numbers import service_level_errors
from app.domain.stock.level import Level
from app.domain.validation import lead_time_errors, location_code_errors, quantity_errors

_CAME_LATER = ("review_start",)
_UNITS = ("reorder_point", "target_level", "safety_stock", "alert_margin", "overstock_point")


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsChange:
    """New settings, in units, days, and a day's number: see Policy."""

    method: ReplenishmentMethod | Unchanged | None = UNCHANGED
    reorder_point: int | Unchanged | None = UNCHANGED
    target_level: int | Unchanged | None = UNCHANGED
    safety_stock: int | Unchanged | None = UNCHANGED
    order_quantity: int | Unchanged | None = UNCHANGED
    review_days: int | Unchanged | None = UNCHANGED
    review_start: int | Unchanged | None = UNCHANGED
    service_level: float | Unchanged | None = UNCHANGED
    alert_margin: int | Unchanged | None = UNCHANGED
    overstock_point: int | Unchanged | None = UNCHANGED
    resupply_from: str | Unchanged | None = UNCHANGED
    transfer_days: int | Unchanged | None = UNCHANGED

    @property
    def values(self) -> Mapping[str, Any]:
        """The given values, by the name of the setting."""
        if self is NO_CHANGE:  # as for nearly all lines of a bulk change
            return {}
        values = ((each.name, getattr(self, each.name)) for each in fields(self))
        return {name: value for name, value in values if not isinstance(value, Unchanged)}

    def content(self) -> object:
        """Return the input for a fingerprint.

        A setting of a later version is included only where it is given, so that a key is valid across an upgrade.
        """
        at_first = tuple(given(getattr(self, each.name)) for each in fields(self) if each.name not in _CAME_LATER)
        since = ((name, getattr(self, name)) for name in _CAME_LATER)
        return (*at_first, *((name, value) for name, value in since if not isinstance(value, Unchanged)))

    def validate(self) -> Iterator[InventoryError]:
        """Yield the errors of single values."""
        values = {name: value for name, value in self.values.items() if value is not None}
        for name in _UNITS:
            if name in values:
                yield from quantity_errors(values[name], field=field_of(name))
        if not 1 <= values.get("order_quantity", 1) <= MAX_QUANTITY:
            yield QuantityOutOfRange(quantity=values["order_quantity"], minimum=1, field=field_of("order_quantity"))
        if not 1 <= values.get("review_days", 1) <= MAX_REVIEW_DAYS:
            rule = f"must be between 1 and {MAX_REVIEW_DAYS} days"
            yield InvalidValue(what=_SPOKEN["review_days"], rule=rule, field=field_of("review_days"))
        if not 0 <= values.get("review_start", 0) <= MAX_REVIEW_START_DAY:
            rule = f"must be between {date_of(0)} and {date_of(MAX_REVIEW_START_DAY)}"
            yield InvalidValue(what=_SPOKEN["review_start"], rule=rule, field=field_of("review_start"))
        if "service_level" in values:
            yield from service_level_errors(values["service_level"])
        if "resupply_from" in values:
            yield from location_code_errors(values["resupply_from"], field=field_of("resupply_from"))
        if "transfer_days" in values:
            yield from lead_time_errors(values["transfer_days"], field=field_of("transfer_days"))

    def applied(self, settings: PolicySettings) -> PolicySettings:
        """Return the settings after the change."""
        return replace(settings, **self.values)


NO_CHANGE: Final = SettingsChange()
CLEARED: Final = SettingsChange(**dict.fromkeys((each.name for each in fields(SettingsChange)), None))


def field_of(name: str) -> Field:
    """Return the path of the input of a setting."""
    first, *others = name.split("_")
    return ("".join((first, *map(str.title, others))),)


def contradictions(settings: PolicySettings, *, given: Collection[str]) -> Iterator[InventoryError]:
    """Yield the contradictions between settings of which the request gives at least one."""
    for lower, upper, is_strict in _RISING:
        low, high = getattr(settings, lower), getattr(settings, upper)
        if low is None or high is None or low < high + (not is_strict):
            continue
        name, other, side = (upper, lower, "above") if upper in given else (lower, upper, "below")
        if name in given:
            bound = side if is_strict else f"at or {side}"
            rule = f"must be {bound} {_SPOKEN[other].lower()}, {getattr(settings, other)}"
            yield InvalidValue(what=_SPOKEN[name], rule=rule, field=field_of(name))


def omissions(settings: PolicySettings, *, given: Collection[str]) -> Iterator[InventoryError]:
    """Yield the missing settings of the method, where the request gives them or the method."""
    for name in _NEEDED.get(settings.method or ReplenishmentMethod.NONE, ()):
        if getattr(settings, name) is None and not {"method", name}.isdisjoint(given):
            rule = f"must be set for the method {settings.method}"
            yield InvalidValue(what=_SPOKEN[name], rule=rule, field=field_of(name))


def settings_of(level: Level) -> PolicySettings:
    """Return the effective settings of a level, without computed ones."""
    policy = level.policy
    values = {name: getattr(policy, name) for name in SETTINGS if name != PolicySetting.REORDER_POINT}
    values["reorder_point"] = level.reorder_point
    if policy.method is ReplenishmentMethod.DEMAND_BASED:
        values |= {name: None for name in COMPUTED if name not in policy.own}
    return PolicySettings(**values)


_RISING = (("reorder_point", "target_level", False), ("target_level", "overstock_point", True))
_SPOKEN = {
    "reorder_point": "The reorder point",
    "target_level": "The target level",
    "overstock_point": "The overstock point",
    "order_quantity": "The order quantity",
    "review_days": "The time between reviews",
    "review_start": "The first review date",
}
_NEEDED = {
    ReplenishmentMethod.MIN_MAX: ("target_level",),
    ReplenishmentMethod.PERIODIC: ("target_level", "review_days"),
    ReplenishmentMethod.FIXED_QUANTITY: ("order_quantity",),
}
