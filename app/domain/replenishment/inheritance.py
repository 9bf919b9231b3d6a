"""Effective settings of a level: its own, and inherited ones where it has none (ADR 18).

Rule: the most specific default that sets something counts, setting by setting: item before category before location
before everything. An item's own reorder point, if it has one, comes directly after the item's defaults. The daily
review sets the computed numbers of a DEMAND_BASED level, unless they are the level's own.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from functools import lru_cache
from typing import Any

from msgspec import structs

from app.domain.catalog.catalog import Item
from app.domain.replenishment.policy import NO_POLICY, Policy, ReplenishmentMethod
from app.domain.replenishment.policy_defaults import (
    SETTINGS,
    PolicyDefaults,
    PolicyScope,
    PolicySetting,
    PolicySettings,
)
from app.domain.stock.level import Level
from app.domain.stock.level_change import LevelChange


class SettingOrigin(StrEnum):
    """Where an effective setting of a level comes from."""

    LEVEL = "LEVEL"
    ITEM = "ITEM"
    ITEM_REORDER_POINT = "ITEM_REORDER_POINT"
    CATEGORY = "CATEGORY"
    LOCATION = "LOCATION"
    EVERYTHING = "EVERYTHING"
    COMPUTED = "COMPUTED"
    BUILT_IN = "BUILT_IN"


COMPUTED = frozenset({PolicySetting.REORDER_POINT, PolicySetting.TARGET_LEVEL, PolicySetting.SAFETY_STOCK})

_ORDER = {scope: place for place, scope in enumerate(PolicyScope)}
_BUILT_IN: Mapping[str, Any] = {"reorder_point": 0} | {
    name: getattr(NO_POLICY, name) for name in SETTINGS if name != PolicySetting.REORDER_POINT
}


def inherited(level: Level, defaults: Iterable[PolicyDefaults], item: Item) -> LevelChange | None:
    """Return the change that applies these defaults to a level wherever it has no setting of its own.

    None where they are applied already. The defaults are those of its item, its category, its location and everything,
    as far as there are any, in any order.
    """
    sources = _sources(defaults, item)
    own = frozenset(level.policy.own)
    found = {name: _first(sources, name, level)[0] for name in SETTINGS if name not in own}
    if found.get("method", level.policy.method) is ReplenishmentMethod.DEMAND_BASED:
        found = {name: value for name, value in found.items() if name not in COMPUTED}
    reorder_point = found.pop("reorder_point", level.reorder_point)
    return settings_change(level, policy=replace(level.policy, **found), reorder_point=reorder_point)


def origins(level: Level, defaults: Iterable[PolicyDefaults], item: Item) -> Mapping[PolicySetting, SettingOrigin]:
    """Return where each effective setting of a level comes from; the defaults are as for `inherited`."""
    sources = _sources(defaults, item)
    is_computed = level.policy.method is ReplenishmentMethod.DEMAND_BASED
    found: dict[PolicySetting, SettingOrigin] = {}
    for setting in PolicySetting:
        if setting.value in level.policy.own:
            found[setting] = SettingOrigin.LEVEL
        elif is_computed and setting in COMPUTED:
            found[setting] = SettingOrigin.COMPUTED
        else:
            found[setting] = _first(sources, setting.value, level)[1]
    return found


def with_own(level: Level, values: Mapping[str, Any]) -> Level:
    """Return the level with the given settings as its own; a setting that is None is no longer its own.

    A setting that is no longer its own keeps its value until it is inherited.
    """
    own = (frozenset(level.policy.own) | values.keys()) - {name for name, value in values.items() if value is None}
    given = {name: value for name, value in values.items() if value is not None}
    reorder_point = given.pop("reorder_point", level.reorder_point)
    policy = replace(level.policy, **given, own=tuple(name for name in SETTINGS if name in own))
    return structs.replace(level, policy=_kept(policy), reorder_point=reorder_point)


@lru_cache
def with_own_reorder_point(policy: Policy) -> Policy:
    """Return the policy of a level whose reorder point, which is a field of the level, is its own."""
    return replace(policy, own=tuple(name for name in SETTINGS if name in (*policy.own, PolicySetting.REORDER_POINT)))


def settings_change(level: Level, *, policy: Policy, reorder_point: int) -> LevelChange | None:
    """Return the change of a level's settings; None where they do not change."""
    if policy == level.policy and reorder_point == level.reorder_point:
        return None
    return LevelChange(
        reorder_point=None if reorder_point == level.reorder_point else reorder_point,
        policy=None if policy == level.policy else _kept(policy),
    )


_Source = tuple[SettingOrigin, PolicySettings]


def _sources(defaults: Iterable[PolicyDefaults], item: Item) -> Sequence[_Source]:
    """Return the settings that may be inherited, the most specific first."""
    ordered = sorted(defaults, key=lambda each: _ORDER[each.scope])
    of_item = [(SettingOrigin.ITEM, each.settings) for each in ordered if each.scope is PolicyScope.ITEM]
    others = [
        (SettingOrigin(each.scope.value), each.settings) for each in ordered if each.scope is not PolicyScope.ITEM
    ]
    own_of_item = (SettingOrigin.ITEM_REORDER_POINT, PolicySettings(reorder_point=item.reorder_point or None))
    return (*of_item, own_of_item, *others)


def _first(sources: Iterable[_Source], name: str, level: Level) -> tuple[Any, SettingOrigin]:
    """Return the first value that is set, or the built-in one, with its origin. No location sends units to itself."""
    for origin, source in sources:
        value = getattr(source, name)
        if value is not None and not (name == PolicySetting.RESUPPLY_FROM and value == level.key.location):
            return value, origin
    return _BUILT_IN[name], SettingOrigin.BUILT_IN


def _kept(policy: Policy) -> Policy:
    """Return the policy, or the NO_POLICY object itself where it is equal, as identity is the fast check."""
    return NO_POLICY if policy == NO_POLICY else policy
