"""The lossless feed of the ledger: each line once, in the order of each level's versions, resumable at any cursor."""

from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import aclosing

from app.domain.access.visibility import EVERYTHING, Visibility
from app.domain.live.events import MovementEvent
from app.domain.stock.movement import Movement
from app.services.access.visible_items import VisibleItems
from app.services.filters import MovementFilter
from app.services.live.ledger_feed import LedgerStep, follow_ledger, when_available
from app.services.live.ledger_offset import LedgerOffset, cursor_of
from app.services.live.ports import LedgerTail
from app.services.live.shared_tail import SharedTail


async def movement_feed(
    where: MovementFilter,
    *,
    after: LedgerOffset | None,
    ledger: LedgerTail,
    tail: SharedTail,
    visibility: Visibility = EVERYTHING,
    visible: VisibleItems | None = None,
) -> AsyncGenerator[MovementEvent, None]:
    """Yield the offset at which the feed starts, then each movement that matches, as `Live.movements` promises.

    Movements at locations and of items that are not visible are left out.
    """
    async with aclosing(follow_ledger(after, ledger=ledger, tail=tail)) as found:
        if after is None:
            yield MovementEvent(movement=None, cursor=cursor_of((await anext(found)).after))
        async for step in found:
            seen = await _seen(step, where, visibility=visibility, visible=visible)
            for event in _events(step, seen):
                yield event


async def _seen(
    step: LedgerStep, where: MovementFilter, *, visibility: Visibility, visible: VisibleItems | None
) -> Callable[[Movement], bool]:
    """Return whether a movement of this step matches and is visible."""
    if not visibility.is_limited:
        return where.matches
    there = [
        line for line in step.found.lines if visibility.shows_location(line.after.key.location) and where.matches(line)
    ]
    skus = {line.after.key.sku for line in there}
    items = skus if visible is None else await when_available(lambda: visible.lately_among(skus))
    seen = {(line.after.key, line.after.version) for line in there if line.after.key.sku in items}
    return lambda line: (line.after.key, line.after.version) in seen


def _events(step: LedgerStep, is_wanted: Callable[[Movement], bool]) -> Iterator[MovementEvent]:
    offset, present = step.after, {} if step.is_late else {line.after.key: line.after for line in step.found.lines}
    for line in step.found.lines:
        if not offset.is_past(line):
            offset = offset.after(line)
            if is_wanted(line):
                yield MovementEvent(movement=line, cursor=cursor_of(offset), present=present.get(line.after.key))
