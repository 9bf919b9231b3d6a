"""A task that must never end: whatever it ends by is told, named and followed by a new beginning; a stop is not."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, nullcontext, suppress
from itertools import count

import pytest

from app.domain.failures import Unavailable
from app.services.background.heartbeat import beat, resting
from app.services.background.supervision import Supervised
from tests.support.waiting import DEADLINE_SECONDS

LATE_SECONDS = 1.0  # then a task hangs
AGES = 1_000.0 * DEADLINE_SECONDS


class Odd(BaseException):
    """Neither an error nor a stop."""


class Baker:
    """Ends as it is told, time after time, and then goes on for good."""

    def __init__(self, *ends: BaseException | None) -> None:
        self.ends = list(ends)
        self.begun = 0
        self.goes_on = asyncio.Event()

    async def run(self) -> None:
        """Work."""
        self.begun += 1
        if not self.ends:
            self.goes_on.set()
            await asyncio.Event().wait()
        end = self.ends.pop(0)
        if end is not None:
            raise end


@asynccontextmanager
async def supervised(
    baker: Baker, *, pause: float = 0.0, steady: float = AGES, may_return: Callable[[], bool] = lambda: False
) -> AsyncIterator[Supervised]:
    """Let somebody work until the context is left."""
    task = Supervised(
        baker.run,
        name="baker",
        may_return=may_return,
        first_pause_seconds=pause,
        max_pause_seconds=pause,
        steady_seconds=steady,
    )
    task.start()
    try:
        async with asyncio.timeout(DEADLINE_SECONDS):
            yield task
    finally:
        await task.stop()


def bakers() -> list[asyncio.Task[object]]:
    """Return the tasks that go on."""
    return [task for task in asyncio.all_tasks() if task.get_name() == "baker"]


@pytest.mark.parametrize(
    ("end", "problem"),
    [
        (None, "It has returned"),
        (ValueError("burnt"), "It failed with ValueError"),
        (asyncio.CancelledError(), "It was cancelled"),
        (Odd(), "It failed with Odd"),
        (BaseExceptionGroup("both", [Odd()]), "It failed with BaseExceptionGroup"),
    ],
    ids=["returns", "raises", "raises a cancellation", "raises no Exception", "raises a group"],
)
async def test_whatever_it_ends_by_it_is_told_and_named_and_begun_again(
    end: BaseException | None, problem: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Once in the log as an error, with the traceback where there is one; its own words stay there."""
    baker = Baker(end)
    async with supervised(baker) as task:
        await baker.goes_on.wait()
        assert task.problem == f"{problem}; it is restarted. See the log."
    [record] = caplog.records
    assert record.levelno == logging.ERROR
    assert record.getMessage().startswith("The task baker has ended unexpectedly")
    assert bool(record.exc_info) == (end is not None)
    assert baker.begun == 2


async def test_a_cancellation_by_a_stranger_ends_nothing(caplog: pytest.LogCaptureFixture) -> None:
    """And is told in a way that the log, which drops cancellations, does not drop."""
    baker = Baker()
    async with supervised(baker) as task:
        await baker.goes_on.wait()
        baker.goes_on.clear()
        bakers()[0].cancel()
        await baker.goes_on.wait()
        assert task.problem is not None
    [record] = caplog.records
    assert record.exc_info is not None
    assert record.exc_info[0] is RuntimeError


@pytest.mark.parametrize("sign", [None, beat, resting])
async def test_one_that_hangs_is_named_and_ended_and_begun_again(
    sign: Callable[[], object] | None, caplog: pytest.LogCaptureFixture
) -> None:
    """For what it waits for may never come. Who gives signs of life, or waits for work, does not hang."""
    begun, is_named, is_left = 0, False, asyncio.Event()

    async def hang() -> None:
        while not is_named:
            with suppress(asyncio.CancelledError):  # so that there is time to ask
                await asyncio.Event().wait()
        await asyncio.Event().wait()

    async def run() -> None:
        nonlocal begun
        begun += 1
        with resting() if sign is resting else nullcontext():
            for _ in range(6):
                await asyncio.sleep(LATE_SECONDS / 4)
                await hang() if sign is None else sign()
        is_left.set()

    task = Supervised(run, name="baker", may_return=lambda: True, first_pause_seconds=0.0, late_seconds=LATE_SECONDS)
    task.start()
    async with asyncio.timeout(DEADLINE_SECONDS):
        while begun < 2 and not is_left.is_set():
            is_named = is_named or (task.problem or "").startswith("It has not gone on for")
            await asyncio.sleep(LATE_SECONDS / 50)
    is_published = any(each.startswith("The task baker has not gone on for") for each in caplog.messages)
    assert (begun, is_named, is_published) == ((2, True, True) if sign is None else (1, False, False))
    is_named = True
    await task.stop()


async def test_a_service_that_is_away_is_told_in_a_sentence(caplog: pytest.LogCaptureFixture) -> None:
    """As everywhere, without a traceback; it is no fault."""
    baker = Baker(Unavailable("away"))
    async with supervised(baker):
        await baker.goes_on.wait()
    assert [(record.levelname, record.getMessage(), record.exc_info) for record in caplog.records] == [
        ("WARNING", "The task baker was interrupted: The database is not available: away", None)
    ]


async def test_it_is_begun_again_whatever_becomes_of_telling_so() -> None:
    """Even where a filter of the log raises."""

    def refuse(_: logging.LogRecord) -> bool:
        raise TypeError("not subscriptable")

    baker, log = Baker(ValueError("burnt")), logging.getLogger("app.services.background.supervision")
    log.addFilter(refuse)
    reported: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: reported.append(context["exception"]))
    try:
        async with supervised(baker):
            await baker.goes_on.wait()
    finally:
        log.removeFilter(refuse)
        asyncio.get_running_loop().set_exception_handler(None)
    assert [type(error) for error in reported] == [TypeError]


async def test_it_is_well_again_once_it_has_gone_on_for_a_while() -> None:
    """And the problem is told from its end until then, its pause included."""
    baker = Baker(ValueError("burnt"))
    async with supervised(baker, steady=0.0):
        await baker.goes_on.wait()
    baker = Baker(ValueError("burnt"))
    async with supervised(baker, pause=AGES, steady=0.0) as task:
        while task.problem is None:  # noqa: ASYNC110 - a turn of the loop
            await asyncio.sleep(0)
        assert (baker.begun, bakers()) == (1, [])
    baker = Baker(ValueError("burnt"))
    async with supervised(baker, steady=0.0) as task:
        await baker.goes_on.wait()
        assert task.problem is None


def test_the_pause_grows_up_to_a_limit_and_is_short_again_after_a_steady_run() -> None:
    """So a fault that stays costs little, and one that passes no time."""
    task = Supervised(
        Baker().run,
        name="baker",
        first_pause_seconds=1.0,
        max_pause_seconds=5.0,
        steady_seconds=AGES,
        monotonic=lambda: 0.0,  # this machine's has run since it was started, perhaps for ages
    )
    pauses = []
    for _ in range(6):
        pauses.append(task._pause)
        task._next_pause()
    assert pauses == [1.0, 2.0, 4.0, 5.0, 5.0, 5.0]
    task._steady = 0.0
    task._next_pause()
    assert task._pause == 2.0


@pytest.mark.parametrize("is_pausing", [False, True])
async def test_a_stop_ends_it_at_once(is_pausing: bool, caplog: pytest.LogCaptureFixture) -> None:
    """While it works, and while it waits to begin again; that it was stopped is not told, nor is it begun again."""
    baker = Baker(*[ValueError("burnt")] * is_pausing)
    async with supervised(baker, pause=AGES) as task:
        while not (task.problem if is_pausing else baker.goes_on.is_set()):  # noqa: ASYNC110 - a turn of the loop
            await asyncio.sleep(0)
        told = len(caplog.records)
        await task.stop()
        for _ in range(5):
            await asyncio.sleep(0)
        assert (bakers(), len(caplog.records), baker.begun) == ([], told, 1)


async def test_what_fails_while_it_is_stopped_is_told_and_does_not_fail_the_stop(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Whoever stops several stops them all."""
    has_begun = asyncio.Event()

    async def run() -> None:
        has_begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            raise ValueError("burnt")

    task = Supervised(run, name="baker")
    task.start()
    await has_begun.wait()
    await task.stop()
    assert [record.getMessage() for record in caplog.records] == ["The task baker failed while it was stopped."]


async def test_a_stop_ends_what_has_lost_its_cancellation(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before Python 3.12 a driver may drop one: without another, the process would not end by itself."""
    monkeypatch.setattr("app.services.background.supervision.CANCEL_AGAIN_SECONDS", 0.001)
    lost = asyncio.Event()

    async def run() -> None:
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        lost.set()
        await asyncio.Event().wait()

    task = Supervised(run, name="baker")
    task.start()
    await asyncio.sleep(0)
    async with asyncio.timeout(DEADLINE_SECONDS):
        await task.stop()
    assert lost.is_set()


async def test_what_may_return_is_no_fault_and_can_be_started_again(caplog: pytest.LogCaptureFixture) -> None:
    """A problem that it had is over by then, and whoever waits for its return is told."""
    baker = Baker(ValueError("burnt"), None, None)
    async with supervised(baker, may_return=lambda: True) as task:
        await task.returned()
        assert (baker.begun, task.problem) == (2, None)
        task.start()
        task.start()
        await task.returned()
        assert baker.begun == 3
    assert len(caplog.records) == 1


async def test_started_in_the_turn_in_which_it_returns_it_begins_anew(caplog: pytest.LogCaptureFixture) -> None:
    """Nothing is told of it, and nobody who waits is told too soon."""
    runs = count(1)
    both = asyncio.Event()

    async def run() -> None:
        if next(runs) == 1:
            asyncio.get_running_loop().call_soon(task.start)  # before the end of this run is noticed
        else:
            await both.wait()

    task = Supervised(run, name="baker", may_return=lambda: True)
    task.start()
    returned = asyncio.create_task(task.returned())
    for _ in range(5):
        await asyncio.sleep(0)
    assert not returned.done()
    both.set()
    async with asyncio.timeout(DEADLINE_SECONDS):
        await returned
    assert (next(runs), caplog.records) == (3, [])
