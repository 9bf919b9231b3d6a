"""By what measure a level is worse off than when somebody declined what it needs, and what is kept of the decision."""

import pytest

from app.domain.replenishment.declined import Declined, DeclineReason, declined_of, worse_than
from app.domain.replenishment.policy import Policy, ReplenishmentMethod
from app.domain.time import Moment

MIN_MAX = Policy(method=ReplenishmentMethod.MIN_MAX, target_level=48)
SAFE = Policy(method=ReplenishmentMethod.MIN_MAX, target_level=48, safety_stock=8)
JUST_IN_TIME = Policy(method=ReplenishmentMethod.JUST_IN_TIME, safety_stock=2)
DECLINED = Declined(reason=DeclineReason.SNOOZED, by="ann", at=Moment(5), note="Slow.")


@pytest.mark.parametrize(
    ("position", "policy", "worse"),
    [
        (10, MIN_MAX, 5),
        (9, MIN_MAX, 4),
        (1, MIN_MAX, 0),
        (0, MIN_MAX, -1),
        (-1, MIN_MAX, -2),
        (-6, MIN_MAX, -9),
        (10, SAFE, 7),
        (20, SAFE, 10),
        (8, SAFE, 7),
        (5, SAFE, 2),
        (-6, JUST_IN_TIME, -7),
    ],
)
def test_a_level_is_worse_off_by_half_or_by_its_safety_stock(position: int, policy: Policy, worse: int) -> None:
    """One unit at least; just in time, any unit more that is waited for."""
    assert worse_than(position, policy) == worse < position


def test_a_level_that_gets_better_is_measured_against_that() -> None:
    """So what arrives is not sold out again in silence."""
    begun = DECLINED.begun(MIN_MAX, position=0, reorder_point=20)
    assert begun is not None
    better = begun.kept(MIN_MAX, position=12, reorder_point=20)
    assert better is not None
    assert (better.position, better.wake_position) == (0, 6)
    assert better.kept(MIN_MAX, position=7, reorder_point=20) == better
    assert better.kept(MIN_MAX, position=6, reorder_point=20) is None
    assert better.kept(MIN_MAX, position=21, reorder_point=20) is None


def test_a_decision_is_kept_as_it_was() -> None:
    """As plain values without what was not said, zeros among them."""
    begun = DECLINED.begun(MIN_MAX, position=0, reorder_point=20)
    assert begun is not None
    plain = begun.plain()
    assert plain == {"reason": "SNOOZED", "by": "ann", "at": 5, "note": "Slow.", "position": 0, "wake_position": -1}
    assert (declined_of(plain), declined_of(None)) == (begun, None)
