"""What a task does for good: whatever fails, and until it is stopped."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import pytest

from app.domain.failures import Unavailable
from app.services.background.background import Background, woken
from tests.support.waiting import DEADLINE_SECONDS

AGES = 1_000 * DEADLINE_SECONDS


class Baker(Background):
    """A task with one step, and the rest and the pauses that are given."""

    def __init__(
        self, step: Callable[[], Awaitable[object]], *, rest: float, pause: float, fault: float | None
    ) -> None:
        super().__init__(name="baker")
        self._step, self._rest, self._pause, self._fault = step, rest, pause, fault

    async def _run(self) -> None:
        await self._for_good(
            self._step,
            cannot="Bread cannot be baked now",
            could_not="Bread could not be baked.",
            rest_seconds=self._rest,
            pause_seconds=self._pause,
            error_pause_seconds=self._fault,
        )


async def each_was_followed_by_another(
    *ends: Exception | None, rest: float = AGES, pause: float = AGES, fault: float | None = None
) -> None:
    """Let steps end like this, one after the other, until there is one more. It would not come after ages."""
    left, is_there_more = list(ends), asyncio.Event()

    async def step() -> None:
        if not left:
            is_there_more.set()
            await asyncio.Event().wait()
        error = left.pop(0)
        if error is not None:
            raise error

    async with Baker(step, rest=rest, pause=pause, fault=fault), asyncio.timeout(DEADLINE_SECONDS):
        await is_there_more.wait()


def told(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str, bool]]:
    """Return the level of each record, its sentence, and whether it has a traceback, where all are of this module."""
    assert {record.name for record in caplog.records} <= {__name__}
    return [(record.levelname, record.getMessage(), record.exc_info is not None) for record in caplog.records]


async def test_what_cannot_be_done_now_is_told_in_a_sentence_and_done_again(caplog: pytest.LogCaptureFixture) -> None:
    """After a pause, and in the name of the module whose task it is."""
    await each_was_followed_by_another(Unavailable("away"), pause=0)
    assert told(caplog) == [("WARNING", "Bread cannot be baked now: The database is not available: away", False)]


async def test_a_fault_is_told_with_its_traceback_and_does_not_end_the_task(caplog: pytest.LogCaptureFixture) -> None:
    """The pause is the same, unless another is given."""
    await each_was_followed_by_another(ValueError("burnt"), pause=0)
    await each_was_followed_by_another(ValueError("burnt"), fault=0)
    assert told(caplog) == 2 * [("ERROR", "Bread could not be baked.", True)]


async def test_what_goes_on_is_told_once_a_minute(caplog: pytest.LogCaptureFixture) -> None:
    """So an outage of an hour does not fill the log; once it is over, the next is told at once."""
    outages = [Unavailable(str(number)) for number in range(50)]
    faults = [ValueError(str(number)) for number in range(50)]
    await each_was_followed_by_another(*outages, *faults, *outages, None, outages[0], rest=0, pause=0)
    assert [level for level, _, _ in told(caplog)] == ["WARNING", "ERROR", "WARNING"]


async def test_what_succeeds_is_done_again_after_a_rest(caplog: pytest.LogCaptureFixture) -> None:
    """And nothing is told of it."""
    await each_was_followed_by_another(None, None, rest=0)
    assert told(caplog) == []


@pytest.mark.parametrize("end", [None, Unavailable("away"), ValueError("burnt")])
async def test_between_two_steps_there_is_a_rest(end: Exception | None) -> None:
    """However the first of them ended."""
    count = 0

    async def step() -> None:
        nonlocal count
        count += 1
        if end is not None:
            raise end

    async with Baker(step, rest=AGES, pause=AGES, fault=AGES):
        for _ in range(5):  # turns, of which the task takes all that it can
            await asyncio.sleep(0)
    assert count == 1


@pytest.mark.parametrize("end", [None, Unavailable("away"), ValueError("burnt")])
async def test_a_stop_that_a_step_lost_ends_the_task_before_its_rest(end: Exception | None) -> None:
    """As behind a driver that loses a cancellation; so also where the step then fails."""
    has_begun = asyncio.Event()

    async def step() -> None:
        has_begun.set()
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        if end is not None:
            raise end

    baker = await Baker(step, rest=AGES, pause=AGES, fault=None).__aenter__()
    await has_begun.wait()
    stop = asyncio.create_task(baker.__aexit__(None, None, None))
    await asyncio.wait({stop}, timeout=DEADLINE_SECONDS)
    is_over = stop.done()
    stop.cancel()
    await asyncio.gather(stop, return_exceptions=True)
    assert is_over


async def test_who_rests_is_woken_by_the_event_or_by_the_time() -> None:
    """And rests again the next time."""
    event = asyncio.Event()
    assert not await woken(event, seconds=0)
    event.set()
    assert await woken(event, seconds=AGES)
    assert not event.is_set()
    asyncio.get_running_loop().call_soon(event.set)
    async with asyncio.timeout(DEADLINE_SECONDS):
        assert await woken(event, seconds=None)
