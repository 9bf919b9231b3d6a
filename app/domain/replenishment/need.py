"""What a level needs by its policy, and where it should come from.

Rule: a need is what is missing in the inventory position, so it is gone as soon as something is on order for it.
Whoever asks twice orders once.
"""

from collections.abc import Iterable

from app.domain.replenishment.policy import ReplenishmentMethod
from app.domain.reservations.reservation import Reservation
from app.domain.stock.level import Level, LevelKey
from app.domain.time import MICROSECONDS_PER_DAY, Moment


def wanted_units(level: Level, *, is_review: bool, now: Moment, later: int = 0) -> int:
    """Return how many units are to be ordered now; 0 where nothing is missing, or somebody has declined it.

    See missing_units.
    """
    if level.declined is not None and not level.declined.is_over(now):
        return 0
    return missing_units(level, is_review=is_review, later=later)


def missing_units(level: Level, *, is_review: bool, later: int = 0) -> int:
    """Return how many units a level lacks by its policy, whatever anybody has declined; 0 where nothing is needed.

    PERIODIC levels order in a review only. `later` units are waited for but not needed within the lead time: just in
    time, they are ordered when they are.
    """
    policy = level.policy
    if level.is_closed or (policy.method is ReplenishmentMethod.PERIODIC and not is_review):
        return 0
    wanted = policy.wanted(position=level.position, reorder_point=level.reorder_point)
    return max(0, wanted - later) if policy.method is ReplenishmentMethod.JUST_IN_TIME else wanted


def needed_after(lead_time_days: int, *, now: Moment) -> Moment:
    """Return the moment from which on an order placed now comes in time."""
    return Moment(now + lead_time_days * MICROSECONDS_PER_DAY)


def later_units(reservations: Iterable[Reservation], key: LevelKey, *, after: Moment) -> int:
    """Return the units of a level that these reservations wait for and need only after a moment."""
    return sum(
        hold.waiting
        for reservation in reservations
        if reservation.needed_by is not None and reservation.needed_by > after
        for hold in reservation.holds
        if hold.key == key
    )


def spare_units(source: Level, *, is_faster: bool) -> int:
    """Return the units that a location may give away without needing them itself.

    What is beyond its own target is bought already, so sending it is cheaper than buying. Where that is also faster
    than buying, it gives what is beyond its reorder point. What it is to give others already is not given twice.
    """
    policy = source.policy
    kept = max(source.reorder_point, policy.safety_stock, 0 if is_faster else policy.target_level or 0)
    return max(0, min(source.available, source.position) - source.pledged - kept)
