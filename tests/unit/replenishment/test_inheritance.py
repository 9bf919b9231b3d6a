"""What a level goes by: its own settings before all, then the most specific default that sets each."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.catalog.catalog import Item
from app.domain.replenishment.inheritance import SettingOrigin, inherited, origins, with_own, with_own_reorder_point
from app.domain.replenishment.policy import NO_POLICY, Policy, ReplenishmentMethod
from app.domain.replenishment.policy_defaults import (
    SETTINGS,
    PolicyDefaults,
    PolicyScope,
    PolicySetting,
    PolicySettings,
    policy_key,
    policy_keys,
)
from app.domain.stock.level import Level, LevelKey
from app.domain.time import NEVER, Moment

KEY = LevelKey("TEA-1", "MAIN")
ITEM = Item(sku="TEA-1", name="Tea", category="Drinks", created_at=NEVER, updated_at=NEVER)
NAMES = {
    PolicyScope.ITEM: "TEA-1",
    PolicyScope.CATEGORY: "Drinks",
    PolicyScope.LOCATION: "MAIN",
    PolicyScope.EVERYTHING: "",
}
VALUES: dict[str, tuple[Any, Any]] = {
    "method": (ReplenishmentMethod.MIN_MAX, ReplenishmentMethod.JUST_IN_TIME),
    "reorder_point": (7, 8),
    "target_level": (17, 18),
    "safety_stock": (3, 4),
    "order_quantity": (12, 24),
    "review_days": (7, 14),
    "review_start": (0, 20_458),
    "service_level": (0.9, 0.99),
    "alert_margin": (1, 2),
    "overstock_point": (100, 200),
    "resupply_from": ("NORTH", "SOUTH"),
    "transfer_days": (2, 3),
}


def defaults(scope: PolicyScope, **settings: Any) -> PolicyDefaults:  # noqa: ANN401 - any settings
    """Return the defaults of a scope."""
    return PolicyDefaults(id=policy_key(scope, NAMES[scope]).id, settings=PolicySettings(**settings))


def followed(level: Level, *found: PolicyDefaults, item: Item = ITEM) -> Level:
    """Return the level as it is once it goes by these defaults."""
    change = inherited(level, found, item)
    return level if change is None else level.changed(change, at=Moment(1))


def setting(level: Level, name: str) -> Any:  # noqa: ANN401 - of the setting's type
    """Return what a level goes by."""
    return level.reorder_point if name == "reorder_point" else getattr(level.policy, name)


def test_there_is_a_value_for_each_setting() -> None:
    """So that nothing below passes by a setting."""
    assert VALUES.keys() == set(SETTINGS)
    assert len(SETTINGS) == 12


@pytest.mark.parametrize("name", SETTINGS)
def test_the_most_specific_default_counts_setting_by_setting(name: str) -> None:
    """An item's before its category's, that before the location's, and that before what is for everything."""
    specific, general = VALUES[name]
    scopes = list(PolicyScope)
    for index, scope in enumerate(scopes):
        less = [defaults(each, **{name: general}) for each in scopes[index + 1 :]]
        found = followed(Level(key=KEY), *reversed(less), defaults(scope, **{name: specific}))
        assert setting(found, name) == specific
        others = {each: setting(found, each) for each in SETTINGS if each != name}
        assert others == {each: setting(Level(key=KEY), each) for each in SETTINGS if each != name}


@pytest.mark.parametrize("name", SETTINGS)
def test_a_setting_of_its_own_stays(name: str) -> None:
    """Whatever is set elsewhere, and is inherited again once it is not its own any more."""
    own, inherits = VALUES[name]
    level = with_own(Level(key=KEY), {name: own})
    assert level.policy.own == (name,)
    everything = [defaults(scope, **{name: inherits}) for scope in PolicyScope]
    assert inherited(level, everything, ITEM) is None
    released = with_own(level, {name: None})
    assert (setting(released, name), released.policy.own) == (own, ())
    assert setting(followed(released, *everything), name) == inherits
    assert setting(followed(released), name) == setting(Level(key=KEY), name)


@pytest.mark.parametrize(
    ("of_item", "scopes", "expected"),
    [
        (0, (), 0),
        (5, (), 5),
        (5, (PolicyScope.CATEGORY, PolicyScope.LOCATION, PolicyScope.EVERYTHING), 5),
        (0, (PolicyScope.CATEGORY, PolicyScope.LOCATION, PolicyScope.EVERYTHING), 9),
        (0, (PolicyScope.EVERYTHING,), 9),
        (5, (PolicyScope.ITEM, PolicyScope.EVERYTHING), 9),
    ],
)
def test_the_items_own_reorder_point_comes_right_behind_its_defaults(
    of_item: int, scopes: tuple[PolicyScope, ...], expected: int
) -> None:
    """Where it has none, that is where it is zero, what is more general counts."""
    item = replace(ITEM, reorder_point=of_item)
    found = [defaults(scope, reorder_point=9) for scope in scopes]
    assert followed(Level(key=KEY, reorder_point=77), *found, item=item).reorder_point == expected


def test_what_the_review_computes_is_left_to_it() -> None:
    """The numbers of a level that goes by its demand change neither with defaults nor without, save its own ones."""
    computed = Policy(method=ReplenishmentMethod.DEMAND_BASED, target_level=40, safety_stock=6, risk_point=11)
    level = Level(key=KEY, reorder_point=25, policy=computed)
    numbers = defaults(PolicyScope.ITEM, reorder_point=1, target_level=2, safety_stock=3, alert_margin=4)
    by_demand = defaults(PolicyScope.EVERYTHING, method=ReplenishmentMethod.DEMAND_BASED)
    item = replace(ITEM, reorder_point=5)
    after = followed(level, numbers, by_demand, item=item)
    assert (after.reorder_point, after.policy) == (25, replace(computed, alert_margin=4))
    assert inherited(level, [by_demand], ITEM) is None
    own = with_own(level, {"reorder_point": 30})
    assert followed(own, numbers, by_demand).reorder_point == 30
    other = followed(after, numbers, defaults(PolicyScope.CATEGORY, method=ReplenishmentMethod.MIN_MAX), by_demand)
    assert (other.reorder_point, other.policy.target_level, other.policy.safety_stock) == (1, 2, 3)


def test_what_was_measured_stays() -> None:
    """No default says when a level is at risk."""
    level = Level(key=KEY, policy=Policy(method=ReplenishmentMethod.MIN_MAX, risk_point=11))
    assert followed(level).policy == Policy(risk_point=11)


def test_no_location_sends_units_to_itself() -> None:
    """Where everything is resupplied from one place, that place is not, or by a more general default from another."""
    from_main = defaults(PolicyScope.LOCATION, resupply_from="MAIN")
    assert followed(Level(key=KEY), from_main).policy is NO_POLICY
    assert followed(Level(key=KEY), from_main, defaults(PolicyScope.EVERYTHING, resupply_from="NORTH")).policy == (
        Policy(resupply_from="NORTH")
    )
    assert followed(Level(key=LevelKey("TEA-1", "SOUTH")), from_main).policy.resupply_from == "MAIN"


def test_a_level_that_inherits_nothing_any_more_has_no_policy() -> None:
    """The very object that stands for none, by which movements are quick."""
    level = followed(Level(key=KEY), defaults(PolicyScope.EVERYTHING, target_level=5))
    assert followed(level).policy is NO_POLICY
    assert with_own(with_own(Level(key=KEY), {"alert_margin": 0}), {"alert_margin": None}).policy is NO_POLICY


def test_own_settings_are_named_in_one_order() -> None:
    """However they came, two levels with the same policy are equal."""
    one = with_own(with_own(Level(key=KEY), {"target_level": 9}), {"method": ReplenishmentMethod.MIN_MAX})
    other = with_own(Level(key=KEY), {"method": ReplenishmentMethod.MIN_MAX, "target_level": 9})
    assert one == other
    assert one.policy.own == ("method", "target_level")


def test_a_level_looks_for_defaults_in_four_places() -> None:
    """Three where its item has no category. The name of a scope may hold what separates the two in an id."""
    assert {key.id for key in policy_keys(KEY, category="A:B")} == {
        "ITEM:TEA-1",
        "CATEGORY:A:B",
        "LOCATION:MAIN",
        "EVERYTHING:",
    }
    assert {key.id for key in policy_keys(KEY, category=None)} == {"ITEM:TEA-1", "LOCATION:MAIN", "EVERYTHING:"}
    found = PolicyDefaults(id="CATEGORY:A:B")
    assert (found.scope, found.name, found.sets_something) == (PolicyScope.CATEGORY, "A:B", False)


some_settings = st.fixed_dictionaries(
    {}, optional={name: st.sampled_from(list(values)) for name, values in VALUES.items()}
)


@given(
    own=some_settings,
    set_in=st.dictionaries(st.sampled_from(PolicyScope), some_settings),
    of_item=st.integers(0, 2),
    data=st.data(),
)
def test_going_by_defaults_is_done_once_and_in_any_order(
    own: dict[str, Any], set_in: dict[PolicyScope, dict[str, Any]], of_item: int, data: st.DataObject
) -> None:
    """A level that goes by its defaults is left alone, and no own setting is touched."""
    item = replace(ITEM, reorder_point=of_item)
    found = [defaults(scope, **settings) for scope, settings in set_in.items()]
    level = with_own(Level(key=KEY), own)
    after = followed(level, *found, item=item)
    assert inherited(after, data.draw(st.permutations(found)), item) is None
    assert {name: setting(after, name) for name in own} == own
    assert set(after.policy.own) == own.keys()


@pytest.mark.parametrize("before", [{}, {"method": ReplenishmentMethod.NONE, "safety_stock": 3}, {"reorder_point": 5}])
def test_a_reorder_point_becomes_own_by_the_short_way_as_by_the_long_one(before: dict[str, Any]) -> None:
    """The short one is taken for each line of a bulk count that has a reorder point."""
    level = with_own(Level(key=KEY), before) if before else Level(key=KEY)
    assert with_own_reorder_point(level.policy) == with_own(level, {"reorder_point": 30}).policy


def test_each_setting_says_where_it_comes_from() -> None:
    """By the rule that decides its value."""
    level = with_own(Level(key=KEY), {"target_level": 40})
    found = [
        defaults(PolicyScope.EVERYTHING, alert_margin=1, method=ReplenishmentMethod.MIN_MAX, resupply_from="NORTH"),
        defaults(PolicyScope.LOCATION, safety_stock=3, reorder_point=5, resupply_from="MAIN"),
        defaults(PolicyScope.CATEGORY, target_level=30, safety_stock=4),
        defaults(PolicyScope.ITEM, transfer_days=4),
    ]
    item = replace(ITEM, reorder_point=9)
    told = origins(followed(level, *found, item=item), found, item)
    assert told.keys() == set(PolicySetting)
    assert {setting: origin for setting, origin in told.items() if origin is not SettingOrigin.BUILT_IN} == {
        PolicySetting.TARGET_LEVEL: SettingOrigin.LEVEL,
        PolicySetting.TRANSFER_DAYS: SettingOrigin.ITEM,
        PolicySetting.REORDER_POINT: SettingOrigin.ITEM_REORDER_POINT,
        PolicySetting.SAFETY_STOCK: SettingOrigin.CATEGORY,
        PolicySetting.METHOD: SettingOrigin.EVERYTHING,
        PolicySetting.ALERT_MARGIN: SettingOrigin.EVERYTHING,
        PolicySetting.RESUPPLY_FROM: SettingOrigin.EVERYTHING,
    }


def test_what_demand_decides_comes_from_the_review() -> None:
    """Unless it is the level's own."""
    level = with_own(Level(key=KEY), {"method": ReplenishmentMethod.DEMAND_BASED, "safety_stock": 2})
    told = origins(level, [defaults(PolicyScope.ITEM, reorder_point=3)], ITEM)
    assert {each for each, origin in told.items() if origin is SettingOrigin.COMPUTED} == {
        PolicySetting.REORDER_POINT,
        PolicySetting.TARGET_LEVEL,
    }
    assert (told[PolicySetting.SAFETY_STOCK], told[PolicySetting.METHOD]) == (SettingOrigin.LEVEL, SettingOrigin.LEVEL)
