"""Long work is done in turns, between which everybody else is served."""

import asyncio
from time import perf_counter

from app.services.concurrency.time_slices import TURN_SECONDS, in_turns


async def test_others_are_served_between_turns_however_many_have_long_work() -> None:
    """Each time the loop comes round, one of them has had a turn, of one entry where that takes a whole turn."""
    rounds = 0
    worked: list[tuple[int, str]] = []

    def work(name: str) -> str:
        worked.append((rounds, name))
        end = perf_counter() + TURN_SECONDS
        while perf_counter() < end:
            pass
        return name.upper()

    async def count() -> None:
        nonlocal rounds
        while True:
            rounds += 1
            await asyncio.sleep(0)

    counting = asyncio.create_task(count())
    names = ("abcde", "fghij", "klmno")
    results = await asyncio.gather(*(in_turns(each, work) for each in names))
    counting.cancel()
    assert results == [list(each.upper()) for each in names]
    later = [when for when, _ in worked[len(names) :]]  # the first turn of each waits for nobody
    assert len(set(later)) == len(later) == 12
    assert {name for _, name in worked[3:6]} == {"b", "g", "l"}  # and they take turns among themselves


async def test_what_fits_a_turn_waits_for_nobody() -> None:
    """Short work is done before anybody else is served, as if it were not divided."""
    others: list[int] = []
    asyncio.get_running_loop().call_soon(others.append, 1)
    assert await in_turns(range(3), lambda number: number + len(others)) == [0, 1, 2]
