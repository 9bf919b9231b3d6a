"""Review dates of PERIODIC levels: (R, S) of Silver, Pyke and Thomas, 4th ed., 6.3, by the calendar.

Rule: review dates follow from the policy and the day alone, so all processes compute the same. Days are numbers since
1970, in UTC; see app.domain.day.
"""

from app.domain.replenishment.policy import Policy, ReplenishmentMethod


def next_review(policy: Policy, today: int) -> int | None:
    """Return the first review date from today on, as the number of the day; None where there is none.

    They begin with `review_start`, or with 1970 where that is not set, and come every `review_days` days. There is none
    for another method than PERIODIC, nor without `review_days`.
    """
    if policy.method is not ReplenishmentMethod.PERIODIC or not policy.review_days:
        return None
    start = policy.review_start or 0
    return max(start, today + (start - today) % policy.review_days)


def is_due(policy: Policy, day: int) -> bool:
    """Tell whether a day is a review date."""
    return next_review(policy, day) == day
