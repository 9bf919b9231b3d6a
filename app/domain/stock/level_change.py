"""Change of a level: the units and settings that one operation changes, and how far it may exceed the free units."""

from enum import IntEnum, StrEnum
from typing import Any

from msgspec import Struct, structs

from app.domain.replenishment.declined import Declined
from app.domain.replenishment.policy import Policy


class UnavailableReason(StrEnum):
    """Why units on hand may not be sold."""

    DAMAGED = "DAMAGED"
    QUALITY_CONTROL = "QUALITY_CONTROL"
    SAFETY = "SAFETY"
    OTHER = "OTHER"


class Allowance(IntEnum):
    """How far a change may exceed the free units. Each one includes those before it.

    NONE: not at all, as for every mere request. SHORTFALL: units are gone, even if they are promised, so that only the
    units on hand bound it. OVERSALE: units were sold, even where the record has none.
    """

    NONE = 0
    SHORTFALL = 1
    OVERSALE = 2


class LevelChange(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """The change of one level by one operation, in units. Given settings replace the present ones.

    `declined` is a need declined with it; `takes_up` resumes the declined need. `closed` is set where the item or
    location was archived, and False where both are open again.
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

    @property
    def settings(self) -> dict[str, Any] | None:
        """The settings that replace the present ones, and whether the level is closed, by their names on the level."""
        given = (self.reorder_point, self.backorder_limit, self.policy, self.closed)
        if given == _NO_SETTINGS:
            return None
        return {name: value for name, value in zip(_SETTINGS, given, strict=True) if value is not None}


_SETTINGS = ("reorder_point", "backorder_limit", "policy", "closed")
_NO_SETTINGS = (None,) * len(_SETTINGS)


def unavailable_change(reason: UnavailableReason, quantity: int, *, on_hand: int = 0) -> LevelChange:
    """Return the change that makes units unavailable for a reason; below zero, that releases them."""
    units: dict[str, Any] = {reason.lower(): quantity}
    return structs.replace(LevelChange(on_hand=on_hand), **units)
