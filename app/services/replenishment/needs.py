"""What levels need by their policies, and where it would come from: the plan behind automatic orders, and for people.

Rule: a plan is only a look. What is really needed is decided again in the transaction that orders.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from app.domain.purchasing.supplier import Supplier, SupplierItem, best_offer
from app.domain.replenishment.need import later_units, missing_units, needed_after
from app.domain.replenishment.need_plan import Need, NeedRoute, Supply, need_of
from app.domain.replenishment.policy import ReplenishmentMethod
from app.domain.reservations.reservation import Reservation
from app.domain.stock.level import Level, LevelKey
from app.domain.time import Moment
from app.services.document_reader import DocumentReader
from app.services.ports import Clock, LevelReader
from app.services.purchasing.ports import SupplyReader
from app.services.reservations.ports import ReservationQueue

MAX_LATER = 500  # reservations of one level that need their units later; beyond, some are ordered for too early


@dataclass(frozen=True, slots=True, kw_only=True)
class _Facts:
    """What was read for the levels of one plan. What the plan takes from a source is pledged there for what follows."""

    offers: Mapping[str, Sequence[SupplierItem]]
    suppliers: Mapping[str, Supplier]
    sources: dict[LevelKey, Level]

    def supply(self, level: Level) -> Supply:
        """Return where the units of a level may come from."""
        offer = best_offer(self.offers.get(level.key.sku, ()), self.suppliers)
        code = level.policy.resupply_from
        return Supply(
            offer=offer,
            supplier=None if offer is None else self.suppliers[offer.supplier],
            source=None if code is None else self.sources.get(LevelKey(level.key.sku, code)),
        )

    def pledge(self, source: Level, units: int) -> None:
        """Let a source have so many units less to spare."""
        self.sources[source.key] = replace(source, pledged=source.pledged + units)


class Needs:
    """Plans. All methods raise Unavailable."""

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
        """Return what these levels need, those left out that lack nothing, in their order.

        What somebody has declined is among it, and says so.
        """
        short = [level for level in levels if level.declined or missing_units(level, is_review=is_review)]
        facts, now = await self._facts(short), self._clock()
        return [await self._need(level, facts, is_review=is_review, now=now) for level in short]

    async def offers_at(self, skus: Sequence[str]) -> Mapping[str, tuple[SupplierItem, Supplier]]:
        """Return the offer by which each item would be ordered, and its supplier; items without one are left out."""
        facts = await self._offers(skus)
        best = {sku: best_offer(offers, facts.suppliers) for sku, offers in facts.offers.items()}
        return {sku: (offer, facts.suppliers[offer.supplier]) for sku, offer in best.items() if offer is not None}

    async def _need(self, level: Level, facts: _Facts, *, is_review: bool, now: Moment) -> Need:
        supply = facts.supply(level)
        is_dated = level.policy.method is ReplenishmentMethod.JUST_IN_TIME and level.declined is None
        if is_dated and supply.lead_time_days is not None:
            later, units = await self._later(level.key, lead_time_days=supply.lead_time_days)
            supply = replace(supply, later=later, later_units=units)
        need = need_of(level, supply, is_review=is_review, now=now)
        if need.route is NeedRoute.TRANSFER and supply.source is not None:
            facts.pledge(supply.source, need.quantity)
        return need

    async def _later(self, key: LevelKey, *, lead_time_days: int) -> tuple[tuple[str, ...], int]:
        after = needed_after(lead_time_days, now=self._clock())
        ids = await self._queue.waiting_longer(key, than=after, limit=MAX_LATER)
        if not ids:
            return (), 0
        found = await self._documents.documents(Reservation, ids)
        return tuple(ids), later_units(found.values(), key, after=after)

    async def _facts(self, levels: Sequence[Level]) -> _Facts:
        facts = await self._offers([level.key.sku for level in levels])
        sources = [
            LevelKey(level.key.sku, level.policy.resupply_from) for level in levels if level.policy.resupply_from
        ]
        found = await self._levels.levels_at(sources) if sources else {}
        return _Facts(offers=facts.offers, suppliers=facts.suppliers, sources=dict(found))

    async def _offers(self, skus: Sequence[str]) -> _Facts:
        offers = await self._supplies.offers_of(list(dict.fromkeys(skus))) if skus else {}
        codes = {offer.supplier for some in offers.values() for offer in some}
        suppliers = await self._documents.documents(Supplier, sorted(codes)) if codes else {}
        return _Facts(offers=offers, suppliers=suppliers, sources={})
