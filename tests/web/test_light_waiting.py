"""The queue and the event of connections behave as asyncio's do, as far as one task reads."""

import asyncio
from contextlib import suppress

from app.web.edge.light_waiting import LightEvent, LightQueue


async def test_items_are_taken_in_order_whether_they_wait_or_are_waited_for() -> None:
    """Also after a reader was cancelled while it waited: no item is lost."""
    queue: LightQueue[int] = LightQueue()
    for number in range(3):
        queue.put_nowait(number)
    assert [await queue.get() for _ in range(3)] == [0, 1, 2]
    assert queue.empty()
    cancelled = asyncio.create_task(queue.get())
    await asyncio.sleep(0)
    cancelled.cancel()
    with suppress(asyncio.CancelledError):
        await cancelled
    reader = asyncio.create_task(queue.get())
    await asyncio.sleep(0)
    queue.put_nowait(3)
    queue.put_nowait(4)
    assert (await reader, await queue.get()) == (3, 4)


async def test_all_that_wait_go_on_when_it_is_set() -> None:
    """But for one that was cancelled, which takes no other along."""
    event = LightEvent()
    await event.wait()
    event.clear()
    event.clear()
    waiting = [asyncio.create_task(event.wait()) for _ in range(3)]
    await asyncio.sleep(0)
    waiting[0].cancel()
    await asyncio.sleep(0)
    assert not event.is_set()
    assert not any(each.done() for each in waiting[1:])
    event.set()
    await asyncio.gather(*waiting[1:])
    assert event.is_set()
