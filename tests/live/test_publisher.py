"""What is published, and what is not."""

import asyncio
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import fields

import pytest
from bson.int64 import Int64
from msgspec.structs import replace
from redis.asyncio import Redis

from app.domain.alerts.open_alert import AlertType, OpenAlert
from app.domain.replenishment.declined import Declined
from app.domain.replenishment.policy import Policy
from app.domain.stock.level import Level
from app.domain.stock.level_change import LevelChange
from app.domain.stock.movement import Movement
from app.domain.time import Moment
from app.live.messages import LiveMessage, channel_of, decoded
from app.live.publisher import MAX_LINES_PER_MESSAGE, MAX_LINES_WAITING, Publisher
from app.services.committed_batch import CommittedBatch
from tests.live.lines import a_line, an_operation, news
from tests.live.redis_process import RestartableRedis
from tests.support.waiting import eventually
from tests.support.webhook_entries import DECLINED


@asynccontextmanager
async def listening(url: str, namespace: str = "test") -> AsyncIterator[list[LiveMessage]]:
    """Gather the messages of a namespace."""
    messages: list[LiveMessage] = []
    async with Redis.from_url(url) as client, client.pubsub() as pubsub:
        await pubsub.subscribe(channel_of(namespace))
        await pubsub.get_message(timeout=60)

        async def gather() -> None:
            while True:
                message = await pubsub.get_message(timeout=None)
                messages.append(decoded(message["data"]))

        task = asyncio.create_task(gather())
        yield messages
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.mark.parametrize("counted_at", [0, Int64(1_790_000_000_000_000)], ids=["never counted", "as the driver reads"])
async def test_a_line_arrives_as_it_was_committed(redis_url: str, counted_at: int) -> None:
    """A receiver builds the very movement that the writer committed."""
    line = replace(a_line(), after=replace(a_line().after, counted_at=Moment(counted_at)))
    async with listening(redis_url) as messages, Publisher(redis_url, namespace="test") as publisher:
        publisher.committed(news(line))
        await eventually(lambda: len(messages) == 1)
    (message,) = messages
    assert [each.movement() for each in message.lines] == [line]


async def test_a_line_arrives_with_the_policy_the_open_alerts_and_the_decisions_of_its_level(redis_url: str) -> None:
    """What few levels have is told of those that have it, and what was set is told where it was."""
    policy = Policy(alert_margin=2, overstock_point=4, own=("reorder_point",))
    alerts = (OpenAlert(AlertType.OVERSTOCK, 1), OpenAlert(AlertType.STOCKOUT_RISK, 3))
    plain = a_line()
    line = replace(plain, after=replace(plain.after, policy=policy, alerts=alerts))
    setting = replace(line, change=LevelChange(policy=policy, reorder_point=0))
    declined = replace(setting, change=LevelChange(declined=DECLINED), after=replace(line.after, declined=DECLINED))
    taken_up = replace(line, change=LevelChange(takes_up=True))
    lines = [line, setting, declined, taken_up]
    async with listening(redis_url) as messages, Publisher(redis_url, namespace="test") as publisher:
        publisher.committed(news(*lines))
        await eventually(lambda: len(messages) == 1)
    (message,) = messages
    assert [each.movement() for each in message.lines] == lines


def test_other_fields_are_another_format() -> None:
    """Where this fails, raise the format in the channel's name: processes of both releases run beside each other."""
    sent = (Movement, Level, LevelChange), (Policy, Declined)
    names = [name for kind in sent[0] for name in kind.__struct_fields__]
    names += [field.name for kind in sent[1] for field in fields(kind)]
    assert (channel_of(""), zlib.crc32(" ".join(sorted(names)).encode())) == ("{}:movements:9", 3082354858)


async def test_each_message_names_the_line_before_it(redis_url: str) -> None:
    """Large commits are split, lines come in the order of their moments, and each writer has a chain of its own."""
    lines = [a_line(version=number, at=100 + number) for number in range(1, 2 * MAX_LINES_PER_MESSAGE + 2)]
    async with listening(redis_url) as messages, Publisher(redis_url, namespace="test") as publisher:
        publisher.committed(news(*lines))
        publisher.committed(news(a_line(writer="b", at=7)))
        publisher.committed(news(a_line(at=900)))
        await eventually(lambda: len(messages) == 5)
    size = MAX_LINES_PER_MESSAGE
    assert [(told.writer, told.after, told.to, len(told.lines)) for told in messages] == [
        ("a", 0, 100 + size, size),
        ("a", 100 + size, 100 + 2 * size, size),
        ("a", 100 + 2 * size, 101 + 2 * size, 1),
        ("b", 0, 7, 1),
        ("a", 101 + 2 * size, 900, 1),
    ]


async def test_a_commit_that_the_ledger_does_not_show_is_a_message_that_breaks_no_chain(redis_url: str) -> None:
    """A change of items: receivers wake up, and what joined on still does, sent before it or with it."""
    of_items = CommittedBatch(writer="a", movements=(), has_catalog=True)
    async with listening(redis_url) as messages, Publisher(redis_url, namespace="test") as publisher:
        publisher.committed(of_items)
        await eventually(lambda: len(messages) == 1)
        publisher.committed(news(a_line(at=100)))
        publisher.committed(of_items)
        await eventually(lambda: len(messages) == 2)
        publisher.committed(of_items)
        await eventually(lambda: len(messages) == 3)
        publisher.committed(news(a_line(version=2, at=101)))
        await eventually(lambda: len(messages) == 4)
    assert [(each.after, each.to, len(each.lines)) for each in messages] == [
        (0, 0, 0),
        (0, 100, 1),
        (100, 100, 0),
        (100, 101, 1),
    ]


async def test_changes_of_documents_are_links_of_the_chain_without_being_sent(redis_url: str) -> None:
    """Who listens learns that there is something to read, and the next line joins on."""
    async with listening(redis_url) as messages, Publisher(redis_url, namespace="test") as publisher:
        publisher.committed(news(a_line(at=100)))
        await eventually(lambda: len(messages) == 1)
        publisher.committed(news(an_operation(at=101)))
        await eventually(lambda: len(messages) == 2)
        publisher.committed(news(a_line(version=2, at=102), an_operation(at=103), a_line(version=3, at=104)))
        await eventually(lambda: len(messages) == 3)
    assert [(told.after, told.to, len(told.lines)) for told in messages] == [(0, 100, 1), (100, 101, 0), (101, 104, 2)]


async def test_namespaces_do_not_hear_each_other(redis_url: str) -> None:
    """Two databases may share a Redis."""
    async with (
        listening(redis_url, "one") as ones,
        listening(redis_url, "two") as twos,
        Publisher(redis_url, namespace="two") as publisher,
    ):
        publisher.committed(news(a_line()))
        await eventually(lambda: len(twos) == 1)
    assert ones == []


async def test_after_an_outage_one_message_says_how_far_the_writer_has_come(own_redis: RestartableRedis) -> None:
    """What was committed while Redis was away is not sent late: no flood, and nothing waits in memory."""
    async with Publisher(own_redis.url, namespace="test") as publisher:
        own_redis.kill()
        for number in range(1, 1_001):
            publisher.committed(news(a_line(version=number, at=100 + number)))
        await eventually(lambda: publisher._is_behind)
        publisher.committed(news(a_line(version=1_001, at=1_101)))
        assert not publisher._waiting
        await own_redis.start()
        async with listening(own_redis.url) as messages:
            await eventually(lambda: not publisher._is_behind)
            publisher.committed(news(a_line(version=1_002, at=1_102)))
            await eventually(lambda: bool(messages) and messages[-1].to == 1_102)
    assert [(told.after, len(told.lines)) for told in messages[-1:]] == [(1_101, 1)]
    assert all(not told.lines and told.after == 1_101 for told in messages[:-1])


async def test_a_redis_that_takes_nothing_is_a_problem_until_it_does(
    own_redis: RestartableRedis, caplog: pytest.LogCaptureFixture
) -> None:
    """Even where it answers all else, as by a rule of its administrator. As often as it changes, it is told once."""
    async with Publisher(own_redis.url, namespace="test") as publisher, Redis.from_url(own_redis.url) as client:
        assert publisher.problem is None
        for version in range(1, 4):
            await client.execute_command("ACL", "SETUSER", "default", "-publish")
            publisher.committed(news(a_line(version=version)))
            await eventually(lambda: publisher.problem is not None)
            await client.execute_command("ACL", "SETUSER", "default", "+publish")
            await eventually(lambda: publisher.problem is None)
    assert caplog.text.count("Redis does not take what is published") == 1


async def test_what_waits_is_bounded(redis_url: str) -> None:
    """A publisher that cannot keep up drops what waits, and remembers to say so."""
    publisher = Publisher(redis_url, namespace="test")
    for start in range(0, MAX_LINES_WAITING + 1, 1_000):
        publisher.committed(news(*(a_line(at=start + number) for number in range(1_000))))
    assert (len(publisher._waiting), publisher._is_behind) == (0, True)
    async with listening(redis_url) as messages, publisher:
        await eventually(lambda: len(messages) == 1)
    assert [(told.after, len(told.lines)) for told in messages] == [(MAX_LINES_WAITING + 999, 0)]


async def test_it_catches_up_while_commits_never_pause(redis_url: str) -> None:
    """What is committed while it says how far it has come is sent after that, and breaks no chain."""
    lines = [a_line(version=version, at=100 + version) for version in range(1, MAX_LINES_WAITING + 2)]
    async with listening(redis_url) as messages, Publisher(redis_url, namespace="test") as publisher:
        publisher.committed(news(*lines))
        at = lines[-1].recorded_at
        while not any(message.lines for message in messages):
            assert at < 50_000, "nothing is sent"
            at = Moment(at + 1)
            publisher.committed(news(a_line(at=at)))
            await asyncio.sleep(0)
        assert publisher.problem is None
    said, *others = messages
    assert said.lines == ()
    assert [each.after for each in others] == [each.to for each in messages[:-1]]


async def test_commits_that_follow_each_other_closely_share_messages(redis_url: str) -> None:
    """The first goes out at once. What a process sends is bounded by time: each message costs every other process."""
    loop, pause, lines = asyncio.get_running_loop(), 0.2, [a_line(at=number) for number in range(1, 21)]
    async with (
        listening(redis_url) as messages,
        Redis.from_url(redis_url) as client,
        Publisher(redis_url, namespace="test", seconds_between_messages=pause) as publisher,
    ):
        began = loop.time()
        for line in lines:
            publisher.committed(news(line))
            await client.ping()
        await eventually(lambda: messages and messages[-1].to == lines[-1].recorded_at)
        most = 1 + (loop.time() - began) / pause
    assert [each.movement() for message in messages for each in message.lines] == lines
    assert len(messages) <= most


async def test_closing_sends_what_waits(redis_url: str) -> None:
    """What was committed just before the process stops is still published."""
    async with listening(redis_url) as messages:
        async with Publisher(redis_url, namespace="test") as publisher:
            publisher.committed(news(a_line()))
        await eventually(lambda: len(messages) == 1)
    [message] = messages
    assert [each.movement() for each in message.lines] == [a_line()]
