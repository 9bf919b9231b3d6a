"""Things that are done at the same time."""

import asyncio

import pytest

from app.services.concurrency.bounded_gather import AT_ONCE, bounded_gather


async def test_results_come_in_the_order_of_what_was_asked() -> None:
    """Whoever ends first."""
    first = asyncio.Event()

    async def slow() -> int:
        await first.wait()
        return 1

    async def quick() -> int:
        first.set()
        return 2

    assert await bounded_gather([slow(), quick()]) == [1, 2]
    assert await bounded_gather([]) == []


async def test_an_error_waits_for_what_was_begun_and_begins_nothing_more() -> None:
    """The first of several is raised."""
    done: list[int] = []

    async def fail(number: int) -> None:
        raise ValueError(number)

    async def do(number: int) -> None:
        await asyncio.sleep(0)
        done.append(number)

    things = [fail(0), do(1), fail(2), *(do(number) for number in range(3, AT_ONCE + 5))]
    with pytest.raises(ValueError, match="0"):
        await bounded_gather(things)
    assert done == [1, *range(3, AT_ONCE)]
