"""Many subscribers that are behind: few reads at once, each for all whom it takes on."""

import asyncio

import pytest

from app.domain.failures import BadArgument, Unavailable
from app.domain.time import Moment
from app.services.live.ledger.catch_up_reads import MAX_AT_ONCE, CatchUpReads
from app.services.live.ledger_offset import LedgerBatch, LedgerOffset
from tests.live.lines import a_line
from tests.support.waiting import eventually

LINES = [a_line(writer="ab"[number % 2], version=number + 1, at=100 + number) for number in range(120)]
BATCH = 10
FIRST = LedgerOffset(base=Moment(50), reached={})


class Ledger:
    """A LedgerTail of LINES, that counts its reads and lets each wait for a word."""

    def __init__(self) -> None:
        self.reads = self.under_way = self.most_at_once = 0
        self.is_away = False
        self.checks = 0
        self.goes_on = asyncio.Event()
        self.goes_on.set()

    async def check(self, offset: LedgerOffset) -> None:
        self.checks += 1
        if offset.reached.get("gone"):
            raise BadArgument("ahead")

    async def now(self) -> LedgerOffset:
        return offset_behind(len(LINES))

    async def read(self, after: LedgerOffset) -> LedgerBatch:
        self.reads += 1
        self.under_way += 1
        self.most_at_once = max(self.most_at_once, self.under_way)
        try:
            await asyncio.sleep(0)
            await self.goes_on.wait()
        finally:
            self.under_way -= 1
        if self.is_away:
            raise Unavailable("away")
        if after.base < FIRST.base:
            raise BadArgument("archived")
        found = [line for line in LINES if not after.is_past(line)]
        batch = found[:BATCH]
        return LedgerBatch(
            lines=batch,
            operations=(),
            size=len(batch),
            offset=after.after(*batch),
            is_complete=len(found) <= BATCH,
        )


def offset_behind(number: int) -> LedgerOffset:
    """Return the offset behind so many lines."""
    return FIRST.after(*LINES[:number])


async def versions_behind(reads: CatchUpReads, number: int) -> list[int]:
    """Read from there to the end as a feed does, and return the versions that are news."""
    offset, versions = offset_behind(number), list[int]()
    while True:
        found = await reads.read(offset)
        versions += [line.after.version for line in found.lines if not offset.is_past(line)]
        offset = offset.joined(found.offset)
        if found.is_complete:
            return versions


async def test_a_hundred_who_come_back_read_the_ledger_little_more_than_once() -> None:
    """Each has a cursor of its own, and gets every line behind it once."""
    ledger = Ledger()
    reads = CatchUpReads(ledger)
    behind = list(range(len(LINES)))[::-1]
    found = await asyncio.gather(*(versions_behind(reads, number) for number in behind))
    assert found == [list(range(number + 1, len(LINES) + 1)) for number in behind]
    assert ledger.most_at_once <= MAX_AT_ONCE
    assert ledger.reads <= 4 * len(LINES) / BATCH  # one by one they would take 660


async def test_who_asks_while_a_read_is_under_way_is_served_by_a_later_one() -> None:
    """What is committed before a subscriber asks is not missing from what it gets."""
    ledger = Ledger()
    reads = CatchUpReads(ledger)
    ledger.goes_on.clear()
    asked = [asyncio.create_task(reads.read(offset_behind(0))) for _ in range(MAX_AT_ONCE)]
    await eventually(lambda: ledger.under_way == MAX_AT_ONCE)
    later = asyncio.create_task(reads.read(offset_behind(0)))
    ledger.goes_on.set()
    await asyncio.gather(*asked)
    await later
    assert ledger.reads == MAX_AT_ONCE + 1


async def test_a_failure_is_raised_to_all_who_wait() -> None:
    """An outage takes each of them one read and not one after the other."""
    ledger = Ledger()
    reads = CatchUpReads(ledger)
    ledger.is_away = True
    ended = await asyncio.gather(*(reads.read(offset_behind(n)) for n in range(50)), return_exceptions=True)
    assert {type(error) for error in ended} == {Unavailable}
    assert ledger.reads <= MAX_AT_ONCE
    ledger.is_away = False
    assert (await reads.read(offset_behind(0))).size == BATCH


async def test_one_who_leaves_takes_no_other_along() -> None:
    """A read goes on for the others; it ends with the last of them, and the next one to come is served."""
    ledger = Ledger()
    reads = CatchUpReads(ledger)
    ledger.goes_on.clear()
    tasks = [asyncio.create_task(reads.read(offset_behind(0))) for _ in range(4)]
    await eventually(lambda: ledger.under_way)
    tasks[0].cancel()
    with pytest.raises(asyncio.CancelledError):
        await tasks[0]
    ledger.goes_on.set()
    assert [found.size for found in await asyncio.gather(*tasks[1:])] == [BATCH] * 3
    ledger.goes_on.clear()
    last = asyncio.create_task(reads.read(offset_behind(0)))
    await eventually(lambda: ledger.under_way)
    last.cancel()
    ledger.goes_on.set()
    assert (await reads.read(offset_behind(0))).size == BATCH
    assert not ledger.under_way


async def test_who_is_refused_is_refused_alone() -> None:
    """A cursor from before what is left of the ledger is no failure of those who wait at the same time."""
    reads = CatchUpReads(Ledger())
    older = LedgerOffset(base=Moment(1), reached={})
    found = await asyncio.gather(
        reads.read(older),
        versions_behind(reads, 0),
        versions_behind(reads, 7),
        reads.read(older),
        return_exceptions=True,
    )
    assert [type(each) for each in found] == [BadArgument, list, list, BadArgument]


async def test_a_hundred_cursors_are_checked_by_few_looks() -> None:
    """An older cursor of the same writers needs none; one that is refused makes none known."""
    ledger = Ledger()
    reads = CatchUpReads(ledger)
    await asyncio.gather(*(reads.check(offset_behind(number)) for number in range(len(LINES), 0, -1)))
    assert ledger.checks == 1
    for _ in range(2):
        with pytest.raises(BadArgument):
            await reads.check(LedgerOffset(base=Moment(50), reached={"gone": Moment(60)}))
    assert ledger.checks == 3
