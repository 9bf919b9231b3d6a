"""The hub over a ledger that a test controls: no audit finds anything here, only the messages tell."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest
from msgspec import msgpack
from redis.asyncio import Redis

from app.domain.live.events import LevelEvent, LevelEventKind
from app.domain.stock.level import LevelKey
from app.domain.stock.movement import Movement
from app.domain.time import NEVER, Moment
from app.live.hub import TURN_SECONDS, Hub
from app.live.messages import channel_of, encoded
from app.services.committed_batch import CommittedBatch
from app.services.live.ledger_offset import LedgerBatch, LedgerOffset
from tests.live.lines import TEA, a_line
from tests.support.waiting import eventually

FIRST, SECOND, THIRD = (a_line(version=number, at=100 + number) for number in (1, 2, 3))


class Ledger:
    """A LedgerTail whose present moves only by hand, and whose lines are given."""

    def __init__(self) -> None:
        self.lines: Sequence[Movement] = ()
        self.present: Mapping[str, Moment] = {}
        self.asked = 0

    async def check(self, offset: LedgerOffset) -> None: ...

    async def now(self) -> LedgerOffset:
        self.asked += 1
        return LedgerOffset(base=Moment(50), reached=self.present)

    async def read(self, after: LedgerOffset) -> LedgerBatch:
        found = [line for line in self.lines if not after.is_past(line)]
        offset = after
        for line in found:
            offset = offset.after(line)
        return LedgerBatch(lines=found, operations=(), size=len(found), offset=offset, is_complete=True)


async def publish(url: str, after: Moment, *lines: Movement, to: Moment | None = None) -> None:
    """Publish one message of writer a, up to the last line unless told otherwise."""
    if to is None:
        to = lines[-1].recorded_at if lines else after
    async with Redis.from_url(url) as client:
        await client.publish(channel_of("hub"), encoded("a", after=after, to=to, lines=lines))


@asynccontextmanager
async def listening(redis_url: str, ledger: Ledger, **more: Any) -> AsyncIterator[tuple[Hub, list[LevelEvent]]]:  # noqa: ANN401 - what a hub takes
    """Run a hub that is listened to."""
    events: list[LevelEvent] = []
    async with Hub(redis_url, namespace="hub", ledger=ledger, **more) as hub:
        with hub.listen(skus=None, locations=None, hear=events.append):
            await hub.ready()
            await eventually(lambda: hub.is_resting)
            yield hub, events


async def heard(redis_url: str, ledger: Ledger, *messages: tuple[Moment, Sequence[Movement]]) -> list[LevelEvent]:
    """Return the events after these messages, the last of which is of the third line."""
    async with listening(redis_url, ledger) as (_, events):
        for after, lines in messages:
            await publish(redis_url, after, *lines)
        await eventually(lambda: bool(events) and events[-1].level == THIRD.after)
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
    async with listening(redis_url, ledger) as (hub, events):
        ledger.lines = (FIRST,)
        await hub._receive(b"[1]")
        await eventually(lambda: bool(events))
        assert [record.getMessage() for record in caplog.records] == ["A message could not be followed."]
        caplog.clear()
        await publish(redis_url, Moment(101), SECOND)
        await eventually(lambda: events[-1].level == SECOND.after)


async def test_what_the_process_itself_commits_is_handed_out_at_once_and_once(redis_url: str) -> None:
    """It does not wait for Redis, whose message of the same is followed, and told to nobody."""
    async with listening(redis_url, Ledger()) as (hub, events):
        hub.committed(CommittedBatch(writer="a", movements=(FIRST, SECOND)))
        assert [event.movement for event in events] == [FIRST, SECOND]
        await publish(redis_url, NEVER, FIRST, SECOND)
        await publish(redis_url, Moment(102), THIRD)
        await eventually(lambda: events[-1].level == THIRD.after)
        assert [event.movement for event in events] == [FIRST, SECOND, THIRD]
        assert hub.is_resting


async def test_a_commit_without_lines_wakes_those_who_read_and_joins_on(redis_url: str) -> None:
    """A change of documents alone: the ledger is not read again for the levels, and the next line is a change."""
    arrivals: list[None] = []
    async with listening(redis_url, Ledger(), on_arrival=lambda: arrivals.append(None)) as (hub, events):
        arrivals.clear()
        await publish(redis_url, NEVER, FIRST)
        await publish(redis_url, Moment(101), to=Moment(102))
        await publish(redis_url, Moment(102), THIRD)
        await eventually(lambda: len(arrivals) == 3)
        assert hub._progress is not None
        assert hub._progress.offset.reached == {"a": 103}
        assert hub.is_resting
        assert [event.level.version for event in events] == [1, 3]


async def test_while_nobody_listens_the_database_is_not_asked_and_no_line_is_decoded(redis_url: str) -> None:
    """A gap only wakes those who read the ledger for themselves. Who listens then misses nothing."""
    arrivals: list[None] = []
    ledger = Ledger()
    async with Hub(redis_url, namespace="hub", ledger=ledger, on_arrival=lambda: arrivals.append(None)) as hub:
        await eventually(lambda: hub.problem() is None)
        arrivals.clear()
        await hub._receive(msgpack.encode(("a", 0, 101, [(TEA, 1, "no line")])))
        hub._receiver._on_gap()
        assert (arrivals, hub._progress, ledger.asked, hub.is_resting) == ([None, None], None, 0, True)
        events: list[LevelEvent] = []
        for asked in (1, 2):
            with hub.listen(skus=None, locations=None, hear=events.append):
                ledger.present = {"a": Moment(101)}
                await hub.ready()
                await hub.ready()
                assert ledger.asked == asked
            assert hub._progress is None
        assert events == []


async def test_a_long_message_does_not_keep_others_waiting(redis_url: str) -> None:
    """However many levels and listeners, others have their turn after some milliseconds."""
    hub = Hub(redis_url, namespace="hub", ledger=Ledger())
    turns, told = 0, 0

    def hear(_: LevelEvent) -> None:
        nonlocal told
        told += 1
        end = time.perf_counter() + TURN_SECONDS
        while time.perf_counter() < end:
            pass

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    lines = [a_line(LevelKey("TEA-1", f"SHOP-{number}"), at=100 + number) for number in range(20)]
    with hub.listen(skus=None, locations=None, hear=hear):
        other = asyncio.create_task(others())
        await hub._receive(encoded("a", after=NEVER, to=Moment(120), lines=lines))
        other.cancel()
    assert (told, turns) == (20, 20)


async def test_a_large_commit_is_handed_out_for_one_turn_and_the_rest_comes_by_redis(redis_url: str) -> None:
    """The callers whose commit it is wait no longer than others."""
    hub = Hub(redis_url, namespace="hub", ledger=Ledger())
    told: list[LevelKey] = []

    def hear(event: LevelEvent) -> None:
        told.append(event.level.key)
        end = time.perf_counter() + TURN_SECONDS
        while time.perf_counter() < end:
            pass

    lines = [a_line(LevelKey("TEA-1", f"SHOP-{number}"), at=100 + number) for number in range(5)]
    with hub.listen(skus=None, locations=None, hear=hear):
        hub.committed(CommittedBatch(writer="a", movements=lines))
        assert told == [lines[0].after.key]
        await hub._receive(encoded("a", after=NEVER, to=Moment(105), lines=lines))
    assert told == [line.after.key for line in lines]


async def test_who_waits_without_listening_is_woken_where_nothing_was_published(redis_url: str) -> None:
    """As long as anybody waits for growth the audit goes on, and reads no line for them."""
    arrivals: list[None] = []
    ledger = Ledger()
    hub = Hub(
        redis_url, namespace="hub", ledger=ledger, on_arrival=lambda: arrivals.append(None), is_awaited=lambda: True
    )
    async with hub:
        await eventually(lambda: hub.is_resting and hub._progress is not None)
        arrivals.clear()
        ledger.present = {"a": Moment(150)}
        ledger.lines = (FIRST,)
        hub._suspicion.set()
        await eventually(lambda: len(arrivals) == 1)
        await eventually(lambda: hub._progress is not None and hub._progress.offset.reached == ledger.present)
