"""The enums of counts."""

from app.domain.counting.count import CountState, UncountedRule
from app.domain.counting.count_line import CountMode
from app.services.counting.cycle_counts import CountDueReason
from schema.enums.described import described

__all__ = ["CountDueReason", "CountMode", "CountState", "UncountedRule"]

described(
    CountState,
    name="CountState",
    description="The state of a count.",
    values={
        CountState.OPEN: "Quantities can be recorded.",
        CountState.POSTING: "Some of its lines are posted, others not yet. No more quantities can be recorded.",
        CountState.POSTED: "All of its lines are posted.",
        CountState.CANCELLED: "It was cancelled: none of it is posted.",
    },
)

described(
    UncountedRule,
    name="UncountedRule",
    description="How levels in scope that were not counted are treated.",
    values={
        UncountedRule.IGNORE: "Their stock stays unchanged.",
        UncountedRule.ZERO: "They are taken as counted with 0 units when posting begins.",
    },
)

described(
    CountMode,
    name="CountMode",
    description="How several entries for one item are combined.",
    values={
        CountMode.LAST: "The last entry counts.",
        CountMode.SUM: "Entries are added up: each covers a part, at another place. Between them, units may move only "
        "in parts not yet counted.",
    },
)

described(
    CountDueReason,
    name="CountDueReason",
    description="Why a level is due for a count.",
    values={
        CountDueReason.OVERSOLD: "More was sold than is recorded, so the record is certainly wrong.",
        CountDueReason.INTERVAL: "The interval of its ABC class has passed, or it was never counted.",
    },
)
