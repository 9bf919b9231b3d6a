"""What somebody decided not to order for a level: who, when, why, and until when the server leaves it at that (ADR 22).

Rule: a decision lasts until the level is worse off than it was then, by its own measure, until a time, or until it has
what it needs. It stands in the level, so no order, supplier or transfer goes around it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Any

from app.domain.day import day_of, start_of
from app.domain.replenishment.policy import Policy, ReplenishmentMethod
from app.domain.replenishment.review_dates import next_review
from app.domain.time import Moment


class DeclineReason(StrEnum):
    """What somebody did that declined a need."""

    QUANTITY_SET = "QUANTITY_SET"
    LINE_REMOVED = "LINE_REMOVED"
    ORDER_CANCELLED = "ORDER_CANCELLED"
    TRANSFER_CANCELLED = "TRANSFER_CANCELLED"
    SHIPPED_LESS = "SHIPPED_LESS"
    SNOOZED = "SNOOZED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Declined:
    """A need that somebody declined, and what they knew of it.

    `quantity` is what they left on the `order` or `transfer`, in units; 0 where nothing. With `until`, it is declined
    no longer than that. `position` is what the level was to have when it was decided; at `wake_position` or below it is
    worse off. Where that is None, only the time counts, as it does where they said `even_if_worse`.
    """

    reason: DeclineReason
    by: str
    at: Moment
    order: str | None = None
    transfer: str | None = None
    quantity: int | None = None
    note: str | None = None
    until: Moment | None = None
    even_if_worse: bool = False
    position: int = 0
    wake_position: int | None = None

    @property
    def is_timed(self) -> bool:
        """Whether somebody said until when, so that it does not matter whether the level needs something by then."""
        return self.reason is DeclineReason.SNOOZED and self.until is not None

    def is_over(self, now: Moment) -> bool:
        """Tell whether its time is over."""
        return self.until is not None and self.until <= now

    def begun(self, policy: Policy, *, position: int, reorder_point: int) -> "Declined | None":
        """Return the decision as it stands from now on; None where nothing is needed that could be declined.

        A PERIODIC level is decided on at its review dates, so what is declined there is so until the next of them.
        """
        if not self.is_timed and not policy.wanted(position=position, reorder_point=reorder_point):
            return None
        until = self.until or _next_review(policy, after=self.at)
        is_by_time = self.even_if_worse or (until is not None and self.until is None)
        wake_position = None if is_by_time else worse_than(position, policy)
        return replace(self, position=position, until=until, wake_position=wake_position)

    def kept(self, policy: Policy, *, position: int, reorder_point: int) -> "Declined | None":
        """Return the decision after the position has changed; None where it is over.

        Where the level is better off than before, that is what it is measured against from then on.
        """
        if self.wake_position is not None and position <= self.wake_position:
            return None
        if not self.is_timed and not policy.wanted(position=position, reorder_point=reorder_point):
            return None
        if self.wake_position is None or (wake_position := worse_than(position, policy)) <= self.wake_position:
            return self
        return replace(self, wake_position=wake_position)

    def plain(self) -> dict[str, Any]:
        """Return it as plain values, for whoever keeps or sends it; what is None is left out."""
        values = {name: getattr(self, name) for name in _NAMES}
        return {name: value for name, value in values.items() if value is not None and value is not False} | {
            "reason": self.reason.value
        }


def declined_of(plain: Mapping[str, Any] | None) -> Declined | None:
    """Return what such plain values tell; None of nothing."""
    return Declined(**{**plain, "reason": DeclineReason(plain["reason"])}) if plain else None


def worse_than(position: int, policy: Policy) -> int:
    """Return the highest position at which a level is clearly worse off than at this one.

    Half of it is gone, or half as much again is waited for, one unit at least; or its safety stock is touched. Just in
    time, whatever more is waited for counts, because each order is a need of its own.
    """
    step = 1 if policy.method is ReplenishmentMethod.JUST_IN_TIME else max(1, (abs(position) + 1) // 2)
    is_safe = 0 < policy.safety_stock <= position
    return max(position - step, policy.safety_stock - 1) if is_safe else position - step


def _next_review(policy: Policy, *, after: Moment) -> Moment | None:
    day = next_review(policy, day_of(after) + 1)
    return None if day is None else start_of(day)


_NAMES = tuple(each.name for each in fields(Declined))
