"""What waits for one subscriber."""

import asyncio

import pytest

from app.domain.live.events import SlowConsumer
from app.domain.stock.level import Level, LevelKey
from app.live.conflating_queue import ConflatingQueue
from tests.live.lines import TEA, a_change

CUP = LevelKey("CUP-1", "MAIN")


def everything(_: Level) -> bool:
    """Want it."""
    return True


async def test_of_each_level_only_the_newest_version_waits() -> None:
    """Three changes of one level and one of another are taken as two events, the one that waited longest first."""
    queue = ConflatingQueue(everything)
    for event in (a_change(TEA, version=1), a_change(CUP), a_change(TEA, version=3), a_change(TEA, version=2)):
        queue.offer(event)
    assert queue.take(10) == [a_change(TEA, version=3), a_change(CUP)]
    assert queue.take(10) == []


async def test_a_wanted_change_is_not_lost_in_one_that_is_not_wanted() -> None:
    """A level that was wanted while it waited is taken as it is now, even if as such it was not wanted."""
    queue = ConflatingQueue(lambda level: level.on_hand == 0)
    queue.offer(a_change(version=1, on_hand=3))
    assert queue.take(10) == []
    queue.offer(a_change(version=2, on_hand=0))
    queue.offer(a_change(version=3, on_hand=7))
    assert queue.take(10) == [a_change(version=3, on_hand=7)]


async def test_one_level_too_many_is_a_slow_consumer() -> None:
    """A queue holds its maximum; one more distinct level empties and ends it, and nothing is held for it any more."""
    queue = ConflatingQueue(everything, maximum=2)
    for version in (1, 2, 3):
        queue.offer(a_change(TEA, version=version))
    queue.offer(a_change(CUP))
    queue.offer(a_change(LevelKey("MUG-1", "MAIN")))
    queue.offer(a_change(TEA, version=4))
    await queue.wait()
    with pytest.raises(SlowConsumer):
        queue.take(1)
    assert not queue._waiting


async def test_waiting_ends_with_the_next_event() -> None:
    """A subscriber that waits is woken by an event, and not before."""
    queue = ConflatingQueue(everything)
    waiting = asyncio.create_task(queue.wait())
    await asyncio.sleep(0)
    assert not waiting.done()
    queue.offer(a_change())
    await waiting
    assert queue.take(10) == [a_change()]
