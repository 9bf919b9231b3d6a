"""Declined needs: the decision of a user not to order for a level, with the actor, time, reason and end (ADR 22).

Rule: a decision lasts until the level's inventory position is worse by a margin, until a time, or until the level needs
nothing. It is part of the level, so no automatic order or transfer bypasses it.
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
    """What action of a user declined a need."""

    QUANTITY_SET = "QUANTITY_SET"
    LINE_REMOVED = "LINE_REMOVED"
    ORDER_CANCELLED = "ORDER_CANCELLED"
    TRANSFER_CANCELLED = "TRANSFER_CANCELLED"
    SHIPPED_LESS = "SHIPPED_LESS"
    SNOOZED = "SNOOZED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Declined:
    """A declined need, and the state on which it was decided.

    `quantity` units were left on the `order` or `transfer`. With `until`, it ends then at the latest. `position` is the
    inventory position at the decision; at `wake_position` or below, the level is worse off and the decision ends. Where
    that is None, only the time counts, as with `even_if_worse`.
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
        """Whether it has an end, so that it lasts until then even if the level needs nothing meanwhile."""
        return self.reason is DeclineReason.SNOOZED and self.until is not None

    def is_over(self, now: Moment) -> bool:
        """Tell whether its end has passed."""
        return self.until is not None and self.until <= now

    def begun(self, policy: Policy, *, position: int, reorder_point: int) -> "Declined | None":
        """Return the decision for the present position; None where nothing is needed that could be declined.

        A PERIODIC level orders at its review dates, so its need is declined until the next of them.
        """
        if not self.is_timed and not policy.wanted(position=position, reorder_point=reorder_point):
            return None
        until = self.until or _next_review(policy, after=self.at)
        is_by_time = self.even_if_worse or (until is not None and self.until is None)
        wake_position = None if is_by_time else worse_than(position, policy)
        return replace(self, position=position, until=until, wake_position=wake_position)

    def kept(self, policy: Policy, *, position: int, reorder_point: int) -> "Declined | None":
        """Return the decision after a change of the position; None where it has ended.

        A better position becomes the new base of comparison.
        """
        if self.wake_position is not None and position <= self.wake_position:
            return None
        if not self.is_timed and not policy.wanted(position=position, reorder_point=reorder_point):
            return None
        if self.wake_position is None or (wake_position := worse_than(position, policy)) <= self.wake_position:
            return self
        return replace(self, wake_position=wake_position)

    def plain(self) -> dict[str, Any]:
        """Return it as plain values, to be stored or sent; None is left out."""
        values = {name: getattr(self, name) for name in _NAMES}
        return {name: value for name, value in values.items() if value is not None and value is not False} | {
            "reason": self.reason.value
        }


def declined_of(plain: Mapping[str, Any] | None) -> Declined | None:
    """Return the decision from plain values; None from None."""
    return Declined(**{**plain, "reason": DeclineReason(plain["reason"])}) if plain else None


def worse_than(position: int, policy: Policy) -> int:
    """Return the highest position at which a level counts as worse off than at this one.

    That is half of it less, or half as much again backordered, by one unit at least; or below the safety stock. Just in
    time, every further backordered unit counts, because each order is a need of its own.
    """
    step = 1 if policy.method is ReplenishmentMethod.JUST_IN_TIME else max(1, (abs(position) + 1) // 2)
    is_safe = 0 < policy.safety_stock <= position
    return max(position - step, policy.safety_stock - 1) if is_safe else position - step


def _next_review(policy: Policy, *, after: Moment) -> Moment | None:
    day = next_review(policy, day_of(after) + 1)
    return None if day is None else start_of(day)


_NAMES = tuple(each.name for each in fields(Declined))
