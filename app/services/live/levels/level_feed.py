"""The feed of levels: a snapshot, then the changes that all feeds of its filter and visibility share."""

from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass

from app.domain.live.events import LevelEvent, SlowConsumer
from app.services.access.visible_items import VisibleItems
from app.services.live.levels.level_opening import LevelOpening
from app.services.live.levels.level_stream import LevelStream
from app.services.live.shared_streams import OpenStream, SharedStreams, shared_by
from app.services.live.still_visible import StillVisible
from app.services.live.stream import Stream


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelFeed:
    """A Feed of levels."""

    key: Hashable
    streams: SharedStreams
    start: Callable[[], LevelStream]
    visible: VisibleItems | None = None

    def open(self) -> OpenStream[LevelEvent, LevelStream]:
        return self.streams.open(self.key, self.start)

    def opening(self, stream: Stream[LevelEvent]) -> LevelOpening:
        return LevelOpening(shared_by(stream, LevelStream))

    def reopening(self, stream: Stream[LevelEvent], *, last: LevelEvent | None) -> LevelOpening:
        raise SlowConsumer(waiting_max=shared_by(stream, LevelStream).maximum)

    def still_visible(self, events: Sequence[LevelEvent]) -> Sequence[LevelEvent] | Awaitable[Sequence[LevelEvent]]:
        return StillVisible[LevelEvent](self.visible, sku_of=_sku_of).among(events)


def _sku_of(event: LevelEvent) -> str:
    return event.level.key.sku
