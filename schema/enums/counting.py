"""The enums of counts."""

from app.domain.counting.count import CountState, UncountedRule
from app.domain.counting.count_line import CountMode
from app.services.counting.cycle_counts import CountDueReason
from schema.enums.described import described

__all__ = ["CountDueReason", "CountMode", "CountState", "UncountedRule"]

described(
    CountState,
    name="CountState",
    description="How far a count has come.",
    values={
        CountState.OPEN: "People count.",
        CountState.POSTING: "Some of its lines are posted, others are not yet. Nothing more can be counted.",
        CountState.POSTED: "The record follows all of its lines.",
        CountState.CANCELLED: "It was given up: nothing of it is ever posted.",
    },
)

described(
    UncountedRule,
    name="UncountedRule",
    description="How levels in scope that were not counted are treated.",
    values={
        UncountedRule.IGNORE: "They stay as they are.",
        UncountedRule.ZERO: "What was on hand there when posting began is taken for gone.",
    },
)

described(
    CountMode,
    name="CountMode",
    description="What several entries for one item mean.",
    values={
        CountMode.LAST: "Whoever counted last is right.",
        CountMode.SUM: "Each counted a part, at another place; between those the item moves only where nobody has "
        "counted yet.",
    },
)

described(
    CountDueReason,
    name="CountDueReason",
    description="Why a level is to be counted.",
    values={
        CountDueReason.OVERSOLD: "More was sold than the record had, so that it is wrong for sure.",
        CountDueReason.INTERVAL: "The interval of its class is over, or nobody has counted it yet.",
    },
)
