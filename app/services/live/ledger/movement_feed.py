"""The lossless feed of the ledger: each line once, in the order of each level's versions, resumable at any cursor."""

from collections.abc import AsyncGenerator, Callable, Collection, Coroutine, Iterator, Sequence
from contextlib import aclosing
from typing import Any

from app.domain.access.visibility import EVERYTHING, Visibility
from app.domain.live.events import MovementEvent
from app.domain.stock.movement import Movement
from app.services.access.visible_items import VisibleItems
from app.services.filters import MovementFilter
from app.services.live.ledger.ledger_feed import LedgerStep, follow_ledger
from app.services.live.ledger.ledger_stream import LedgerStream
from app.services.live.ledger.resumable_feed import ResumableFeed
from app.services.live.ledger.shared_tail import SharedTail
from app.services.live.ledger_offset import LedgerOffset, cursor_of, offset_of
from app.services.live.patient_read import when_available
from app.services.live.ports import LedgerTail
from app.services.live.shared_streams import SharedStreams
from app.services.live.still_visible import StillVisible
from app.services.live.stream import Entry


class MovementSource:
    """An EventSource of the movements that match. Those at locations and of items that are not visible are left out."""

    def __init__(
        self, where: MovementFilter, *, visibility: Visibility = EVERYTHING, visible: VisibleItems | None = None
    ) -> None:
        self._where = where
        self._visibility = visibility
        self._visible = visible

    def events(self, step: LedgerStep) -> Sequence[MovementEvent] | Coroutine[Any, Any, Sequence[MovementEvent]]:
        if not self._visibility.is_limited:
            return list(_events(step, self._where.matches))
        visible = self._visible
        if visible is None:
            return list(_events(step, self._is_there))
        skus = {line.after.key.sku for line in step.found.lines if self._is_there(line)}
        verdicts = {sku: visible.verdict(sku) for sku in skus}  # each asked once: it may expire at any moment
        if None in verdicts.values():
            return self._looked_up(step, visible, skus)
        return self._seen(step, {sku for sku in skus if verdicts[sku]})

    async def _looked_up(self, step: LedgerStep, visible: VisibleItems, skus: set[str]) -> Sequence[MovementEvent]:
        return self._seen(step, await when_available(lambda: visible.lately_among(skus)))

    def _seen(self, step: LedgerStep, skus: Collection[str]) -> Sequence[MovementEvent]:
        return list(_events(step, lambda line: self._is_there(line) and line.after.key.sku in skus))

    def _is_there(self, line: Movement) -> bool:
        return self._visibility.shows_location(line.after.key.location) and self._where.matches(line)


class MovementOpening:
    """An Opening of movements: those after an offset; without one a first event that says where the feed starts.

    It ends where the stream stands at the same offset, so it covers nothing.
    """

    is_over = True

    def __init__(
        self,
        stream: LedgerStream[MovementEvent],
        source: MovementSource,
        *,
        after: LedgerOffset | None,
        ledger: LedgerTail,
        tail: SharedTail,
    ) -> None:
        self.position = stream.end
        self._stream = stream
        self._source = source
        self._after = after
        self._ledger = ledger
        self._tail = tail

    async def batches(self) -> AsyncGenerator[Sequence[MovementEvent], None]:
        steps = follow_ledger(self._after, ledger=self._ledger, tail=self._tail, until=self._stream)
        async with aclosing(steps) as found:
            if self._after is None:
                yield (MovementEvent(movement=None, cursor=cursor_of((await anext(found)).after)),)
            async for step in found:
                events = self._source.events(step)
                if not isinstance(events, Sequence):
                    events = await events
                if events:
                    yield events
            self.position = self._stream.end  # nothing was awaited since the two stood at one offset

    def covers(self, entry: Entry[MovementEvent]) -> bool:
        return False


def movement_feed(
    where: MovementFilter,
    *,
    after: LedgerOffset | None,
    ledger: LedgerTail,
    tail: SharedTail,
    streams: SharedStreams,
    visibility: Visibility = EVERYTHING,
    visible: VisibleItems | None = None,
) -> ResumableFeed[MovementEvent, LedgerOffset]:
    """Return the feed of the movements that match, as `Live.movements` promises."""

    def source() -> MovementSource:
        return MovementSource(where, visibility=visibility, visible=visible)

    def begin(stream: LedgerStream[MovementEvent], after: LedgerOffset | None) -> MovementOpening:
        return MovementOpening(stream, source(), after=after, ledger=ledger, tail=tail)

    return ResumableFeed(
        key=("movements", where, visibility),
        streams=streams,
        start=lambda: LedgerStream(source(), tail=tail),
        after=after,
        begin=begin,
        offset_of=lambda event: offset_of(event.cursor),
        visible=StillVisible(visible, sku_of=_sku_of),
    )


def _sku_of(event: MovementEvent) -> str | None:
    return None if event.movement is None else event.movement.after.key.sku


def _events(step: LedgerStep, is_wanted: Callable[[Movement], bool]) -> Iterator[MovementEvent]:
    offset, present = step.after, {} if step.is_late else {line.after.key: line.after for line in step.found.lines}
    passed: list[Movement] = []
    for line in step.found.lines:
        if not offset.is_past(line):
            passed.append(line)
            if is_wanted(line):
                offset = offset.after(*passed)  # only now: most are not wanted
                passed.clear()
                yield MovementEvent(movement=line, cursor=cursor_of(offset), present=present.get(line.after.key))
