"""Summaries that many ask for at once: added up once, remembered for a moment, and never in the way of others."""

import asyncio
from collections import deque

import pytest

from app.domain.failures import Unavailable
from app.domain.stock.summary import InventorySummary, SummaryNotReady, SummaryTally, TooManySummaries
from app.domain.time import Moment
from app.services.concurrency.single_flight_cache import MAX_AT_ONCE, MAX_FLIGHTS
from app.services.filters import LevelFilter
from app.services.stock.summaries import MAX_REMEMBERED, SUMMARY_FRESH_SECONDS, Summaries
from tests.support.clock import START, StillClock

ALL = LevelFilter()
MAIN = LevelFilter(locations=("MAIN",))
AWAY = Unavailable("nobody answers")


def at_location(number: int) -> LevelFilter:
    """Return one of many filters."""
    return LevelFilter(locations=(f"L{number}",))


class SlowReader:
    """A reader whose answers come when a test says so. `asked` are the filters of all its calls."""

    def __init__(self) -> None:
        self.asked: list[LevelFilter] = []
        self._waiting: deque[tuple[Moment, asyncio.Future[InventorySummary]]] = deque()

    async def summary(self, where: LevelFilter, *, as_of: Moment) -> InventorySummary:
        future: asyncio.Future[InventorySummary] = asyncio.get_running_loop().create_future()
        self.asked.append(where)
        self._waiting.append((as_of, future))
        return await future

    def answer(self) -> None:
        """Answer the oldest call."""
        as_of, future = self._waiting.popleft()
        future.set_result(SummaryTally().summary(as_of=as_of))

    def fail(self) -> None:
        """Let the oldest call fail."""
        self._waiting.popleft()[1].set_exception(AWAY)


class Watch:
    """A monotonic clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.seconds = 1_000.0

    def __call__(self) -> float:
        """Return the seconds."""
        return self.seconds


class Stage:
    """Summaries over a slow reader, and the two clocks."""

    def __init__(self, *, wait_seconds: float = 30) -> None:
        self.reader, self.clock, self.watch = SlowReader(), StillClock(), Watch()
        self.summaries = Summaries(
            reader=self.reader, clock=self.clock, monotonic=self.watch, wait_seconds=wait_seconds
        )

    async def ask(self, where: LevelFilter = ALL) -> "asyncio.Task[InventorySummary]":
        """Let somebody ask, and go on once the question has reached whom it will reach."""
        task = asyncio.create_task(self.summaries.summary(where))
        await settle()
        return task

    async def known(self, where: LevelFilter) -> InventorySummary:
        """Ask and have it answered at once."""
        task = await self.ask(where)
        self.reader.answer()
        return await task


async def settle() -> None:
    """Let everything run that can run."""
    for _ in range(10):
        await asyncio.sleep(0)


async def test_those_who_ask_at_once_share_one_aggregation() -> None:
    """A thousand callers, one question to the database, one answer for all."""
    stage = Stage()
    callers = [await stage.ask() for _ in range(1_000)]
    assert stage.reader.asked == [ALL]
    stage.reader.answer()
    answers = await asyncio.gather(*callers)
    assert all(answer is answers[0] for answer in answers)
    assert answers[0].as_of == START


async def test_another_filter_is_another_summary() -> None:
    """Equal filters share, whoever built them; others do not."""
    stage = Stage()
    callers = [await stage.ask(where) for where in (ALL, MAIN, LevelFilter(locations=("MAIN",)))]
    assert stage.reader.asked == [ALL, MAIN]
    stage.reader.answer()
    stage.reader.answer()
    answers = await asyncio.gather(*callers)
    assert answers[1] is answers[2] is not answers[0]


@pytest.mark.parametrize(("took", "good_for"), [(0.0, SUMMARY_FRESH_SECONDS), (0.4, 1.0), (3.5, 3.5)])
async def test_an_answer_is_good_for_a_second_or_for_as_long_as_it_took(took: float, good_for: float) -> None:
    """After that the next caller has it added up anew, as of then."""
    # given
    stage = Stage()
    caller = await stage.ask()
    stage.watch.seconds += took
    stage.reader.answer()
    first = await caller
    stage.clock.move(seconds=9)
    # when
    stage.watch.seconds += good_for - 0.001
    assert await stage.summaries.summary(ALL) is first
    stage.watch.seconds += 0.001
    second = await stage.known(ALL)
    # then
    assert stage.reader.asked == [ALL, ALL]
    assert (first.as_of, second.as_of) == (START, START + 9_000_000)


async def test_a_failure_is_told_to_all_who_wait_and_not_remembered() -> None:
    """The next caller has the database asked again."""
    stage = Stage()
    callers = [await stage.ask() for _ in range(3)]
    stage.reader.fail()
    assert await asyncio.gather(*callers, return_exceptions=True) == [AWAY] * 3
    answer = await stage.known(ALL)
    assert answer.as_of == START
    assert stage.reader.asked == [ALL, ALL]


async def test_a_caller_who_leaves_takes_nothing_from_the_others() -> None:
    """The one who asked first is cancelled; the others get their answer, and the next one finds it remembered."""
    stage = Stage()
    first, second = await stage.ask(), await stage.ask()
    first.cancel()
    await settle()
    assert first.cancelled()
    stage.reader.answer()
    assert await stage.summaries.summary(ALL) is await second
    assert stage.reader.asked == [ALL]


async def test_a_failure_that_nobody_waits_for_any_more_harms_nobody() -> None:
    """Not even by a warning of the loop; the next caller has the database asked again."""
    complaints: list[str] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context["message"]))
    stage = Stage()
    caller = await stage.ask()
    caller.cancel()
    await settle()
    stage.reader.fail()
    await settle()
    await stage.known(ALL)
    asyncio.get_running_loop().set_exception_handler(None)
    assert (stage.reader.asked, complaints) == ([ALL, ALL], [])


async def test_who_has_waited_long_enough_is_told_to_come_back() -> None:
    """The adding up goes on, and its answer is there for those who do."""
    stage = Stage(wait_seconds=0)
    with pytest.raises(SummaryNotReady, match=r"^The summary is not ready after 0 s\. Ask again in a few seconds"):
        await stage.summaries.summary(ALL)
    await settle()
    stage.reader.answer()
    await settle()
    answer = await stage.summaries.summary(ALL)
    assert (answer.as_of, stage.reader.asked) == (START, [ALL])


async def test_few_summaries_are_added_up_at_the_same_time() -> None:
    """The others wait for their turn, and get it when one is done, or has failed."""
    stage = Stage()
    callers = [await stage.ask(at_location(number)) for number in range(MAX_AT_ONCE + 2)]
    assert len(stage.reader.asked) == MAX_AT_ONCE
    stage.reader.fail()
    await settle()
    assert len(stage.reader.asked) == MAX_AT_ONCE + 1
    for _ in range(MAX_AT_ONCE + 1):
        stage.reader.answer()
        await settle()
    answers = await asyncio.gather(*callers, return_exceptions=True)
    assert answers[0] is AWAY
    assert [isinstance(answer, InventorySummary) for answer in answers[1:]] == [True] * (MAX_AT_ONCE + 1)


async def test_too_many_summaries_at_once_are_refused() -> None:
    """Who asks for one of those under way is none too many."""
    stage = Stage()
    callers = [await stage.ask(at_location(number)) for number in range(MAX_FLIGHTS)]
    with pytest.raises(TooManySummaries, match=r"^20 summaries with other filters are being computed already\."):
        await stage.summaries.summary(ALL)
    callers.append(await stage.ask(at_location(MAX_FLIGHTS - 1)))
    for _ in range(MAX_FLIGHTS):
        stage.reader.answer()
        await settle()
    answers = await asyncio.gather(*callers)
    assert answers[-1] is answers[-2]
    assert len(stage.reader.asked) == MAX_FLIGHTS


async def test_what_is_remembered_is_bounded() -> None:
    """The first found is the first forgotten."""
    stage = Stage()
    for number in range(MAX_REMEMBERED + 1):
        await stage.known(at_location(number))
    newest = stage.reader.asked[1:]
    for number in range(1, MAX_REMEMBERED + 1):
        await stage.summaries.summary(at_location(number))
    assert stage.reader.asked[1:] == newest
    await stage.known(at_location(0))
    assert stage.reader.asked[-1] == at_location(0)


async def test_closing_gives_up_what_is_under_way() -> None:
    """Whoever waits is released."""
    stage = Stage()
    callers = [await stage.ask(at_location(number)) for number in range(MAX_AT_ONCE + 1)]
    await stage.summaries.close()
    await settle()
    assert [caller.cancelled() for caller in callers] == [True] * len(callers)


async def test_closing_without_anything_under_way_is_fine() -> None:
    """Nothing is remembered wrongly either."""
    stage = Stage()
    answer = await stage.known(ALL)
    await stage.summaries.close()
    assert await stage.summaries.summary(ALL) is answer
