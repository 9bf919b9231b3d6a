"""Simulations: the past days of one level, replayed with another policy."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.failures import BadArgument
from app.domain.insight.level_history import HistoryPoint, grid, history_of
from app.domain.insight.window import SALES_DAYS, window
from app.domain.money import Money
from app.domain.purchasing.supplier import Supplier, lead_time_of
from app.domain.replenishment.inheritance import with_own
from app.domain.replenishment.policy import ReplenishmentMethod
from app.domain.replenishment.policy_change import SettingsChange, contradictions, omissions, settings_of
from app.domain.replenishment.simulation import MAX_SIMULATED_DAYS, PastDay, Simulation, simulate
from app.domain.stock.level import Level, LevelKey
from app.domain.validation import lead_time_errors
from app.services.insight.ports import HistoryReader
from app.services.ports import CatalogReader, Clock, LevelReader
from app.services.replenishment.need_planner import NeedPlanner


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicySimulation:
    """A simulation, and what it went by: the level, the same with the policy to be tried, its supply, its unit cost."""

    level: Level
    tried: Level
    lead_time_days: int | None
    supplier: Supplier | None
    unit_cost: Money | None
    simulation: Simulation


class Simulations:
    """Replays levels; it reads and changes nothing."""

    def __init__(
        self,
        *,
        levels: LevelReader,
        history: HistoryReader,
        catalog: CatalogReader,
        needs: NeedPlanner,
        clock: Clock,
    ) -> None:
        self._levels = levels
        self._history = history
        self._catalog = catalog
        self._needs = needs
        self._clock = clock

    async def of(
        self, key: LevelKey, *, days: int, change: SettingsChange, lead_time_days: int | None
    ) -> PolicySimulation | None:
        """Replay the last days of a level with its policy and these settings in place of its own; None without a level.

        The lead time is that of the best offer, unless one is given. Raises BadArgument and Unavailable.
        """
        if not 1 <= days <= MAX_SIMULATED_DAYS:
            raise BadArgument(f"`days` must be between 1 and {MAX_SIMULATED_DAYS}, not {days}.")
        for error in () if lead_time_days is None else lead_time_errors(lead_time_days, field=("leadTimeDays",)):
            raise BadArgument(str(error))
        level = (await self._levels.levels_at([key])).get(key)
        if level is None:
            return None
        tried = _with_settings(level, change)
        offer, supplier = (await self._needs.offers_at([key.sku])).get(key.sku, (None, None))
        lead_time = lead_time_of(offer, supplier) if lead_time_days is None and supplier is not None else lead_time_days
        past = await self._past(level, days=days, before=_days_before(tried))
        item = (await self._catalog.items([key.sku])).get(key.sku)
        before, shown = past[:-days], past[-days:]
        opening = before[-1].counts
        return PolicySimulation(
            level=level,
            tried=tried,
            lead_time_days=lead_time,
            supplier=supplier,
            unit_cost=None if item is None else item.unit_cost,
            simulation=simulate(
                tried,
                [_day(point) for point in shown],
                opening=0 if opening is None else opening.on_hand,
                demand_before=[point.units_sold for point in before if point.counts is not None],
                lead_time_days=lead_time,
                rounded=(lambda units: units) if offer is None else offer.rounded,
            ),
        )

    async def _past(self, level: Level, *, days: int, before: int) -> Sequence[HistoryPoint]:
        whole = days + before
        slices = grid(window(until=self._clock(), days=whole), whole)
        found = await self._history.slices_of([level.key], grid=slices)
        return history_of(level, found.get(level.key, {}), slices)


def _with_settings(level: Level, change: SettingsChange) -> Level:
    """Return the level with these settings as its own. Raises BadArgument where they are impossible."""
    tried = with_own(level, change.values)
    settings = settings_of(tried)
    given = change.values.keys()
    for errors in (change.validate(), contradictions(settings, given=given), omissions(settings, given=given)):
        for error in errors:
            raise BadArgument(str(error))
    return tried


def _days_before(tried: Level) -> int:
    """Return how many days before the replay are read: one for what was on hand, more where demand is measured."""
    return SALES_DAYS if tried.policy.method is ReplenishmentMethod.DEMAND_BASED else 1


def _day(point: HistoryPoint) -> PastDay:
    return PastDay(
        at=point.at,
        on_hand=None if point.counts is None else point.counts.on_hand,
        sold=point.units_sold,
        received=point.units_received,
    )
