"""The hub over a ledger that a test controls: no audit finds anything here, only the messages tell."""

from collections.abc import Mapping, Sequence

import pytest
from redis.asyncio import Redis

from app.domain.live.events import LevelEvent, LevelEventKind
from app.domain.stock.level import Level
from app.domain.stock.movement import Movement
from app.domain.time import NEVER, Moment
from app.live.hub import Hub
from app.live.messages import channel_of, encoded
from app.services.live.ledger_offset import LedgerBatch, LedgerOffset
from tests.live.lines import a_line
from tests.support.waiting import eventually

FIRST, SECOND, THIRD = (a_line(version=number, at=100 + number) for number in (1, 2, 3))


class Ledger:
    """A LedgerTail whose present moves only by hand, and whose lines are given."""

    def __init__(self) -> None:
        self.lines: Sequence[Movement] = ()
        self.present: Mapping[str, Moment] = {}

    async def now(self) -> LedgerOffset:
        return LedgerOffset(base=Moment(50), reached=self.present)

    async def read(self, after: LedgerOffset) -> LedgerBatch:
        found = [line for line in self.lines if not after.is_past(line)]
        offset = after
        for line in found:
            offset = offset.after(line)
        return LedgerBatch(lines=found, operations=(), size=len(found), offset=offset, is_complete=True)


def everything(_: Level) -> bool:
    """Want it."""
    return True


async def publish(url: str, after: Moment, *lines: Movement, to: Moment | None = None) -> None:
    """Publish one message of writer a, up to the last line unless told otherwise."""
    if to is None:
        to = lines[-1].recorded_at if lines else after
    async with Redis.from_url(url) as client:
        await client.publish(channel_of("hub"), encoded("a", after=after, to=to, lines=lines))


async def heard(redis_url: str, ledger: Ledger, *messages: tuple[Moment, Sequence[Movement]]) -> list[LevelEvent]:
    """Return the events after these messages, the last of which is of the third line."""
    hub = Hub(redis_url, namespace="hub", ledger=ledger)
    with hub.listen(skus=None, locations=None, wants=everything) as queue:
        events: list[LevelEvent] = []

        def has_third() -> bool:
            events.extend(queue.take(10))
            return bool(events) and events[-1].level == THIRD.after

        async with hub:
            await eventually(lambda: hub.is_resting)
            for after, lines in messages:
                await publish(redis_url, after, *lines)
            await eventually(has_third)
        return events


async def test_messages_that_join_on_are_changes(redis_url: str) -> None:
    """As long as nothing is missing, every event is a change with its movement; the ledger is not read."""
    ledger = Ledger()
    events = await heard(redis_url, ledger, (NEVER, [FIRST]), (Moment(101), [SECOND]), (Moment(102), [THIRD]))
    assert events[-1] == LevelEvent(kind=LevelEventKind.CHANGE, level=THIRD.after, movement=THIRD)
    assert {event.kind for event in events} == {LevelEventKind.CHANGE}


async def test_a_message_that_does_not_join_on_has_the_ledger_read(redis_url: str) -> None:
    """A publisher that dropped a line is found out at its next message, although no connection ever failed."""
    ledger = Ledger()
    ledger.lines = (THIRD,)
    events = await heard(redis_url, ledger, (NEVER, [FIRST]), (Moment(103), []))
    assert events[-1] == LevelEvent(kind=LevelEventKind.RESYNC, level=THIRD.after)


async def test_a_message_of_another_kind_has_the_ledger_read(redis_url: str, caplog: pytest.LogCaptureFixture) -> None:
    """What cannot be read counts as a message that was missed; the subscription goes on."""
    ledger = Ledger()
    hub = Hub(redis_url, namespace="hub", ledger=ledger)
    with hub.listen(skus=None, locations=None, wants=everything) as queue:
        async with hub:
            await eventually(lambda: hub.is_resting)
            ledger.lines = (FIRST,)
            await hub._receive(b"[1]")
            await eventually(lambda: bool(queue._waiting))
            assert [record.getMessage() for record in caplog.records] == ["A message could not be followed."]
            caplog.clear()
            await publish(redis_url, Moment(101), SECOND)
            await eventually(lambda: queue._waiting[SECOND.after.key].level == SECOND.after)


async def test_a_commit_without_lines_wakes_those_who_read_and_joins_on(redis_url: str) -> None:
    """A change of documents alone: the ledger is not read again for the levels, and the next line is a change."""
    arrivals: list[None] = []
    hub = Hub(redis_url, namespace="hub", ledger=Ledger(), on_arrival=lambda: arrivals.append(None))
    with hub.listen(skus=None, locations=None, wants=everything) as queue:
        async with hub:
            await eventually(lambda: hub.is_resting)
            await publish(redis_url, NEVER, FIRST)
            await eventually(lambda: len(arrivals) == 1)
            await publish(redis_url, Moment(101), to=Moment(102))
            await eventually(lambda: len(arrivals) == 2)
            await publish(redis_url, Moment(102), THIRD)
            await eventually(lambda: len(arrivals) == 3)
            assert hub._progress is not None
            assert hub._progress.offset.reached == {"a": 103}
            assert not hub._suspicion.is_set()
            assert queue.take(10) == [LevelEvent(kind=LevelEventKind.CHANGE, level=THIRD.after, movement=THIRD)]


async def test_without_subscribers_a_gap_wakes_those_who_read_for_themselves(redis_url: str) -> None:
    """Feeds of the ledger and of documents need no subscriber of levels; where nothing is missing they are let be."""
    arrivals: list[None] = []
    ledger = Ledger()
    hub = Hub(redis_url, namespace="hub", ledger=ledger, on_arrival=lambda: arrivals.append(None))
    async with hub:
        await eventually(lambda: hub.is_resting)
        hub._suspicion.set()
        await eventually(lambda: not hub._suspicion.is_set())
        assert arrivals == []
        ledger.present = {"a": Moment(150)}
        hub._suspicion.set()
        await eventually(lambda: len(arrivals) == 1)
        await eventually(lambda: hub._progress is not None and hub._progress.offset.reached == ledger.present)
