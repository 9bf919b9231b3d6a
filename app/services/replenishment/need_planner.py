"""Plans what levels need by their policies, and by which route: for automatic orders, and for people.

Rule: a plan is only a look. What is really needed is decided again in the transaction that orders.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from app.domain.purchasing.supplier import Supplier, SupplierItem, best_offer
from app.domain.replenishment.need import later_units
from app.domain.replenishment.need_route import LaterUnits, Need, Supplies, is_planned, later_from, plan_needs
from app.domain.reservations.reservation import Reservation
from app.domain.stock.level import Level, LevelKey
from app.domain.time import Moment
from app.services.ports import Clock, DocumentReader, LevelReader
from app.services.purchasing.ports import SupplyReader
from app.services.reservations.ports import ReservationQueue

MAX_LATER = 500  # reservations of one level that need their units later; beyond, some units are ordered too early


class NeedPlanner:
    """Plans needs. All methods raise Unavailable."""

    def __init__(
        self,
        *,
        levels: LevelReader,
        supplies: SupplyReader,
        documents: DocumentReader,
        queue: ReservationQueue,
        clock: Clock,
    ) -> None:
        self._levels = levels
        self._supplies = supplies
        self._documents = documents
        self._queue = queue
        self._clock = clock

    async def of(self, levels: Sequence[Level], *, is_review: bool = False) -> list[Need]:
        """Return what these levels need, in their order; levels that need nothing are left out.

        Declined needs are included, and marked as such.
        """
        short = [level for level in levels if is_planned(level, is_review=is_review)]
        supplies, now = await self._supplies_of(short), self._clock()
        later = {level.key: await self._later(level, supplies, now=now) for level in short}
        return plan_needs(short, supplies, later, is_review=is_review, now=now)

    async def offers_at(self, skus: Sequence[str]) -> Mapping[str, tuple[SupplierItem, Supplier]]:
        """Return the offer by which each item would be ordered, and its supplier; items without one are left out."""
        supplies = await self._offers(skus)
        best = {sku: best_offer(offers, supplies.suppliers) for sku, offers in supplies.offers.items()}
        return {sku: (offer, supplies.suppliers[offer.supplier]) for sku, offer in best.items() if offer is not None}

    async def _later(self, level: Level, supplies: Supplies, *, now: Moment) -> LaterUnits:
        after = later_from(level, supplies, now=now)
        ids = [] if after is None else await self._queue.waiting_longer(level.key, than=after, limit=MAX_LATER)
        if after is None or not ids:
            return LaterUnits()
        found = await self._documents.documents(Reservation, ids)
        return LaterUnits(reservations=ids, units=later_units(found.values(), level.key, after=after))

    async def _supplies_of(self, levels: Sequence[Level]) -> Supplies:
        supplies = await self._offers([level.key.sku for level in levels])
        keys = [LevelKey(level.key.sku, level.policy.resupply_from) for level in levels if level.policy.resupply_from]
        return replace(supplies, sources=await self._levels.levels_at(keys) if keys else {})

    async def _offers(self, skus: Sequence[str]) -> Supplies:
        offers = await self._supplies.offers_of(list(dict.fromkeys(skus))) if skus else {}
        codes = {offer.supplier for some in offers.values() for offer in some}
        suppliers = await self._documents.documents(Supplier, sorted(codes)) if codes else {}
        return Supplies(offers=offers, suppliers=suppliers, sources={})
