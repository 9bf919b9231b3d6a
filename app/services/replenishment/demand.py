"""What is sold of items at locations, for those who decide how much to stock."""

from collections.abc import Mapping, Sequence

from app.domain.insight.window import SALES_DAYS, Window, window
from app.domain.replenishment.demand import DailySums, Demand, demand_of_sums
from app.domain.stock.level import LevelKey
from app.services.ports import Clock
from app.services.replenishment.ports import DemandReader, MeasuredDays


class Demands:
    """Measures demand. All methods raise Unavailable, and BadArgument where there are too few or too many days."""

    def __init__(self, *, reader: DemandReader, clock: Clock) -> None:
        self._reader = reader
        self._clock = clock

    async def demand_at(self, keys: Sequence[LevelKey], *, days: int = SALES_DAYS) -> Mapping[LevelKey, Demand]:
        """Return the demand of each of these levels over the last days, or since its first movement if that is later.

        One read, whose work grows with what moved at these levels within the days, whatever else the ledger holds. Who
        wants a whole location goes through its levels page by page: then neither is more held in memory than a page,
        nor is the database kept busy by one query.
        """
        if not keys:
            return {}
        period = window(until=self._clock(), days=days)
        measured = await self._reader.demand_at(keys, window=period)
        return {key: _demand(measured.get(key), period) for key in keys}


def _demand(measured: MeasuredDays | None, period: Window) -> Demand:
    if measured is None:
        return demand_of_sums(DailySums(), days=period.days)
    days = period.days if measured.began_at is None else period.day(measured.began_at) + 1
    return demand_of_sums(measured.sums, days=days)
