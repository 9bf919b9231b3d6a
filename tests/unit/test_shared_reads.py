"""Shared reads: one for all who wait, begun after each of them asked."""

import asyncio
from collections.abc import Awaitable
from itertools import count

import pytest

from app.store.shared_reads import SharedReads


class Source:
    """Something to read: each read waits until it is let go, and returns its number or raises."""

    def __init__(self) -> None:
        self.shared = SharedReads()
        self.begun: list[asyncio.Event] = []
        self.fails = False
        self._numbers = count(1)

    def ask(self, what: str = "page") -> asyncio.Task[int]:
        """Ask for a read, in a task of its own."""
        return asyncio.create_task(self.shared.read(what, self._find))

    async def _find(self) -> int:
        number = next(self._numbers)
        self.begun.append(asyncio.Event())
        await self.begun[-1].wait()
        if self.fails:
            raise LookupError(number)
        return number


async def settled() -> None:
    """Let everything run that can."""
    for _ in range(10):
        await asyncio.sleep(0)


async def test_no_caller_joins_a_read_that_has_begun() -> None:
    """Who asks while it runs shares the next one, and so does who asks before that one begins."""
    source = Source()
    first = source.ask()
    await settled()
    later = [source.ask(), source.ask()]
    await settled()
    assert len(source.begun) == 1
    source.begun[0].set()
    await settled()
    latest = source.ask()
    await settled()
    assert len(source.begun) == 2  # the second runs, and the latest waits for it
    source.begun[1].set()
    await settled()
    source.begun[2].set()
    assert [await first, *[await each for each in later], await latest] == [1, 2, 2, 3]


async def test_reads_of_different_things_do_not_wait_for_each_other() -> None:
    """Each begins at once."""
    source = Source()
    asked = [source.ask("one"), source.ask("two")]
    await settled()
    assert len(source.begun) == 2
    for each in source.begun:
        each.set()
    assert [await each for each in asked] == [1, 2]


@pytest.mark.parametrize("cancelled", [0, 1])
async def test_a_caller_who_leaves_takes_nothing_from_the_others(cancelled: int) -> None:
    """Whether the one who was first to wait leaves, or another one."""
    source = Source()
    first = source.ask()
    await settled()
    waiting = [source.ask(), source.ask()]
    await settled()
    waiting[cancelled].cancel()
    source.begun[0].set()
    await settled()
    source.begun[1].set()
    assert await first == 1
    assert await waiting[1 - cancelled] == 2
    assert await answered(source) == 3


async def test_a_failure_is_that_of_all_who_shared_the_read() -> None:
    """The next read is a new one, and a first caller who is cancelled lets it begin."""
    source = Source()
    first = source.ask()
    await settled()
    waiting: list[Awaitable[int]] = [source.ask(), source.ask()]
    await settled()
    first.cancel()
    await settled()
    source.fails = True
    source.begun[1].set()
    found = await asyncio.gather(*waiting, return_exceptions=True)
    assert [repr(each) for each in found] == ["LookupError(2)"] * 2
    source.fails = False
    assert await answered(source) == 3


async def answered(source: Source) -> int:
    """Return the number of a read that is let go at once."""
    asked = source.ask()
    await settled()
    source.begun[-1].set()
    return await asked
