"""Change of a level: the units and settings that one operation changes, and how far it may exceed what is free."""

from dataclasses import dataclass, replace
from enum import IntEnum, StrEnum
from typing import Any

from app.domain.replenishment.declined import Declined
from app.domain.replenishment.policy import Policy


class UnavailableReason(StrEnum):
    """Why units on hand may not be sold."""

    DAMAGED = "DAMAGED"
    QUALITY_CONTROL = "QUALITY_CONTROL"
    SAFETY = "SAFETY"
    OTHER = "OTHER"


class Allowance(IntEnum):
    """How far a change may go beyond what is free. Each one allows what those before it do.

    NONE: not at all, as for all that is merely asked for. SHORTFALL: units are gone, whatever was promised of them, so
    that only what is on hand bounds it. OVERSALE: units were sold, even where the record has none.
    """

    NONE = 0
    SHORTFALL = 1
    OVERSALE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelChange:
    """What one operation does to one level, in units. The settings replace the present ones where they are given.

    `declined` is what somebody decided with it not to order; `takes_up` ends such a decision. `closed` tells that the
    item or the location was archived, or that both are open again.
    """

    on_hand: int = 0
    reserved: int = 0
    backordered: int = 0
    incoming: int = 0
    planned: int = 0
    pledged: int = 0
    damaged: int = 0
    quality_control: int = 0
    safety: int = 0
    other: int = 0
    reorder_point: int | None = None
    backorder_limit: int | None = None
    policy: Policy | None = None
    declined: Declined | None = None
    takes_up: bool = False
    closed: bool | None = None

    @property
    def unavailable(self) -> int:
        """Units that become unavailable, for whatever reason; below zero, units that are released."""
        return self.damaged + self.quality_control + self.safety + self.other


def unavailable_change(reason: UnavailableReason, quantity: int, *, on_hand: int = 0) -> LevelChange:
    """Return the change that makes units unavailable for a reason; below zero, that releases them."""
    units: dict[str, Any] = {reason.lower(): quantity}
    return replace(LevelChange(on_hand=on_hand), **units)
