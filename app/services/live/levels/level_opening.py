"""What a subscriber of levels gets before it shares the stream: the levels as they are, page by page.

Rule: the position is taken before a page is read, so what the page does not show yet is behind it. After each page the
subscriber has what has come of levels up to there; what is behind in the order of pages, a later page shows.
"""

from bisect import bisect_left
from collections.abc import AsyncGenerator, Sequence

from app.domain.live.events import LevelEvent, SlowConsumer
from app.domain.stock.level import LevelKey
from app.services.background.cancellation import raise_if_cancelled
from app.services.live.levels.level_stream import LevelStream
from app.services.live.stream import Entry, FellBehind
from app.services.page_cursor import KeysetPosition

# The round under way may have begun before a page was read, the next one sees what the page showed, and the third
# verifies that it was handed out. After that no version comes that is not later.
ROUNDS_COVERED = 3


class LevelOpening:
    """An Opening of levels. It covers events that are not newer than what its pages showed."""

    __slots__ = ("_ends", "_over_at", "_stream", "_versions", "position")

    def __init__(self, stream: LevelStream) -> None:
        self.position = stream.end
        self._stream = stream
        self._ends: list[KeysetPosition] = []  # of all pages but the last
        self._versions: list[dict[LevelKey, int]] = []  # of each page, which share them with other openings
        self._over_at: int | None = None  # a round of the hub

    async def batches(self) -> AsyncGenerator[Sequence[LevelEvent], None]:
        await self._stream.hub.ready()
        end: KeysetPosition | None = None
        while True:
            page = await self._stream.page(end)
            self._versions.append(page.versions)
            yield page.events
            end = page.end
            if end is None:
                break
            self._ends.append(end)
            if behind := self._behind(end):
                yield behind
            raise_if_cancelled()
        self._over_at = self._stream.hub.rounds + ROUNDS_COVERED

    def covers(self, entry: Entry[LevelEvent]) -> bool:
        level = entry.event.level
        if not self._ends:
            return level.version <= self._versions[0].get(level.key, 0)
        number = bisect_left(self._ends, self._stream.place_in_order(level.key))
        return level.version <= self._versions[number].get(level.key, 0)

    @property
    def is_over(self) -> bool:
        is_handed_out = self._over_at is not None and self._stream.hub.rounds >= self._over_at
        return is_handed_out and not self._stream.is_settling

    def _behind(self, end: KeysetPosition) -> Sequence[LevelEvent]:
        """Go to the end of the stream; return what has come of levels up to the end of a page. Raises SlowConsumer."""
        found: list[LevelEvent] = []
        try:
            while entries := self._stream.after(self.position):
                self.position = entries[-1].position
                found += [
                    entry.event
                    for entry in entries
                    if self._stream.place_in_order(entry.event.level.key) <= end and not self.covers(entry)
                ]
        except FellBehind as error:
            raise SlowConsumer(waiting_max=self._stream.maximum) from error
        return found
