"""Reasons of automatic orders: the policy, and the numbers on which it decided."""

from dataclasses import dataclass

from app.domain.replenishment.policy import ReplenishmentMethod
from app.domain.stock.level import Level
from app.domain.time import Moment

MAX_REASONS = 5  # kept per line, the newest: an order of 1,000 lines is copied into each of its operations


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderReason:
    """One automatic decision, in units, as it was made in the transaction that ordered.

    `position` is the inventory position: see Level.position. `wanted` units were missing by the policy; `quantity`
    units were ordered after rounding to the supplier's minimum and packs.
    """

    method: ReplenishmentMethod
    at: Moment
    available: int
    incoming: int
    planned: int
    position: int
    reorder_point: int
    target_level: int | None
    safety_stock: int
    order_quantity: int | None
    wanted: int
    quantity: int
    minimum_quantity: int = 1
    pack_size: int = 1

    @classmethod
    def of(
        cls, level: Level, *, at: Moment, wanted: int, quantity: int, minimum_quantity: int = 1, pack_size: int = 1
    ) -> "OrderReason":
        """Return the reason of an order for a level as it was before the order."""
        policy = level.policy
        return cls(
            method=policy.method,
            at=at,
            available=level.available,
            incoming=level.incoming,
            planned=level.planned,
            position=level.position,
            reorder_point=level.reorder_point,
            target_level=policy.target_level,
            safety_stock=policy.safety_stock,
            order_quantity=policy.order_quantity,
            wanted=wanted,
            quantity=quantity,
            minimum_quantity=minimum_quantity,
            pack_size=pack_size,
        )
