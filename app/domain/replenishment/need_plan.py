"""Which way a level would get what it needs: bought, sent by another location, not yet, from nowhere, or not at all.

Rule: this is a look, decided on what was read. What is really needed is decided again by the command that orders.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.domain.purchasing.supplier import Supplier, SupplierItem, lead_time_of
from app.domain.replenishment.need import missing_units, spare_units, wanted_units
from app.domain.replenishment.order_reason import rounded
from app.domain.replenishment.policy import ReplenishmentMethod
from app.domain.stock.level import Level
from app.domain.time import Moment


class NeedRoute(StrEnum):
    """Where the units would come from."""

    PURCHASE = "PURCHASE"
    TRANSFER = "TRANSFER"
    NOT_YET = "NOT_YET"  # what orders wait for is not due within the lead time
    NOWHERE = "NOWHERE"  # nobody offers the item
    DECLINED = "DECLINED"  # somebody decided not to order it


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What a level needs now, in units, and where it would come from.

    `wanted` are missing by the policy; `quantity` would be ordered, rounded to the minimum and packs of the `offer`, or
    transferred from `source`. `later` are the reservations that wait, but need their units only after the lead time.
    """

    level: Level
    route: NeedRoute
    wanted: int
    quantity: int = 0
    supplier: Supplier | None = None
    offer: SupplierItem | None = None
    source: str | None = None
    is_faster: bool = False
    later: tuple[str, ...] = ()

    @property
    def lead_time_days(self) -> int | None:
        """Days until the units would arrive; None where nobody knows."""
        if self.route is NeedRoute.TRANSFER:
            return self.level.policy.transfer_days
        return None if self.supplier is None else lead_time_of(self.offer, self.supplier)


@dataclass(frozen=True, slots=True, kw_only=True)
class Supply:
    """Where a level's units may come from: the best offer and its supplier, and the location that it may ask.

    `later` are the reservations that wait for `later_units` of it only after the supplier's lead time.
    """

    offer: SupplierItem | None = None
    supplier: Supplier | None = None
    source: Level | None = None
    later: Sequence[str] = ()
    later_units: int = 0

    @property
    def lead_time_days(self) -> int | None:
        """Days until what is bought would arrive; None where nobody offers it."""
        return None if self.supplier is None else lead_time_of(self.offer, self.supplier)


def need_of(level: Level, supply: Supply, *, is_review: bool, now: Moment) -> Need:
    """Return what a level that lacks something needs, and by which route it would come."""
    missing = missing_units(level, is_review=is_review)
    if not wanted_units(level, is_review=is_review, now=now):
        if level.declined is None:
            return Need(level=level, route=NeedRoute.NOT_YET, wanted=missing)
        return Need(level=level, route=NeedRoute.DECLINED, wanted=missing_units(level, is_review=True))
    return _transfer(level, supply, missing) or _purchase(level, supply, is_review=is_review)


def _transfer(level: Level, supply: Supply, wanted: int) -> Need | None:
    """Return the need as one that another location serves, if it can spare all of it.

    What is ordered just in time is bought: what orders wait for is dated, and proposals wait for people.
    """
    source = supply.source
    if source is None or level.policy.method is ReplenishmentMethod.JUST_IN_TIME:
        return None
    lead_time = supply.lead_time_days
    is_faster = lead_time is None or level.policy.transfer_days < lead_time
    if spare_units(source, is_faster=is_faster) < wanted:
        return None
    return Need(
        level=level,
        route=NeedRoute.TRANSFER,
        wanted=wanted,
        quantity=wanted,
        source=source.key.location,
        is_faster=is_faster,
    )


def _purchase(level: Level, supply: Supply, *, is_review: bool) -> Need:
    wanted = missing_units(level, is_review=is_review, later=supply.later_units)
    offer, supplier, later = supply.offer, supply.supplier, tuple(supply.later)
    if offer is None or supplier is None:
        return Need(level=level, route=NeedRoute.NOWHERE, wanted=wanted)
    if not wanted:
        return Need(level=level, route=NeedRoute.NOT_YET, wanted=0, supplier=supplier, offer=offer, later=later)
    return Need(
        level=level,
        route=NeedRoute.PURCHASE,
        wanted=wanted,
        quantity=rounded(wanted, minimum_quantity=offer.minimum_quantity, pack_size=offer.pack_size),
        supplier=supplier,
        offer=offer,
        later=later,
    )
