"""The review: measures demand, writes the numbers that follow from it, and orders for levels whose review date it is.

Rule: every step of a review is idempotent, so a review that was interrupted is started again.
"""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from app.domain.day import day_of
from app.domain.errors import Refused
from app.domain.idempotency import operation_id_of_key
from app.domain.insight.window import SALES_DAYS, Window
from app.domain.operation import SYSTEM, CommandInfo
from app.domain.purchasing.supplier import Supplier, SupplierItem, lead_time_of
from app.domain.replenishment.commands.review_levels import CloseReview, Measured, ReviewLevels, reviewed
from app.domain.replenishment.demand import Demand
from app.domain.replenishment.measured_numbers import numbers_by_demand
from app.domain.replenishment.need import wanted_units
from app.domain.replenishment.need_route import Need
from app.domain.replenishment.review_dates import is_due
from app.domain.replenishment.stocking_numbers import economic_order_quantity, risk_point
from app.domain.stock.level import Level, LevelKey
from app.domain.time import DAYS_PER_YEAR
from app.services.background.heartbeat import resting
from app.services.command_bus import CommandBus
from app.services.filters import LevelFilter
from app.services.paging import MAX_PAGE_SIZE, pages
from app.services.ports import Clock, LedgerReader, LevelReader, Monotonic
from app.services.purchasing.auto_submit import AutoSubmit
from app.services.replenishment.draft_writer import DraftWriter, Ordered
from app.services.replenishment.need_planner import NeedPlanner
from app.services.replenishment.ports import DemandReader
from app.services.request_info import RequestInfo

DEFAULT_HOLDING_RATE = 0.25  # a year, of a unit's cost: capital, space and loss; the usual value of textbooks
MAX_HOLDING_RATE = 10.0
MAX_GATHERED = 50_000  # levels to order for, in memory until all are known: some 10 MB
REST_FACTOR = 1.0  # times as long as a page took: then a concurrent sale waits hardly longer than usual


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """What was measured of a level, and the numbers that follow: `measured` as the review would write it."""

    level: Level
    demand: Demand
    lead_time_days: int | None
    offer: SupplierItem | None
    supplier: Supplier | None
    measured: Measured
    economic_order_quantity: int | None

    @property
    def differs(self) -> bool:
        """Whether the review would change the level."""
        return reviewed(self.level, self.measured) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewOutcome:
    """The result of a review: levels reviewed, levels whose numbers changed, and what was ordered."""

    levels: int = 0
    changed: int = 0
    ordered: Ordered = field(default_factory=Ordered)


class _Due(NamedTuple):
    """A level to order for. They sort by their future drafts: by location, then by supplier."""

    location: str
    supplier: str
    sku: str

    @classmethod
    def of(cls, advice: Advice) -> "_Due":
        location, supplier = advice.level.key.location, advice.supplier
        return cls(location, "" if supplier is None else supplier.code, advice.level.key.sku)

    @property
    def key(self) -> LevelKey:
        return LevelKey(self.sku, self.location)


class PeriodicReview:
    """Reviews levels. All methods raise Unavailable; those that change something also Overloaded."""

    def __init__(
        self,
        *,
        bus: CommandBus,
        levels: LevelReader,
        ledger: LedgerReader,
        demand: DemandReader,
        needs: NeedPlanner,
        drafts: DraftWriter,
        submit: AutoSubmit,
        clock: Clock,
        monotonic: Monotonic = time.monotonic,
    ) -> None:
        self._monotonic = monotonic
        self._bus = bus
        self._levels = levels
        self._ledger = ledger
        self._demand = demand
        self._needs = needs
        self._drafts = drafts
        self._submit = submit
        self._clock = clock

    async def advice(
        self,
        levels: Sequence[Level],
        *,
        service_level: float | None = None,
        holding_rate: float = DEFAULT_HOLDING_RATE,
    ) -> list[Advice]:
        """Return what was measured of each level, and the numbers that follow.

        A `service_level` asks for the numbers of every level, as if it were DEMAND_BASED; otherwise only those of
        DEMAND_BASED levels are computed. Holding a unit for a year costs `holding_rate` of its cost.
        """
        keys = [level.key for level in levels]
        demand = await self._demand.demand_at(keys, window=Window(until=self._clock(), days=SALES_DAYS))
        offers = await self._needs.offers_at([key.sku for key in keys])
        return [
            _advice(level, demand[level.key], offers, service_level=service_level, holding_rate=holding_rate)
            for level in levels
        ]

    async def run(
        self, where: LevelFilter | None = None, *, advance: Callable[[int], None] = lambda _: None
    ) -> ReviewOutcome:
        """Review the levels that match, all by default; call `advance` after each page with its number of levels.

        What is to be ordered is collected first, so that an order is written once, and not once for each page.
        """
        where = LevelFilter(is_archived=False) if where is None else where
        today, done = self.today(), ReviewOutcome()
        due: list[_Due] = []
        began = self._monotonic()
        async for page in pages(lambda page: self._levels.levels(where, page=page), size=MAX_PAGE_SIZE):
            advice = await self.advice(page.nodes)
            changed = await self._write([each.measured for each in advice if each.differs])
            await self._rest(since=began)
            due += [_Due.of(each) for each in advice if self._is_wanting(each.level, today)]
            done = replace(done, levels=done.levels + len(page.nodes), changed=done.changed + changed)
            if len(due) >= MAX_GATHERED or not page.has_next:
                done = replace(done, ordered=done.ordered + await self._order(due, today))
                due.clear()
            advance(len(page.nodes))
            began = self._monotonic()
        return done

    def today(self) -> int:
        """Return the present day: its number since 1970, in UTC."""
        return day_of(self._clock())

    async def due(self, levels: Sequence[Level]) -> list[Need]:
        """Return the needs of those levels whose review date is today."""
        today = self.today()
        return await self._needs.of([level for level in levels if is_due(level.policy, today)], is_review=True)

    async def is_done(self, day: int) -> bool:
        """Tell whether a day was reviewed: days are counted since 1970, in UTC."""
        identity = operation_id_of_key(actor=SYSTEM, key=_key(day))
        return identity in await self._ledger.operations([identity])

    async def close(self, day: int) -> None:
        """Record that a day was reviewed."""
        await self._bus.run(
            "replenishmentReviewClose",
            RequestInfo(actor=SYSTEM, idempotency_key=_key(day)),
            lambda info: CloseReview(info=info),
        )

    async def _order(self, due: Sequence[_Due], today: int) -> Ordered:
        """Order what these levels still need, draft by draft, and submit what may be submitted."""
        ordered, in_order = Ordered(), sorted(due)
        for start in range(0, len(due), MAX_PAGE_SIZE):
            began = self._monotonic()
            found = await self._levels.levels_at([each.key for each in in_order[start : start + MAX_PAGE_SIZE]])
            levels = [level for level in found.values() if is_due(level.policy, today)]
            needs = await self._needs.of(levels, is_review=True)
            ordered += await self._drafts.order(needs, is_review=True)
            await self._rest(since=began)
        await self._submit.submit(ordered.orders)
        return ordered

    async def _rest(self, *, since: float) -> None:
        """Leave the database alone for as long as the work since then took."""
        with resting():
            await asyncio.sleep(REST_FACTOR * (self._monotonic() - since))

    def _is_wanting(self, level: Level, today: int) -> bool:
        return is_due(level.policy, today) and wanted_units(level, is_review=True, now=self._clock()) > 0

    async def _write(self, measured: Sequence[Measured]) -> int:
        """Write the numbers of levels; return how many have changed."""
        if not measured:
            return 0

        def build(info: CommandInfo) -> ReviewLevels:
            return ReviewLevels(info=info, measured=tuple(measured))

        try:
            outcome = await self._bus.run("replenishmentReview", RequestInfo(actor=SYSTEM), build)
        except Refused:
            return 0  # another process has done it
        return len(outcome.movements)


def _key(day: int) -> str:
    return f"review:{day}"


def _advice(
    level: Level,
    demand: Demand,
    offers: Mapping[str, tuple[SupplierItem, Supplier]],
    *,
    service_level: float | None,
    holding_rate: float,
) -> Advice:
    offer, supplier = offers.get(level.key.sku, (None, None))
    lead_time = None if supplier is None else lead_time_of(offer, supplier)
    at_risk = None if lead_time is None else risk_point(demand, lead_time) or None
    numbers = numbers_by_demand(level.policy, demand, lead_time, service_level=service_level)
    return Advice(
        level=level,
        demand=demand,
        lead_time_days=lead_time,
        offer=offer,
        supplier=supplier,
        measured=Measured(key=level.key, risk_point=at_risk, numbers=numbers),
        economic_order_quantity=_economic_order_quantity(demand, offer, supplier, holding_rate=holding_rate),
    )


def _economic_order_quantity(
    demand: Demand, offer: SupplierItem | None, supplier: Supplier | None, *, holding_rate: float
) -> int | None:
    if offer is None or supplier is None or not offer.unit_cost or supplier.ordering_cost is None:
        return None
    return economic_order_quantity(demand.mean * DAYS_PER_YEAR, supplier.ordering_cost, offer.unit_cost * holding_rate)
