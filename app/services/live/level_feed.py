"""The feed of levels for one subscriber: a snapshot, then changes, without a gap between the two.

Rule: changes are queued from before the snapshot is read, so the queue holds whatever no page shows yet.
"""

import asyncio
from collections.abc import AsyncGenerator, Iterator

from app.domain.live.events import LevelEvent, LevelEventKind
from app.domain.stock.level import LevelKey
from app.services.access.visible_items import VisibleItems
from app.services.cancellation import raise_if_cancelled
from app.services.catalog.item_match_cache import ItemMatchCache
from app.services.filters import LevelFilter, LevelOrder
from app.services.live.level_selection import LevelSelection
from app.services.live.ports import LevelHub, LevelQueue
from app.services.paging import MAX_PAGE_SIZE, pages
from app.services.ports import LevelReader

TAKEN_AT_ONCE = 64  # once taken, an event is no longer replaced by a newer one
# A change may become visible in a page before its message arrives. Publishers drop messages at the first failed send,
# after a second, and a stalled connection is cut: a message this much older than the snapshot does not arrive any more.
FORGET_SHOWN_SECONDS = 60


async def level_feed(
    where: LevelFilter,
    *,
    hub: LevelHub,
    levels: LevelReader,
    item_matches: ItemMatchCache,
    visible: VisibleItems | None = None,
) -> AsyncGenerator[LevelEvent, None]:
    """Yield the levels that match, then each change of one, as `Live.levels` promises; of `visible` items only."""
    selection = LevelSelection(where, item_matches=item_matches, visible=visible)
    with hub.listen(skus=where.skus, locations=where.locations, wants=selection.wants) as queue:
        async for event in _snapshot(where, queue=queue, levels=levels, selection=selection):
            yield event
        forgetting = asyncio.get_running_loop().call_later(FORGET_SHOWN_SECONDS, selection.forget_shown)
        try:
            while True:
                for event in await selection.settle(queue.take(TAKEN_AT_ONCE)):
                    yield event
                raise_if_cancelled()
                await queue.wait()
        finally:
            forgetting.cancel()


async def _snapshot(
    where: LevelFilter, *, queue: LevelQueue, levels: LevelReader, selection: LevelSelection
) -> AsyncGenerator[LevelEvent, None]:
    by_location = where.locations is not None and where.skus is None
    order = LevelOrder.LOCATION if by_location else LevelOrder.SKU
    async for page in pages(lambda page: levels.levels(where, order=order, page=page), size=MAX_PAGE_SIZE):
        raise_if_cancelled()
        for level in page.nodes:
            selection.show(level)
        for level in page.nodes:
            yield LevelEvent(kind=LevelEventKind.SNAPSHOT, level=level)
        if not page.has_next:
            break
        end = _offset(page.nodes[-1].key, order)
        # Kept until the snapshot is complete, the changes of a large stock would overflow any queue. A change of a
        # level that comes in a later page may be dropped: it was committed before that page is read.
        for events in _waiting(queue):
            behind = [event for event in events if _offset(event.level.key, order) <= end]
            selection.pass_over([event for event in events if _offset(event.level.key, order) > end])
            for event in await selection.settle(behind):
                yield event
    selection.finish_reading()


def _waiting(queue: LevelQueue) -> Iterator[list[LevelEvent]]:
    while events := queue.take(TAKEN_AT_ONCE):
        yield events


def _offset(key: LevelKey, order: LevelOrder) -> tuple[str, str]:
    return (key.location, key.sku) if order is LevelOrder.LOCATION else (key.sku, key.location)
