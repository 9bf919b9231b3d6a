"""Needs: the units that a level is missing by its policy, and the units that a source can spare.

Rule: a need is what is missing in the inventory position, so an order satisfies it at once and a repeated run does not
order twice.
"""

from collections.abc import Iterable

from app.domain.limits import MAX_QUANTITY
from app.domain.replenishment.policy import ReplenishmentMethod
from app.domain.reservations.reservation import Reservation
from app.domain.stock.level import Level, LevelKey
from app.domain.time import MICROSECONDS_PER_DAY, Moment


def wanted_units(level: Level, *, is_review: bool, now: Moment, later: int = 0) -> int:
    """Return the units to order now; 0 where nothing is missing or the need is declined.

    See missing_units.
    """
    if level.declined is not None and not level.declined.is_over(now):
        return 0
    return missing_units(level, is_review=is_review, later=later)


def missing_units(level: Level, *, is_review: bool, later: int = 0) -> int:
    """Return the units that a level lacks by its policy, even if the need is declined; 0 where it lacks none.

    PERIODIC levels order in a review only. `later` units are backordered but not needed within the lead time;
    JUST_IN_TIME levels order them later. It is never more than a level may hold: the rest is missing afterwards.
    """
    policy = level.policy
    if level.is_closed or (policy.method is ReplenishmentMethod.PERIODIC and not is_review):
        return 0
    wanted = policy.wanted(position=level.position, reorder_point=level.reorder_point)
    if policy.method is ReplenishmentMethod.JUST_IN_TIME:
        wanted = max(0, wanted - later)
    return min(wanted, MAX_QUANTITY)


def needed_after(lead_time_days: int, *, now: Moment) -> Moment:
    """Return the moment at which an order placed now would arrive."""
    return Moment(now + lead_time_days * MICROSECONDS_PER_DAY)


def later_units(reservations: Iterable[Reservation], key: LevelKey, *, after: Moment) -> int:
    """Return the backordered units of a level that these reservations need only after a moment."""
    return sum(
        hold.waiting
        for reservation in reservations
        if reservation.needed_by is not None and reservation.needed_by > after
        for hold in reservation.holds
        if hold.key == key
    )


def spare_units(source: Level, *, is_faster: bool) -> int:
    """Return the units that a source location can spare.

    Units above its own target are bought already, so a transfer is cheaper than a purchase. Where it is also faster,
    the source spares what is above its reorder point. Units that other proposals have taken are not counted.
    """
    policy = source.policy
    kept = max(source.reorder_point, policy.safety_stock, 0 if is_faster else policy.target_level or 0)
    return max(0, min(source.available, source.position) - source.pledged - kept)
