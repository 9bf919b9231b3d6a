"""What the settings of a policy may be, alone and with each other."""

from dataclasses import replace
from typing import Any

import pytest

from app.domain.errors import InvalidValue, InventoryError, QuantityOutOfRange
from app.domain.limits import MAX_QUANTITY
from app.domain.partial_update import UNCHANGED
from app.domain.replenishment.policy import Policy, ReplenishmentMethod
from app.domain.replenishment.policy_change import (
    CLEARED,
    SettingsChange,
    contradictions,
    field_of,
    omissions,
    settings_of,
)
from app.domain.replenishment.policy_defaults import SETTINGS, PolicySettings
from app.domain.stock.level import Level, LevelKey

KEY = LevelKey("TEA-1", "MAIN")
METHODS = {
    ReplenishmentMethod.NONE: set(),
    ReplenishmentMethod.MIN_MAX: {"target_level"},
    ReplenishmentMethod.FIXED_QUANTITY: {"order_quantity"},
    ReplenishmentMethod.PERIODIC: {"target_level", "review_days"},
    ReplenishmentMethod.JUST_IN_TIME: set(),
    ReplenishmentMethod.DEMAND_BASED: set(),
}
LIMITS: dict[str, tuple[list[Any], list[Any]]] = {
    "reorder_point": ([0, MAX_QUANTITY], [-1, MAX_QUANTITY + 1]),
    "target_level": ([0, MAX_QUANTITY], [-1, MAX_QUANTITY + 1]),
    "safety_stock": ([0, MAX_QUANTITY], [-1, MAX_QUANTITY + 1]),
    "alert_margin": ([0, MAX_QUANTITY], [-1, MAX_QUANTITY + 1]),
    "overstock_point": ([0, MAX_QUANTITY], [-1, MAX_QUANTITY + 1]),
    "order_quantity": ([1, MAX_QUANTITY], [0, MAX_QUANTITY + 1]),
    "review_days": ([1, 365], [0, 366]),
    "review_start": ([0, 47_481], [-1, 47_482]),
    "service_level": ([0.5, 0.9999], [0.4999, 1.0, float("nan")]),
    "resupply_from": (["N", "a.b-c_1"], ["", "a b", "x" * 33]),
    "transfer_days": ([0, 365], [-1, 366]),
}


@pytest.mark.parametrize("name", LIMITS)
def test_each_setting_has_its_bounds(name: str) -> None:
    """The last value that is allowed, and the first that is not, at both ends; dropping is always allowed."""
    allowed, refused = LIMITS[name]
    for value in (*allowed, None, UNCHANGED):
        assert list(SettingsChange(**{name: value}).validate()) == []
    for value in refused:
        [fault] = SettingsChange(**{name: value}).validate()
        assert isinstance(fault, InvalidValue | QuantityOutOfRange)
        assert fault.field == field_of(name)


def test_a_change_says_only_what_it_says() -> None:
    """Nothing, zero and null are three things, for the settings as for an idempotency key."""
    changes = [SettingsChange(), SettingsChange(alert_margin=0), SettingsChange(alert_margin=None)]
    assert [dict(each.values) for each in changes] == [{}, {"alert_margin": 0}, {"alert_margin": None}]
    assert len({each.content() for each in changes}) == 3
    settings = PolicySettings(alert_margin=5, target_level=9)
    applied = [each.applied(settings) for each in changes]
    assert [each.alert_margin for each in applied] == [5, 0, None]
    assert {each.target_level for each in applied} == {9}
    assert CLEARED.applied(settings) == PolicySettings()
    assert CLEARED.values == dict.fromkeys(SETTINGS)


def test_a_key_of_before_a_setting_came_still_holds() -> None:
    """What could be said then is told as it was then, in its order, whatever has come since."""
    before = SettingsChange(method=ReplenishmentMethod.PERIODIC, review_days=7, transfer_days=None)
    nothing = ((),) * 4
    told = ((ReplenishmentMethod.PERIODIC,), *nothing, (7,), *nothing, (None,))
    assert before.content() == told
    with_start = [replace(before, review_start=day).content() for day in (0, 1, None)]
    assert len({told, *with_start}) == 4


def test_the_first_review_date_is_told_as_a_date() -> None:
    """Though it is kept as a number."""
    assert list(SettingsChange(review_start=-1).validate()) == [
        InvalidValue(
            what="The first review date", rule="must be between 1970-01-01 and 2099-12-31", field=("reviewStart",)
        )
    ]


def test_a_setting_is_named_as_the_input_names_it() -> None:
    """In the form of GraphQL."""
    assert [field_of(name) for name in ("method", "reorder_point", "resupply_from")] == [
        ("method",),
        ("reorderPoint",),
        ("resupplyFrom",),
    ]


RISING: list[tuple[PolicySettings, set[str], list[InventoryError]]] = [
    (PolicySettings(reorder_point=5, target_level=5, overstock_point=6), set(SETTINGS), []),
    (PolicySettings(reorder_point=9, overstock_point=3), set(SETTINGS), []),
    (
        PolicySettings(reorder_point=5, target_level=4),
        {"target_level", "reorder_point"},
        [
            InvalidValue(
                what="The target level", rule="must be at or above the reorder point, 5", field=("targetLevel",)
            )
        ],
    ),
    (
        PolicySettings(reorder_point=5, target_level=4),
        {"reorder_point"},
        [
            InvalidValue(
                what="The reorder point", rule="must be at or below the target level, 4", field=("reorderPoint",)
            )
        ],
    ),
    (PolicySettings(reorder_point=5, target_level=4), {"alert_margin", "method"}, []),
    (
        PolicySettings(target_level=4, overstock_point=4),
        {"overstock_point"},
        [InvalidValue(what="The overstock point", rule="must be above the target level, 4", field=("overstockPoint",))],
    ),
    (
        PolicySettings(target_level=4, overstock_point=4),
        {"target_level"},
        [InvalidValue(what="The target level", rule="must be below the overstock point, 4", field=("targetLevel",))],
    ),
]


@pytest.mark.parametrize(("settings", "said", "expected"), RISING)
def test_settings_that_contradict_each_other_are_told_to_who_set_them(
    settings: PolicySettings, said: set[str], expected: list[InventoryError]
) -> None:
    """And not to somebody who set something else."""
    assert list(contradictions(settings, given=said)) == expected


@pytest.mark.parametrize("method", ReplenishmentMethod)
def test_a_method_has_what_it_takes(method: ReplenishmentMethod) -> None:
    """Told to who sets the method, or takes away what it needs."""
    settings = PolicySettings(method=method)
    for said in ({"method"}, set(SETTINGS)):
        assert {error.field for error in omissions(settings, given=said)} == set(map(field_of, METHODS[method]))
    for name in METHODS[method]:
        assert [error.field for error in omissions(settings, given={name})] == [field_of(name)]
    assert list(omissions(settings, given={"alert_margin"})) == []
    complete = PolicySettings(method=method, target_level=0, order_quantity=1, review_days=1)
    assert list(omissions(complete, given=set(SETTINGS))) == []


def test_what_is_computed_for_a_level_contradicts_nothing() -> None:
    """The next review computes it again."""
    policy = Policy(method=ReplenishmentMethod.DEMAND_BASED, target_level=40, safety_stock=3, own=("safety_stock",))
    level = Level(key=KEY, reorder_point=25, policy=policy)
    found = settings_of(level)
    assert (found.reorder_point, found.target_level, found.safety_stock) == (None, None, 3)
    by_hand = Level(key=KEY, reorder_point=25, policy=Policy(method=ReplenishmentMethod.MIN_MAX, target_level=40))
    assert (settings_of(by_hand).reorder_point, settings_of(by_hand).target_level) == (25, 40)
