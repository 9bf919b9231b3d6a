"""Feeds of documents: a snapshot, then each change once and in order, from any cursor on, whatever happens between."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, aclosing
from dataclasses import replace

import pytest

from app.domain.failures import BadArgument
from app.domain.live.events import DocumentEvent, DocumentEventKind
from app.domain.reservations.reservation import Reservation, ReservationState
from app.domain.time import Moment
from app.services.live.documents.document_opening import PAGE_DOCUMENTS
from app.services.live.ledger.shared_tail import MAX_LINES_WAITING
from app.services.live.stream import follow
from app.services.reservations.filters import ReservationFilter
from app.services.transfers.filters import TransferFilter
from app.store.driver.client import Database
from tests.live.orders import Told, by_order, history_of, told
from tests.live.process import KEYS, Process, a_process
from tests.live.redis_process import RestartableRedis
from tests.live.watching import Watcher
from tests.support.waiting import eventually

SNAPSHOT, CHANGE = DocumentEventKind.SNAPSHOT, DocumentEventKind.CHANGE
HELD, RELEASED, FULFILLED = ReservationState.HELD, ReservationState.RELEASED, ReservationState.FULFILLED
ALL = ReservationFilter()
ONLY_HELD = ReservationFilter(states=(HELD,))


def assert_lossless(heard: list[Told], history: list[Told]) -> None:
    """Compare with what the database knows: the same changes, each once, and those of each document in order."""
    assert len(heard) == len(history)
    assert by_order(heard) == by_order(history)


def versions(events: list[DocumentEvent[Reservation]]) -> list[tuple[DocumentEventKind, str, int]]:
    """Return what is told of which version."""
    return [(event.kind, event.document.id, event.recorded.version) for event in events]


async def begin(process: Process) -> str:
    """Return a cursor behind one change of a reservation, which is made for it."""
    async with Watcher(process.live.documents(ALL)) as watcher:
        await eventually(lambda: any(feed.has_begun for feed in process.tail._feeds))
        await process.order({"first": HELD})
        await eventually(lambda: len(watcher.events) == 1)
    return watcher.events[0].cursor


async def test_first_comes_the_snapshot_and_then_each_change(shop: Database, redis_url: str) -> None:
    """The newest document first, then the versions of all in the order of their changes, each with its cause."""
    async with a_process(shop, redis_url) as process:
        for name in "abc":
            await process.order({name: HELD})
        async with (
            Watcher(process.live.documents(ALL)) as watcher,
            Watcher(process.live.documents(TransferFilter())) as transfers,
        ):
            await eventually(lambda: len(watcher.events) == 3)
            await process.order({"b": RELEASED, "d": HELD})
            await process.adjust((KEYS[0], 1))
            await process.order({"b": FULFILLED}, KEYS[0])
            await eventually(lambda: len(watcher.events) == 6)
        assert versions(watcher.events) == [
            (SNAPSHOT, "c", 1),
            (SNAPSHOT, "b", 1),
            (SNAPSHOT, "a", 1),
            (CHANGE, "b", 2),
            (CHANGE, "d", 1),
            (CHANGE, "b", 3),
        ]
        assert [event.cause for event in watcher.events] == [None] * 3 + ["orderSet"] * 3
        assert told(watcher.events[3:]) == (await history_of(shop))[3:]
        assert transfers.events == []
        assert process.tail._feeds == set()


async def test_three_writers_and_feeds_that_resume_anywhere_lose_nothing(shop: Database, redis_url: str) -> None:
    """Feeds that break off and resume at random cursors, in any process, hear each change once and in order."""
    async with (
        a_process(shop, redis_url, batch_lines=7, batch_document_lines=3) as one,
        a_process(shop, redis_url) as two,
        a_process(shop, redis_url, is_mute=True) as mute,
    ):
        cursor = await begin(one)
        begun = len(await history_of(shop))
        loads = [asyncio.create_task(p.deal(rounds=60, seed=s)) for s in range(2) for p in (one, two, mute)]
        heard: dict[int, list[Told]] = {0: [], 1: [], 2: []}

        async def keep_up(number: int) -> None:
            chance = random.Random(number)  # noqa: S311 - a repeatable course of events
            at = cursor
            while True:
                feed = follow(chance.choice((one, two)).live.documents(ALL, after=at))
                async with aclosing(feed):
                    for _ in range(chance.randrange(1, 40)):
                        event = await anext(feed)
                        heard[number] += told([event])
                        at = event.cursor

        followers = [asyncio.create_task(keep_up(number)) for number in heard]
        await asyncio.gather(*loads)
        history = (await history_of(shop))[begun:]
        await eventually(lambda: all(len(changes) >= len(history) for changes in heard.values()))
        for follower in followers:
            follower.cancel()
        await asyncio.gather(*followers, return_exceptions=True)
        for changes in heard.values():
            assert_lossless(changes, history)


async def test_any_cursor_resumes_behind_its_own_event(shop: Database, redis_url: str) -> None:
    """Within the snapshot, and between the documents of one operation, too: exactly the rest follows."""
    async with a_process(shop, redis_url) as one, a_process(shop, redis_url) as two:
        await one.order(dict.fromkeys("abcde", HELD))
        async with Watcher(one.live.documents(ALL)) as watcher:
            await eventually(lambda: len(watcher.events) == 5)
            for number in range(4):
                await one.order({"a": HELD, "b": RELEASED, f"new-{number}": HELD}, KEYS[number])
                await two.order({"c": HELD})
            await eventually(lambda: len(watcher.events) == 21)
    async with a_process(shop, redis_url, batch_lines=2, batch_document_lines=2) as later, AsyncExitStack() as stack:
        feeds = [later.live.documents(ALL, after=event.cursor) for event in watcher.events]
        resumed = [await stack.enter_async_context(Watcher(feed)) for feed in feeds]
        await later.order({"last": HELD})
        await eventually(lambda: all(each.events and each.events[-1].document.id == "last" for each in resumed))
    truth = {name: changes[-1] for name, changes in by_order(await history_of(shop)).items()}
    for number, each in enumerate(resumed):
        whole = versions(watcher.events[: number + 1]) + versions(each.events)
        assert len({event[1:] for event in whole}) == len(whole)
        assert {name: version for _, name, version in whole} == {
            name: order.version for name, (_, order) in truth.items()
        }
        if watcher.events[number].kind is CHANGE:
            assert told(each.events[:-1]) == told(watcher.events[number + 1 :])


async def test_a_snapshot_of_several_pages_meets_no_gap(shop: Database, redis_url: str) -> None:
    """More documents than a page holds, of which many change meanwhile: each version after the one shown comes once."""
    names = [f"many-{number}" for number in range(5 * PAGE_DOCUMENTS + 10)]
    async with a_process(shop, redis_url) as process:
        for start in range(0, len(names), 100):
            await process.order(dict.fromkeys(names[start : start + 100], HELD))
        load = asyncio.create_task(process.deal(rounds=80, seed=1, orders=names))
        async with Watcher(process.live.documents(ALL)) as watcher:
            await load
            history = by_order(await history_of(shop))
            last = {name: changes[-1][1] for name, changes in history.items()}
            await eventually(lambda: {event.document.id: event.document for event in watcher.events} == last)
        for name, changes in by_order(told(watcher.events)).items():
            first = changes[0][1].version
            assert [order.version for _, order in changes] == [*range(first, last[name].version + 1)]
        assert sorted(event.document.id for event in watcher.events if event.kind is SNAPSHOT) == sorted(names)


async def test_a_document_that_leaves_the_filter_is_told_once_more(shop: Database, redis_url: str) -> None:
    """Not what becomes of it afterwards, unless it comes back; and nothing of those that never matched."""
    async with a_process(shop, redis_url) as process:
        await process.order({"a": HELD, "b": RELEASED})
        async with Watcher(process.live.documents(ONLY_HELD, within=ALL)) as watcher:
            await eventually(lambda: len(watcher.events) == 1)
            for state in (RELEASED, FULFILLED, HELD):
                await process.order({"a": state, "b": RELEASED, "c": RELEASED})
            await eventually(lambda: len(watcher.events) == 3)
        assert versions(watcher.events) == [(SNAPSHOT, "a", 1), (CHANGE, "a", 2), (CHANGE, "a", 4)]


async def test_a_document_that_left_while_nobody_listened_is_told_on_resumption(shop: Database, redis_url: str) -> None:
    """So that whoever resumes does not keep it for ever. What can never have matched is not told."""
    async with a_process(shop, redis_url) as process:
        await process.order({"a": HELD, "b": HELD})
        async with Watcher(process.live.documents(ONLY_HELD, within=ALL)) as watcher:
            await eventually(lambda: len(watcher.events) == 2)
        await process.order({"a": RELEASED, "c": RELEASED})
        await process.order({"a": FULFILLED, "b": HELD})
        cursor = watcher.events[-1].cursor
        async with Watcher(process.live.documents(ONLY_HELD, within=ALL, after=cursor)) as resumed:
            await eventually(lambda: len(resumed.events) == 2)
        assert versions(resumed.events) == [(CHANGE, "a", 2), (CHANGE, "b", 2)]
        strict = replace(ONLY_HELD, until=Moment(1))
        async with Watcher(process.live.documents(strict, within=replace(ALL, until=Moment(1)))) as nothing:
            await process.order({"b": HELD})
            await eventually(lambda: any(feed.has_begun for feed in process.tail._feeds))
        assert nothing.events == []


async def test_a_feed_that_falls_behind_loses_nothing_and_keeps_nobody_waiting(shop: Database, redis_url: str) -> None:
    """A feed not read while thousands of entries come is dropped from the shared reader, and then reads for itself."""
    async with a_process(shop, redis_url) as process:
        cursor = await begin(process)
        async with Watcher(process.live.documents(ALL, after=cursor)) as quick:
            await eventually(lambda: any(feed.has_begun for feed in process.tail._feeds))
            slow = follow(process.live.documents(ALL, after=cursor))
            await process.order({"slow": HELD})
            heard = [await anext(slow)]
            rounds = MAX_LINES_WAITING // len(KEYS) + 20
            for number in range(rounds):
                await process.order({f"slow-{number % 5}": HELD}, *KEYS)
                if number % 10 == 0:
                    await eventually(lambda: len(quick.events) == number + 2)  # noqa: B023
            await eventually(lambda: len(quick.events) == rounds + 1)
        async with asyncio.timeout(60):
            while len(heard) <= rounds:
                heard.append(await anext(slow))
        await slow.aclose()
        history = (await history_of(shop))[1:]
        assert_lossless(told(heard), history)
        assert_lossless(told(quick.events), history)
        assert process.tail._feeds == set()


async def cut(server: RestartableRedis) -> None:
    """Cut the subscriptions; they come back."""
    await server.cut_subscribers()


async def kill(server: RestartableRedis) -> None:
    """Stop it for good."""
    server.kill()


async def freeze(server: RestartableRedis) -> None:
    """Leave its connections open and silent."""
    server.freeze()


@pytest.mark.parametrize("break_it", [cut, kill, freeze])
async def test_the_feed_needs_no_redis(
    shop: Database, own_redis: RestartableRedis, break_it: Callable[[RestartableRedis], Awaitable[None]]
) -> None:
    """Whatever becomes of Redis, the changes come: from the database alone."""
    async with a_process(shop, own_redis.url) as process:
        cursor = await begin(process)
        async with Watcher(process.live.documents(ALL, after=cursor)) as watcher:
            await process.deal(rounds=10, seed=1)
            await break_it(own_redis)
            await process.deal(rounds=10, seed=2)
            history = (await history_of(shop))[1:]
            await eventually(lambda: len(watcher.events) == len(history))
        assert_lossless(told(watcher.events), history)


async def test_a_bad_cursor_is_refused_before_anything_is_read(shop: Database, redis_url: str) -> None:
    """The fault is raised by the call itself, not by the first event."""
    async with a_process(shop, redis_url) as process:
        await process.order({"a": HELD})
        feed = follow(process.live.documents(ALL))
        within_the_snapshot = (await anext(feed)).cursor
        await feed.aclose()
        for where, cursor in ((ALL, "WyJORVdFU1QiLDEsImEiXQ=="), (ONLY_HELD, within_the_snapshot)):
            with pytest.raises(BadArgument):
                process.live.documents(where, after=cursor)
