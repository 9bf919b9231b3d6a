"""What levels were, over some days: for plots and sparklines."""

from collections.abc import Mapping, Sequence

from app.domain.insight.level_history import HistoryPoint, grid, history_of
from app.domain.insight.window import window
from app.domain.stock.level import Level, LevelKey
from app.services.concurrency.time_slices import in_turns
from app.services.insight.ports import HistoryReader
from app.services.ports import Clock


class LevelHistories:
    """Reads the history of many levels at once."""

    def __init__(self, *, reader: HistoryReader, clock: Clock) -> None:
        self._reader = reader
        self._clock = clock

    async def of(self, levels: Sequence[Level], *, days: int, points: int) -> Mapping[LevelKey, Sequence[HistoryPoint]]:
        """Return so many points of each level over the last days, the oldest first; the last one is the present.

        Raises BadArgument and Unavailable.
        """
        slices = grid(window(until=self._clock(), days=days), points)
        found = await self._reader.slices_of([level.key for level in levels], grid=slices)
        built = await in_turns(levels, lambda level: history_of(level, found.get(level.key, {}), slices))
        return {level.key: points for level, points in zip(levels, built, strict=True)}
