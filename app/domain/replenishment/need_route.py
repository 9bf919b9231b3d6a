"""The route by which a level would get what it needs: purchase, transfer, not yet, nowhere, or declined.

Rule: a plan is a preview of what was read. The command that orders decides again, in its transaction.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from msgspec import structs

from app.domain.purchasing.supplier import Supplier, SupplierItem, best_offer, lead_time_of
from app.domain.replenishment.need import missing_units, needed_after, spare_units, wanted_units
from app.domain.replenishment.policy import ReplenishmentMethod
from app.domain.stock.level import Level, LevelKey
from app.domain.time import Moment


class NeedRoute(StrEnum):
    """Where the units would come from."""

    PURCHASE = "PURCHASE"
    TRANSFER = "TRANSFER"
    NOT_YET = "NOT_YET"  # backordered units are not needed within the lead time
    NO_SOURCE = "NO_SOURCE"  # no supplier offers the item
    DECLINED = "DECLINED"  # an operator decided not to order it


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """The need of a level now, in units, and its route.

    `wanted` units are missing by the policy; `quantity` would be ordered, rounded to the minimum and packs of the
    `offer`, or transferred from `source`. `later` are waiting reservations that need their units only after the lead
    time.
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
        """Days until the units would arrive; None where unknown."""
        if self.route is NeedRoute.TRANSFER:
            return self.level.policy.transfer_days
        return None if self.supplier is None else lead_time_of(self.offer, self.supplier)


@dataclass(frozen=True, slots=True, kw_only=True)
class LaterUnits:
    """The reservations that wait for units of a level only after its supplier's lead time, and for how many."""

    reservations: Sequence[str] = ()
    units: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Supplies:
    """What was read for the levels of a plan: offers by SKU, suppliers by code, and levels to transfer units from."""

    offers: Mapping[str, Sequence[SupplierItem]]
    suppliers: Mapping[str, Supplier]
    sources: Mapping[LevelKey, Level]

    def supply_of(self, level: Level) -> "Supply":
        """Return where the units of a level may come from."""
        offer = best_offer(self.offers.get(level.key.sku, ()), self.suppliers)
        code = level.policy.resupply_from
        return Supply(
            offer=offer,
            supplier=None if offer is None else self.suppliers[offer.supplier],
            source=None if code is None else self.sources.get(LevelKey(level.key.sku, code)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Supply:
    """Where a level's units may come from: the best offer and its supplier, and the location to transfer them from."""

    offer: SupplierItem | None = None
    supplier: Supplier | None = None
    source: Level | None = None

    @property
    def lead_time_days(self) -> int | None:
        """Days until what is bought would arrive; None without an offer."""
        return None if self.supplier is None else lead_time_of(self.offer, self.supplier)


def is_planned(level: Level, *, is_review: bool) -> bool:
    """Tell whether a plan lists a level: it lacks units, or its need is declined."""
    return level.declined is not None or missing_units(level, is_review=is_review) > 0


def later_from(level: Level, supplies: Supplies, *, now: Moment) -> Moment | None:
    """Return the moment after which a reservation of a level need not be ordered for yet.

    None where the level is not ordered just in time, or where its lead time is unknown.
    """
    lead_time = supplies.supply_of(level).lead_time_days
    if lead_time is None or level.policy.method is not ReplenishmentMethod.JUST_IN_TIME or level.declined is not None:
        return None
    return needed_after(lead_time, now=now)


def plan_needs(
    levels: Iterable[Level],
    supplies: Supplies,
    later: Mapping[LevelKey, LaterUnits],
    *,
    is_review: bool,
    now: Moment,
) -> list[Need]:
    """Return what each level needs and by which route it would come, in the order of the levels.

    The units that one level takes from a source are no longer there for the levels after it.
    """
    needs, sources = [], dict(supplies.sources)
    left = replace(supplies, sources=sources)
    for level in levels:
        supply = left.supply_of(level)
        need = _need_of(level, supply, later.get(level.key, LaterUnits()), is_review=is_review, now=now)
        if need.route is NeedRoute.TRANSFER and supply.source is not None:
            source = supply.source
            sources[source.key] = structs.replace(source, pledged=source.pledged + need.quantity)
        needs.append(need)
    return needs


def _need_of(level: Level, supply: Supply, later: LaterUnits, *, is_review: bool, now: Moment) -> Need:
    missing = missing_units(level, is_review=is_review)
    if not wanted_units(level, is_review=is_review, now=now):
        if level.declined is None:
            return Need(level=level, route=NeedRoute.NOT_YET, wanted=missing)
        return Need(level=level, route=NeedRoute.DECLINED, wanted=missing_units(level, is_review=True))
    return _transfer(level, supply, missing) or _purchase(level, supply, later, is_review=is_review)


def _transfer(level: Level, supply: Supply, wanted: int) -> Need | None:
    """Return the need with the route TRANSFER if the source can spare all of it, else None.

    JUST_IN_TIME needs are purchased: backorders have dates, and a proposal waits for a user.
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


def _purchase(level: Level, supply: Supply, later: LaterUnits, *, is_review: bool) -> Need:
    wanted = missing_units(level, is_review=is_review, later=later.units)
    offer, supplier, waiting = supply.offer, supply.supplier, tuple(later.reservations)
    if offer is None or supplier is None:
        return Need(level=level, route=NeedRoute.NO_SOURCE, wanted=wanted)
    if not wanted:
        return Need(level=level, route=NeedRoute.NOT_YET, wanted=0, supplier=supplier, offer=offer, later=waiting)
    return Need(
        level=level,
        route=NeedRoute.PURCHASE,
        wanted=wanted,
        quantity=offer.rounded(wanted),
        supplier=supplier,
        offer=offer,
        later=waiting,
    )
