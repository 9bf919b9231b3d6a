"""The lossless feed of the ledger: each line once, in the order of each level's versions, resumable at any cursor."""

from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing

from app.domain.live.events import MovementEvent
from app.domain.stock.movement import Movement
from app.services.filters import MovementFilter
from app.services.live.ledger_feed import LedgerStep, follow_ledger
from app.services.live.ledger_offset import LedgerOffset, cursor_of
from app.services.live.ports import LedgerTail
from app.services.live.shared_tail import SharedTail


async def movement_feed(
    where: MovementFilter, *, after: LedgerOffset | None, ledger: LedgerTail, tail: SharedTail
) -> AsyncGenerator[MovementEvent, None]:
    """Yield the offset at which the feed starts, then each movement that matches, as `Live.movements` promises."""
    async with aclosing(follow_ledger(after, ledger=ledger, tail=tail)) as found:
        if after is None:
            yield MovementEvent(movement=None, cursor=cursor_of((await anext(found)).after))
        async for step in found:
            for event in _events(step, where):
                yield event


def _events(step: LedgerStep, where: MovementFilter) -> Iterator[MovementEvent]:
    offset, present = step.after, {} if step.is_late else {line.after.key: line.after for line in step.found.lines}
    for line in step.found.lines:
        if not offset.is_past(line):
            offset = offset.after(line)
            if _matches(line, where):
                yield MovementEvent(movement=line, cursor=cursor_of(offset), present=present.get(line.after.key))


def _matches(line: Movement, where: MovementFilter) -> bool:
    return (
        where.sku in (None, line.after.key.sku)
        and where.location in (None, line.after.key.location)
        and where.reason in (None, line.reason)
        and where.reference in (None, line.reference)
        and (where.since is None or line.recorded_at >= where.since)
        and (where.until is None or line.recorded_at < where.until)
    )
