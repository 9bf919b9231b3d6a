"""The hub over a ledger that a test controls: no audit finds anything here, only the messages tell."""

from collections.abc import Sequence

import pytest
from redis.asyncio import Redis

from app.domain.events import LevelEvent, LevelEventKind
from app.domain.level import Level
from app.domain.movement import Movement
from app.domain.time import NEVER, Moment
from app.live.hub import Hub
from app.live.messages import channel_of, encoded
from app.services.positions import Position, Round
from tests.live.lines import a_line
from tests.live.watching import eventually

FIRST, SECOND, THIRD = (a_line(version=number, at=100 + number) for number in (1, 2, 3))


class Ledger:
    """A LedgerTail whose present never moves, and whose lines are given."""

    def __init__(self) -> None:
        self.lines: Sequence[Movement] = ()

    async def now(self) -> Position:
        """See LedgerTail."""
        return Position(base=Moment(50), reached={})

    async def read(self, after: Position) -> Round:
        """See LedgerTail."""
        found = [line for line in self.lines if not after.is_past(line)]
        position = after
        for line in found:
            position = position.after(line)
        return Round(lines=found, position=position, is_complete=True)


def everything(_: Level) -> bool:
    """Want it."""
    return True


async def publish(url: str, after: Moment, *lines: Movement) -> None:
    """Publish one message of writer a."""
    async with Redis.from_url(url) as client:
        await client.publish(channel_of("hub"), encoded("a", after=after, lines=lines))


async def heard(redis_url: str, ledger: Ledger, *messages: tuple[Moment, Sequence[Movement]]) -> list[LevelEvent]:
    """Return the events after these messages, the last of which is of the third line."""
    hub = Hub(redis_url, namespace="hub", ledger=ledger)
    with hub.listen(skus=None, locations=None, wants=everything) as queue:
        events: list[LevelEvent] = []

        def has_third() -> bool:
            events.extend(queue.take(10))
            return bool(events) and events[-1].level == THIRD.after

        async with hub:
            await eventually(lambda: hub.problem() is None and hub._expected is not None)
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
            await eventually(lambda: hub.problem() is None and hub._expected is not None)
            ledger.lines = (FIRST,)
            await hub._receive(b"[1]")
            await eventually(lambda: bool(queue._waiting))
            assert [record.getMessage() for record in caplog.records] == ["A message could not be followed."]
            caplog.clear()
            await publish(redis_url, Moment(101), SECOND)
            await eventually(lambda: queue._waiting[SECOND.after.key].level == SECOND.after)
