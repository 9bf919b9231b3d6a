"""Use cases of replenishment: the needs of levels, advice from measured demand, and ordering at once."""

from dataclasses import replace

from app.domain.failures import BadArgument
from app.domain.outcome import Outcome
from app.domain.replenishment.commands.decline_need import ResumeNeed, SnoozeNeed
from app.domain.replenishment.need_route import Need, NeedRoute
from app.domain.replenishment.policy import ReplenishmentMethod
from app.domain.replenishment.stocking_numbers import MAX_SERVICE_LEVEL, MIN_SERVICE_LEVEL
from app.domain.stock.level import Level, LevelKey
from app.domain.time import Moment
from app.services.command_bus import CommandBus
from app.services.filters import LevelFilter, LevelOrder
from app.services.paging import Page, page_request
from app.services.ports import LevelReader
from app.services.replenishment.need_planner import NeedPlanner
from app.services.replenishment.periodic_review import MAX_HOLDING_RATE, Advice, PeriodicReview
from app.services.replenishment.requested_runs import RequestedRuns, RunOutcome
from app.services.request_info import RequestInfo

_ORDER = LevelOrder.SKU


class Replenishment:
    """Shows what would be ordered, and orders. All methods raise Unavailable."""

    def __init__(
        self,
        *,
        bus: CommandBus,
        levels: LevelReader,
        needs: NeedPlanner,
        review: PeriodicReview,
        runs: RequestedRuns,
    ) -> None:
        self._bus = bus
        self._levels = levels
        self._needs = needs
        self._review = review
        self._runs = runs

    def today(self) -> int:
        """Return the present day of reviews: its number since 1970, in UTC."""
        return self._review.today()

    async def needs(self, where: LevelFilter, *, is_review: bool, first: int, after: str | None) -> Page[Need]:
        """Return a page of short levels and their needs, or with `is_review` of all PERIODIC ones.

        Levels whose needs were declined are included, unless the filter leaves them out. With `is_review`, a level that
        is not due today, or needs nothing, is NOT_YET ordered. Raises BadArgument.
        """
        page = await self._page(_narrowed(where, is_review=is_review), first=first, after=after)
        found = await (self._review.due(page.nodes) if is_review else self._needs.of(page.nodes))
        needs = {need.level.key: need for need in found}
        nodes = [needs.get(level.key) or Need(level=level, route=NeedRoute.NOT_YET, wanted=0) for level in page.nodes]
        return Page(nodes=tuple(nodes), positions=page.positions, order=page.order, has_next=page.has_next)

    async def advice(
        self, where: LevelFilter, *, service_level: float | None, holding_rate: float, first: int, after: str | None
    ) -> Page[Advice]:
        """Return a page of what was measured of levels, and the numbers that follow. Raises BadArgument."""
        if service_level is not None and not MIN_SERVICE_LEVEL <= service_level <= MAX_SERVICE_LEVEL:
            raise BadArgument(f"`serviceLevel` must be between {MIN_SERVICE_LEVEL} and {MAX_SERVICE_LEVEL}.")
        if not 0 < holding_rate <= MAX_HOLDING_RATE:
            raise BadArgument(f"`holdingRate` must be above 0 and at most {MAX_HOLDING_RATE:g}.")
        page = await self._page(where, first=first, after=after)
        found = await self._review.advice(page.nodes, service_level=service_level, holding_rate=holding_rate)
        return Page(nodes=tuple(found), positions=page.positions, order=page.order, has_next=page.has_next)

    async def count_needs(self, where: LevelFilter, *, is_review: bool) -> int:
        """Return how many entries the whole list of `needs` has."""
        return await self._levels.count_levels(_narrowed(where, is_review=is_review))

    async def count_levels(self, where: LevelFilter) -> int:
        """Return how many levels match."""
        return await self._levels.count_levels(where)

    async def snooze(
        self, key: LevelKey, *, until: Moment | None, even_if_worse: bool = False, request: RequestInfo
    ) -> Outcome:
        """Decline a level's need until a moment, or until its stock is worse. Raises Refused or Overloaded, too."""
        return await self._bus.run(
            "replenishmentNeedSnooze",
            request,
            lambda info: SnoozeNeed(info=info, key=key, until=until, even_if_worse=even_if_worse),
        )

    async def resume(self, key: LevelKey, *, request: RequestInfo) -> Outcome:
        """Order for a level again. Raises Refused or Overloaded, too."""
        return await self._bus.run("replenishmentNeedResume", request, lambda info: ResumeNeed(info=info, key=key))

    async def run(
        self,
        *,
        skus: tuple[str, ...] | None,
        locations: tuple[str, ...] | None,
        is_review: bool,
        request: RequestInfo,
    ) -> RunOutcome:
        """Order what is needed now: see RequestedRuns."""
        return await self._runs.run(skus=skus, locations=locations, is_review=is_review, request=request)

    async def _page(self, where: LevelFilter, *, first: int, after: str | None) -> Page[Level]:
        page = page_request(order=_ORDER.value, shape=(str, str), first=first, after=after)
        return await self._levels.levels(where, order=_ORDER, page=page)


def _narrowed(where: LevelFilter, *, is_review: bool) -> LevelFilter:
    """Return the filter of levels that may need something."""
    if is_review:
        return replace(where, methods=(ReplenishmentMethod.PERIODIC,))
    return where if where.needs_reorder or where.is_declined else replace(where, is_wanting=True)
