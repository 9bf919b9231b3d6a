"""Rankings that many ask for: made once, good for ten times as long as they took, and bounded by their levels."""

import asyncio
from collections.abc import Collection, Mapping, Sequence

import pytest

from app.domain.insight.insight import DayEndCounts, LedgerSums
from app.domain.insight.ranking import Ranking, RankingNotReady, RankingTooLarge, StockedLevel, TooManyRankings
from app.domain.insight.window import Window
from app.domain.stock.level import LevelKey
from app.domain.time import MICROSECONDS_PER_DAY, Moment
from app.services.concurrency.single_flight_cache import MAX_FLIGHTS
from app.services.filters import LevelFilter
from app.services.insight.rankings import MAX_RANKED_LEVELS, Rankings
from tests.support.clock import START, StillClock


class SlowReader:
    """Reads levels as soon as a test lets it. `asked` are the locations and windows of all its calls."""

    def __init__(self, *, levels: int = 1) -> None:
        self.asked: list[tuple[Sequence[str], Window]] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.levels = levels
        self.watch = 1_000.0
        self.takes_seconds = 0.0

    async def stock_in(self, locations: Sequence[str], *, limit: int) -> Sequence[StockedLevel]:
        assert limit == MAX_RANKED_LEVELS
        await self.gate.wait()
        level = StockedLevel(LevelKey("TEA-1", "MAIN"), DayEndCounts(1, 1), None, is_closed=False)
        return [level] * self.levels

    async def sales_in(self, locations: Sequence[str], *, window: Window) -> Mapping[LevelKey, LedgerSums]:
        self.asked.append((locations, window))
        self.watch += self.takes_seconds
        return {}

    async def sums_in(self, locations: Sequence[str], *, window: Window) -> Mapping[LevelKey, LedgerSums]:
        raise AssertionError(locations)

    async def sums_at(self, keys: Sequence[LevelKey], *, window: Window) -> Mapping[LevelKey, LedgerSums]:
        raise AssertionError(keys)

    async def last_sold(self, keys: Sequence[LevelKey]) -> Mapping[LevelKey, Moment]:
        raise AssertionError(keys)

    async def matching(self, where: LevelFilter, *, limit: int) -> Collection[LevelKey]:
        raise AssertionError(where)


def rankings(
    reader: SlowReader, *, clock: StillClock | None = None, wait_seconds: float = 30, patience_seconds: float = 30
) -> Rankings:
    """Return rankings over a reader, whose watch is the reader's."""
    return Rankings(
        reader=reader,
        clock=clock or StillClock(),
        monotonic=lambda: reader.watch,
        wait_seconds=wait_seconds,
        patience_seconds=patience_seconds,
    )


async def test_those_who_ask_at_once_share_a_ranking() -> None:
    """In whatever order they name the locations; other locations and other days are other rankings."""
    reader = SlowReader()
    made = rankings(reader)
    asked = [made.ranking(codes, days=90) for codes in (["A", "B"], ["B", "A"], {"A", "B"})]
    first, *others = await asyncio.gather(*asked, made.ranking(["A"], days=90), made.ranking(["A", "B"], days=30))
    assert [other is first for other in others] == [True, True, False, False]
    assert sorted(reader.asked) == [
        (["A"], Window(START, 90)),
        (["A", "B"], Window(START, 30)),
        (["A", "B"], Window(START, 90)),
    ]
    await made.close()


@pytest.mark.parametrize(("took", "good_for"), [(0.0, 1.0), (0.05, 1.0), (2.0, 20.0)])
async def test_a_ranking_is_good_for_ten_times_as_long_as_it_took(took: float, good_for: float) -> None:
    """Or for a second; then the next caller has it made anew, as of then."""
    reader, clock = SlowReader(), StillClock()
    reader.takes_seconds = took
    made = rankings(reader, clock=clock)
    first = await made.ranking(["A"], days=90)
    clock.now = Moment(START + MICROSECONDS_PER_DAY)
    reader.watch += good_for - 0.001
    assert await made.ranking(["A"], days=90) is first
    reader.watch += 0.001
    assert await made.ranking(["A"], days=90) is not first
    assert [window.until for _, window in reader.asked] == [START, START + MICROSECONDS_PER_DAY]


async def test_as_many_levels_are_remembered_as_memory_allows() -> None:
    """The ranking that was made first is forgotten first."""
    reader = SlowReader(levels=MAX_RANKED_LEVELS // 2)
    made = rankings(reader)
    first = await made.ranking(["A"], days=90)
    second = await made.ranking(["B"], days=90)
    assert await made.ranking(["A"], days=90) is first
    await made.ranking(["C"], days=90)
    assert await made.ranking(["B"], days=90) is second
    assert await made.ranking(["A"], days=90) is not first
    assert isinstance(first, Ranking)


async def test_who_cannot_be_served_now_is_told_so() -> None:
    """Who waited long enough, and who asks for one ranking too many."""
    reader = SlowReader()
    reader.gate.clear()
    made = rankings(reader, wait_seconds=0)
    for number in range(MAX_FLIGHTS):
        with pytest.raises(RankingNotReady, match=r"not ready after 0 s\. Ask again in a few seconds, or narrow"):
            await made.ranking([f"L{number}"], days=90)
    with pytest.raises(TooManyRankings, match=r"^20 rankings of other locations are being computed already\."):
        await made.ranking(["ANOTHER"], days=90)
    await made.close()


async def test_a_ranking_will_do_while_the_next_one_takes_long() -> None:
    """Up to three times as old as it is good; who finds none that old waits for the next one."""
    reader = SlowReader()
    reader.takes_seconds = 2.0
    made = rankings(reader, patience_seconds=0)
    first = await made.ranking(["A"], days=90)
    reader.gate.clear()
    reader.watch += 20
    assert await made.ranking(["A"], days=90) is first
    reader.watch += 39.9
    assert await made.ranking(["A"], days=90) is first
    reader.gate.set()
    reader.watch += 0.1
    second = await made.ranking(["A"], days=90)
    assert second is not first
    assert await made.ranking(["A"], days=90) is second
    assert len(reader.asked) == 2


async def test_many_locations_are_read_some_at_a_time() -> None:
    """No more levels than may be remembered."""
    reader = SlowReader(levels=MAX_RANKED_LEVELS // 3)
    made = rankings(reader)
    codes = [f"L{number:02}" for number in range(21)]
    assert len(await made.ranking(codes, days=90)) == 3 * (MAX_RANKED_LEVELS // 3)
    assert [locations for locations, _ in reader.asked] == [codes[:10], codes[10:20], codes[20:]]
    with pytest.raises(RankingTooLarge, match=r"limit of 200,000 levels\. Narrow the filter to fewer locations"):
        await made.ranking([*codes, *(f"M{number}" for number in range(10))], days=90)
