"""What levels need by their policies, and where it would come from: the plan behind automatic orders, and for people.

Rule: a plan is only a look. What is really needed is decided again in the transaction that orders.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from app.domain.level import Level, LevelKey
from app.domain.need import later_units, needed_after, spare_units, wanted_units
from app.domain.order_reason import rounded
from app.domain.policy import ReplenishmentMethod
from app.domain.reservation import Reservation
from app.domain.supplier import Supplier, SupplierItem, best_offer, lead_time_of
from app.services.document_reader import DocumentReader
from app.services.ports import Clock, LevelReader
from app.services.reservation_queue import ReservationQueue
from app.services.supply_ports import SupplyReader

MAX_LATER = 500  # reservations of one level that need their units later; beyond, some are ordered for too early


class NeedRoute(StrEnum):
    """Where the units would come from."""

    PURCHASE = "PURCHASE"
    TRANSFER = "TRANSFER"
    NOT_YET = "NOT_YET"  # what orders wait for is not due within the lead time
    NOWHERE = "NOWHERE"  # nobody offers the item


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
class _Facts:
    """What was read for the levels of one plan. What the plan takes from a source is pledged there for what follows."""

    offers: Mapping[str, Sequence[SupplierItem]]
    suppliers: Mapping[str, Supplier]
    sources: dict[LevelKey, Level]

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
        """Return what these levels need, those left out that need nothing, in their order."""
        short = [level for level in levels if wanted_units(level, is_review=is_review)]
        facts = await self._facts(short)
        return [await self._need(level, facts, is_review=is_review) for level in short]

    async def offers_at(self, skus: Sequence[str]) -> Mapping[str, tuple[SupplierItem, Supplier]]:
        """Return the offer by which each item would be ordered, and its supplier; items without one are left out."""
        facts = await self._offers(skus)
        best = {sku: best_offer(offers, facts.suppliers) for sku, offers in facts.offers.items()}
        return {sku: (offer, facts.suppliers[offer.supplier]) for sku, offer in best.items() if offer is not None}

    async def _need(self, level: Level, facts: _Facts, *, is_review: bool) -> Need:
        offer = best_offer(facts.offers.get(level.key.sku, ()), facts.suppliers)
        supplier = None if offer is None else facts.suppliers[offer.supplier]
        wanted = wanted_units(level, is_review=is_review)
        transfer = self._transfer(level, wanted, facts, offer=offer, supplier=supplier)
        if transfer is not None:
            return transfer
        if offer is None or supplier is None:
            return Need(level=level, route=NeedRoute.NOWHERE, wanted=wanted)
        later: tuple[str, ...] = ()
        if level.policy.method is ReplenishmentMethod.JUST_IN_TIME:
            later, units = await self._later(level.key, lead_time_days=lead_time_of(offer, supplier))
            wanted = wanted_units(level, is_review=is_review, later=units)
        if not wanted:
            return Need(level=level, route=NeedRoute.NOT_YET, wanted=0, supplier=supplier, offer=offer, later=later)
        quantity = rounded(wanted, minimum_quantity=offer.minimum_quantity, pack_size=offer.pack_size)
        return Need(
            level=level,
            route=NeedRoute.PURCHASE,
            wanted=wanted,
            quantity=quantity,
            supplier=supplier,
            offer=offer,
            later=later,
        )

    def _transfer(
        self, level: Level, wanted: int, facts: _Facts, *, offer: SupplierItem | None, supplier: Supplier | None
    ) -> Need | None:
        """Return the need as one that another location serves, if the policy names one that can spare all of it."""
        code = level.policy.resupply_from
        source = None if code is None else facts.sources.get(LevelKey(level.key.sku, code))
        if source is None or level.policy.method is ReplenishmentMethod.JUST_IN_TIME:
            return None  # what orders wait for is dated, and proposals wait for people
        lead_time = None if supplier is None else lead_time_of(offer, supplier)
        is_faster = lead_time is None or level.policy.transfer_days < lead_time
        if spare_units(source, is_faster=is_faster) < wanted:
            return None
        facts.pledge(source, wanted)
        return Need(
            level=level,
            route=NeedRoute.TRANSFER,
            wanted=wanted,
            quantity=wanted,
            source=code,
            is_faster=is_faster,
        )

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
