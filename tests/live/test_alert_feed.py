"""Feeds of alerts: those that are open, then each opening, escalation and closing once, whatever happens between."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, aclosing
from uuid import uuid4

import pytest

from app.domain.alerts.alert import Alert, AlertChange, AlertState
from app.domain.alerts.commands.change_alert import AcknowledgeAlert
from app.domain.live.events import DocumentEvent, DocumentEventKind
from app.domain.operation import CommandInfo
from app.domain.replenishment.policy import Policy
from app.domain.reservations.commands.create_reservation import CreateReservation
from app.domain.reservations.reservation import RequestedLine
from app.domain.stock.level import LevelKey
from app.services.alerts.filters import AlertFilter
from app.services.filters import LevelFilter
from app.services.live.stream import Feed, follow
from app.store.driver.client import Database
from app.store.mapping.operations import operation_of
from tests.live.process import KEYS, Process, a_process
from tests.live.redis_process import RestartableRedis
from tests.live.watching import Watcher
from tests.support.alerts import SetPolicy
from tests.support.waiting import eventually

SNAPSHOT, CHANGE = DocumentEventKind.SNAPSHOT, DocumentEventKind.CHANGE
OPEN = AlertFilter(states=(AlertState.OPEN,))
FEW = KEYS[:6]

Told = tuple[str | None, Alert]


def feed_of(process: Process, where: AlertFilter = OPEN, *, after: str | None = None) -> Feed[DocumentEvent[Alert]]:
    """Return a feed as the API opens one."""
    return process.live.documents(where, within=where.lasting, after=after)


def info(kind: str = "any") -> CommandInfo:
    """Return the cause of a command."""
    return CommandInfo(operation_id=uuid4().hex, kind=kind, actor="shop")


async def given_thresholds(process: Process, *keys: LevelKey) -> None:
    """Let levels, which have no units yet, be LOW at three units and OUT at none: each has an alert from then on."""
    for key in keys:
        command = SetPolicy(info=info(), key=key, policy=Policy(alert_margin=1), reorder_point=3)
        await process.writer.run(command)


async def history_of(database: Database) -> list[Told]:
    """Return every change of an alert that the database knows, in the order of their moments."""
    stored = await database["operations"].find({"told_at": {"$gt": 0}}, sort=[("told_at", 1)]).to_list(None)
    return [
        (operation.info.kind, each)
        for operation in map(operation_of, stored)
        for each in operation.documents
        if isinstance(each, Alert)
    ]


def told(events: list[DocumentEvent[Alert]]) -> list[Told]:
    """Return what the events say, without the cursors."""
    return [(event.cause, event.recorded) for event in events]


def by_alert(told: list[Told]) -> dict[str, list[Told]]:
    """Return what was told of each alert, in that order."""
    found: dict[str, list[Told]] = {}
    for each in told:
        found.setdefault(each[1].id, []).append(each)
    return found


def assert_lossless(heard: list[Told], history: list[Told]) -> None:
    """Compare with what the database knows: the same changes, each once, and those of each alert in order."""
    assert len(heard) == len(history)
    assert by_alert(heard) == by_alert(history)


def brief(events: list[DocumentEvent[Alert]]) -> list[tuple[DocumentEventKind, AlertChange, int]]:
    """Return what is told of which version."""
    return [(event.kind, event.recorded.change, event.recorded.version) for event in events]


async def test_what_is_open_comes_first_and_then_each_change(shop: Database, redis_url: str) -> None:
    """Of another process, too; a closing is told to whoever listens to what is open, and what is closed is no more."""
    key, other = KEYS[:2]
    async with a_process(shop, redis_url) as here, a_process(shop, redis_url) as there:
        await given_thresholds(here, key, other)
        await here.adjust((key, 9))
        async with Watcher(feed_of(here)) as watcher:
            await eventually(lambda: len(watcher.events) == 1)
            await there.adjust((key, -6))
            await there.adjust((key, -3))
            alert = (await history_of(shop))[-1][1]
            await here.writer.run(AcknowledgeAlert(info=info("alertAcknowledge"), id=alert.id))
            await there.adjust((key, 2))
            await there.adjust((key, 1))
            await there.adjust((key, 6))
            await eventually(lambda: len(watcher.events) == 6)
        assert watcher.events[0].document.level_key == other
        assert brief(watcher.events) == [
            (SNAPSHOT, AlertChange.OPENED, 1),
            (CHANGE, AlertChange.OPENED, 1),
            (CHANGE, AlertChange.ESCALATED, 2),
            (CHANGE, AlertChange.ACKNOWLEDGED, 3),
            (CHANGE, AlertChange.DEESCALATED, 4),
            (CHANGE, AlertChange.CLOSED, 5),
        ]
        assert [event.cause for event in watcher.events[3:5]] == ["alertAcknowledge", "stockAdjustMany"]


async def test_what_was_noted_leaves_a_list_of_what_was_not(shop: Database, redis_url: str) -> None:
    """It is told once more, and comes back when it gets worse."""
    [key] = FEW[:1]
    async with a_process(shop, redis_url) as process:
        await given_thresholds(process, key)
        await process.adjust((key, 2))
        where = AlertFilter(states=(AlertState.OPEN,), is_acknowledged=False)
        async with Watcher(feed_of(process, where)) as watcher:
            await eventually(lambda: len(watcher.events) == 1)
            alert = watcher.events[0].document
            await process.writer.run(AcknowledgeAlert(info=info(), id=alert.id))
            await process.adjust((key, -2))
            await process.adjust((key, 9))
            await eventually(lambda: len(watcher.events) == 4)
        assert [event.recorded.change for event in watcher.events] == [
            AlertChange.DEESCALATED,
            AlertChange.ACKNOWLEDGED,
            AlertChange.ESCALATED,
            AlertChange.CLOSED,
        ]


async def test_a_burst_of_crossings_is_told_one_by_one(shop: Database, redis_url: str) -> None:
    """Sixty that one commit brings, of six levels, and six of one operation: nothing is told as one."""
    async with a_process(shop, redis_url) as process:
        await process.adjust(*((key, 9) for key in FEW))
        await given_thresholds(process, *FEW)
        async with Watcher(feed_of(process)) as watcher:
            await eventually(lambda: any(feed.has_begun for feed in process.tail._feeds))
            deltas = (-6, -3, 3, 6, -9, 9, -8, 8, -6, 6)
            await asyncio.gather(*(process.adjust((key, delta)) for delta in deltas for key in FEW))
            await process.adjust(*((key, -9) for key in FEW))
            history = await history_of(shop)
            await eventually(lambda: len(watcher.events) == len(history))
        assert len(history) == len(FEW) * 11
        assert told(watcher.events) == history


async def test_two_writers_and_feeds_that_resume_anywhere_lose_nothing(shop: Database, redis_url: str) -> None:
    """Feeds that break off and resume at random cursors, in either process, hear each change once and in order."""
    async with (
        a_process(shop, redis_url, batch_lines=7, batch_document_lines=3) as one,
        a_process(shop, redis_url) as two,
        a_process(shop, redis_url, is_mute=True) as mute,
    ):
        await one.adjust(*((key, 9) for key in FEW))
        await given_thresholds(one, *FEW)
        async with Watcher(feed_of(one)) as watcher:
            await eventually(lambda: any(feed.has_begun for feed in one.tail._feeds))
            await one.adjust((FEW[0], -9))
            await eventually(lambda: len(watcher.events) == 1)
        cursor = watcher.events[0].cursor
        loads = [
            asyncio.create_task(process.work(rounds=50, seed=seed, keys=FEW))
            for seed in range(2)
            for process in (one, two, mute)
        ]
        heard: dict[int, list[Told]] = {0: [], 1: [], 2: []}

        async def keep_up(number: int) -> None:
            chance = random.Random(number)  # noqa: S311 - a repeatable course of events
            at = cursor
            while True:
                feed = follow(feed_of(chance.choice((one, two)), after=at))
                async with aclosing(feed):
                    for _ in range(chance.randrange(1, 30)):
                        event = await anext(feed)
                        heard[number] += told([event])
                        at = event.cursor

        followers = [asyncio.create_task(keep_up(number)) for number in heard]
        await asyncio.gather(*loads)
        history = (await history_of(shop))[1:]
        await eventually(lambda: all(len(changes) >= len(history) for changes in heard.values()))
        for follower in followers:
            follower.cancel()
        await asyncio.gather(*followers, return_exceptions=True)
        assert len(history) > 50
        for changes in heard.values():
            assert_lossless(changes, history)


async def restart(server: RestartableRedis, process: Process) -> None:
    """Restart it, once that it is gone was noticed."""
    server.kill()
    await eventually(lambda: process.hub.problem() is not None)
    await server.start()


async def kill(server: RestartableRedis, process: Process) -> None:
    """Stop it for good."""
    server.kill()
    await eventually(lambda: process.hub.problem() is not None)


@pytest.mark.parametrize("break_it", [restart, kill])
async def test_alerts_come_whatever_becomes_of_redis(
    shop: Database, own_redis: RestartableRedis, break_it: Callable[[RestartableRedis, Process], Awaitable[None]]
) -> None:
    """Restarted under load or gone for good, while two processes write: nothing is lost and nothing comes twice."""
    async with (
        a_process(shop, own_redis.url) as here,
        a_process(shop, own_redis.url) as there,
        AsyncExitStack() as stack,
    ):
        await here.adjust(*((key, 9) for key in FEW))
        await given_thresholds(here, *FEW)
        watchers = [await stack.enter_async_context(Watcher(feed_of(each))) for each in (here, there)]
        await eventually(lambda: all(any(f.has_begun for f in each.tail._feeds) for each in (here, there)))
        loads = [asyncio.create_task(p.work(rounds=60, seed=s, keys=FEW)) for s in range(2) for p in (here, there)]
        await eventually(lambda: len(watchers[0].events) > 5)
        await break_it(own_redis, here)
        await asyncio.gather(*loads)
        history = await history_of(shop)
        await eventually(lambda: all(len(watcher.events) == len(history) for watcher in watchers))
        for watcher in watchers:
            assert watcher.failure is None
            assert_lossless(told(watcher.events), history)


async def test_levels_that_are_told_name_their_open_alerts(shop: Database, redis_url: str) -> None:
    """As they come over Redis, with the policy that decided; an order that takes all is told like a sale."""
    [key] = FEW[:1]
    async with a_process(shop, redis_url) as here, a_process(shop, redis_url) as there:
        await given_thresholds(here, key)
        await here.adjust((key, 9))
        async with Watcher(there.live.levels(LevelFilter(skus=(key.sku,)))) as watcher:
            await eventually(lambda: len(watcher.events) == 1)
            line = RequestedLine(sku=key.sku, quantity=9, location=key.location)
            await here.writer.run(CreateReservation(info=info(), lines=(line,)))
            await eventually(lambda: len(watcher.events) == 2)
        level = watcher.events[-1].level
        assert [(each.type.value, each.since) for each in level.alerts] == [("OUT", level.version)]
        assert level.policy == Policy(alert_margin=1)
