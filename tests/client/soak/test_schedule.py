"""The plan of faults: known before, the same for a seed, and fair."""

from collections import Counter

import pytest

from app.client.soak.faults.schedule import FROZEN_SECONDS, FaultKind, UnknownFault, possible_faults, schedule

ROLES = ("mongod", "redis-server", "api")


def test_a_seed_plans_alike_and_each_fault_comes_before_any_comes_again() -> None:
    """An hour with a fault every four minutes has each of the seven twice, and a rest at the end."""
    plan = schedule(ROLES, seconds=3_600, every_seconds=240, seed=7)
    assert plan == schedule(ROLES, seconds=3_600, every_seconds=240, seed=7)
    assert plan != schedule(ROLES, seconds=3_600, every_seconds=240, seed=8)
    assert Counter(fault.name for fault in plan[:7]) == Counter(possible_faults(ROLES).keys())
    assert Counter(fault.name for fault in plan[7:14]) == Counter(possible_faults(ROLES).keys())
    assert [fault.second for fault in plan] == [120 + 240 * number for number in range(len(plan))]
    assert plan[-1].second <= 3_600 - 240 * 0.3


def test_only_what_is_frozen_stands_still_for_some_seconds() -> None:
    """Of several lengths, within the bounds."""
    frozen = [
        fault.frozen_seconds
        for fault in schedule(ROLES, seconds=36_000, every_seconds=60, seed=1)
        if fault.kind is FaultKind.FREEZE
    ]
    assert all(FROZEN_SECONDS[0] <= seconds <= FROZEN_SECONDS[1] for seconds in frozen)
    assert len(set(frozen)) > 10
    assert {
        fault.frozen_seconds for fault in schedule(ROLES, seconds=600, every_seconds=60, seed=1, names=["kill-api"])
    } == {0.0}


def test_a_name_that_no_fault_has_is_refused_with_those_that_there_are() -> None:
    """One sentence."""
    with pytest.raises(UnknownFault, match="no fault kill-primary; there are kill-mongod, freeze-mongod, kill-redis"):
        schedule(ROLES, seconds=60, every_seconds=10, seed=1, names=["kill-primary"])
