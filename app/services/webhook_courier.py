"""Brings one webhook what happens: from the ledger, in order, at least once.

Rule: the position in the ledger moves only behind events whose messages were taken or are kept. So nothing is lost,
whenever the process dies; what comes twice has the same id.
"""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing, suppress
from typing import TypeVar

from app.domain.delivery import Answer, Delivery, Message, delivery_id
from app.domain.failures import Unavailable
from app.domain.time import MICROSECONDS_PER_SECOND, NEVER, Moment
from app.domain.webhook import Webhook
from app.services.cancellation import raise_if_cancelled
from app.services.endpoint_health import EndpointHealth
from app.services.live_ports import LedgerTail
from app.services.ports import Clock
from app.services.positions import Position
from app.services.rounds import Step, steps
from app.services.shared_tail import SharedTail
from app.services.webhook_backlog import Backlog, Run, SecondChances
from app.services.webhook_events import Entry, entries_of
from app.services.webhook_ports import DeliveryQueue, WebhookSender

AT_ONCE = 8  # attempts side by side, each about another subject
MESSAGES_AT_ONCE = 100  # between two looks at what waits
RETRIES_AT_ONCE = 64  # whose messages are in memory together
MAX_WAITING = 200  # that wait before the ledger is read on: it keeps what follows as well as we can
MAX_LOOKED_AT = 1_000  # many more than that wait only when the dead are called back
SAVE_SECONDS = 1.0  # what a killed process may send again
POLL_SECONDS = 2.0  # what was called back is noticed by then
MAX_SAVE_SECONDS = 1.0  # of a process that stops

T = TypeVar("T")
Chance = Callable[[], float]  # from 0 to 1


class Courier:
    """Sends for one webhook, as it is at each moment, while this process holds its lease. It runs once."""

    def __init__(
        self,
        webhook: Webhook,
        *,
        term: int,
        is_held: Callable[[], bool],
        queue: DeliveryQueue,
        sender: WebhookSender,
        ledger: LedgerTail,
        tail: SharedTail,
        clock: Clock,
        chance: Chance,
        on_gone: Callable[[Webhook], Awaitable[None]],
        poll_seconds: float = POLL_SECONDS,
    ) -> None:
        """Send during a `term` of the lease, and only while it `is_held`."""
        self.webhook = webhook
        self._term = term
        self._is_held = is_held
        self._queue = queue
        self._sender = sender
        self._ledger = ledger
        self._tail = tail
        self._clock = clock
        self._chance = chance
        self._on_gone = on_gone
        self._poll_seconds = poll_seconds
        self._health = EndpointHealth()
        self._chances = SecondChances()
        self._entries: deque[Entry] = deque()
        self._position = self._end = Position(base=webhook.created_at, reached={})  # it began when it was created
        self._started_at = self._saved_at = NEVER
        self._is_saved = True
        self._has_taken = self._is_gone = False
        self._backlog = Backlog((), refused=())
        self._look_at = NEVER  # once more; at once where something has changed

    async def run(self) -> None:
        """Send, until the lease is lost or the receiver is gone. Raises Unavailable."""
        self._position = self._end = await self._queue.position(self.webhook.id) or self._position
        self._started_at = self._clock()
        async with aclosing(steps(self._position, ledger=self._ledger, tail=self._tail)) as found:
            try:
                await self._serve(found)
            finally:
                with suppress(Unavailable, TimeoutError):
                    async with asyncio.timeout(MAX_SAVE_SECONDS):
                        await self._save()

    async def _serve(self, found: AsyncGenerator[Step, None]) -> None:
        coming = asyncio.ensure_future(anext(found))
        try:
            while self._is_held() and not await self._has_gone():
                raise_if_cancelled()
                backlog, now = await self._look(), self._clock()
                due = backlog.due(now) if self._health.may_try(now) else ()
                if due:
                    await self._retry(due[:1] if self._health.is_failing else due)
                elif not self._reads_on(backlog, now):
                    await self._pause(None, backlog, now)
                elif self._entries or coming.done():
                    if not self._entries:
                        self._begin(coming.result())
                        coming = asyncio.ensure_future(anext(found))
                    await self._take(backlog)
                else:
                    await self._pause(coming, backlog, now)
                if self._clock() >= self._saved_at + SAVE_SECONDS * MICROSECONDS_PER_SECOND and not await self._save():
                    return
        finally:
            coming.cancel()
            with suppress(asyncio.CancelledError):
                await coming

    async def _has_gone(self) -> bool:
        """Tell whether the receiver wants nothing more, and say so of the webhook."""
        if self._is_gone:
            await self._on_gone(self.webhook)
        return self._is_gone

    async def _look(self) -> Backlog:
        """Look at what waits, if that may have changed.

        Where the receiver has taken something, what it had not taken before is due at once.
        """
        now = self._clock()
        if now < self._look_at and not (self._has_taken and self._backlog.size):
            return self._backlog
        waiting = await self._queue.waiting(self.webhook.id, limit=MAX_LOOKED_AT)
        if self._has_taken and (given := frozenset(self._chances.give(waiting))):
            await self._queue.hurry(list(given), now=now)
            waiting = [each._replace(next_at=min(each.next_at, now)) if each.id in given else each for each in waiting]
        self._has_taken = False
        self._look_at = Moment(now + int(self._poll_seconds * MICROSECONDS_PER_SECOND))
        self._backlog = Backlog(waiting, refused=self._chances.refused(waiting))
        return self._backlog

    def _reads_on(self, backlog: Backlog, now: Moment) -> bool:
        return backlog.size < MAX_WAITING and self._health.may_try(now)

    def _begin(self, step: Step) -> None:
        """Turn to the next step of the ledger."""
        self._entries.extend(entries_of(step, self.webhook))
        self._position = self._position.joined(step.after)
        self._end = self._position.joined(step.found.position)

    async def _take(self, backlog: Backlog) -> None:
        """Send what the next entries of the ledger give, and move on behind them."""
        most = 1 if self._health.is_failing else MESSAGES_AT_ONCE
        taken: list[Entry] = []
        messages: list[Message] = []
        while self._entries and len(messages) < most:
            taken.append(self._entries.popleft())
            messages += taken[-1].messages
        if messages:
            await self._send(await self._new(messages), held=backlog.held)
        behind = self._position.after(*(each.entry for each in taken))
        self._position, self._is_saved = (behind if self._entries else behind.joined(self._end)), False

    async def _new(self, messages: Sequence[Message]) -> Sequence[Message]:
        """Leave out what was kept already, by whoever sent before us."""
        ids = [self._delivery_id(message) for message in messages if message.occurred_at <= self._started_at]
        if not ids:
            return messages
        known = await self._queue.known(ids)
        return [message for message in messages if self._delivery_id(message) not in known]

    async def _send(self, messages: Sequence[Message], *, held: set[str]) -> None:
        """Send each message, and keep those that were not taken."""
        subjects: dict[str, list[Message]] = {}
        for message in messages:
            subjects.setdefault(message.subject, []).append(message)
        left: list[Delivery] = []

        async def send(of_one: Sequence[Message]) -> None:
            left.extend(await self._send_in_order(of_one, is_held_up=of_one[0].subject in held))

        await _side_by_side(send, list(subjects.values()))
        if left:
            await self._queue.keep(left)
            self._look_at = NEVER

    async def _send_in_order(self, messages: Sequence[Message], *, is_held_up: bool) -> Sequence[Delivery]:
        """Send until one is not taken, and return what is left. Nothing is sent where something is in the way."""
        for index, message in enumerate(messages):
            if is_held_up or not self._may_send():
                return [self._delivery(each) for each in messages[index:]]
            answer = await self._attempt(message)
            if not answer.is_taken:
                failed, *others = (self._delivery(each) for each in messages[index:])
                return [failed.after(answer, now=self._clock(), chance=self._chance()), *others]
        return ()

    async def _retry(self, due: Sequence[Run]) -> None:
        """Try what is due again, as much of it as may be in memory."""
        runs: list[Sequence[str]] = []
        left = 1 if self._health.is_failing else RETRIES_AT_ONCE
        for run in due:
            runs.append([waiting.id for waiting in run.deliveries[:left]])
            left -= len(runs[-1])
            if left <= 0:
                break
        kept = await self._queue.deliveries([identity for run in runs for identity in run])
        await _side_by_side(
            self._retry_in_order, [[kept[identity] for identity in run if identity in kept] for run in runs]
        )
        self._look_at = NEVER

    async def _retry_in_order(self, deliveries: Sequence[Delivery]) -> None:
        for delivery in deliveries:
            if not self._may_send():
                return
            answer = await self._attempt(delivery.message)
            await self._queue.record(delivery.after(answer, now=self._clock(), chance=self._chance()))
            if not answer.is_taken:
                return

    def _may_send(self) -> bool:
        return self._is_held() and self._health.may_try(self._clock())

    async def _attempt(self, message: Message) -> Answer:
        webhook, now = self.webhook, self._clock()
        answer = await self._sender.send(message, url=webhook.url, secrets=webhook.valid_secrets(now), now=now)
        if answer.is_taken:
            self._health.taken()
            self._has_taken = True
        else:
            self._health.failed(self._clock())
            self._is_gone = self._is_gone or answer.is_gone
        return answer

    async def _pause(self, coming: asyncio.Future[Step] | None, backlog: Backlog, now: Moment) -> None:
        """Wait until something can be done: for the next step of the ledger, if it is to be read on."""
        moments = [self._health.rest_until] if not self._health.may_try(now) else [backlog.next_at]
        seconds = [(moment - now) / MICROSECONDS_PER_SECOND for moment in moments if moment is not None]
        if not self._is_saved:
            seconds.append(SAVE_SECONDS)
        timeout = max(0.0, min([self._poll_seconds, *seconds]))
        if coming is None:
            await asyncio.sleep(timeout)
        else:
            await asyncio.wait({coming}, timeout=timeout)

    async def _save(self) -> bool:
        """Keep how far we have come. False: another process has taken over."""
        if not self._is_saved:
            self._is_saved = await self._queue.move(self.webhook.id, self._position, term=self._term)
            self._saved_at = self._clock()
        return self._is_saved

    def _delivery(self, message: Message) -> Delivery:
        now = self._clock()
        return Delivery(webhook_id=self.webhook.id, message=message, created_at=now, next_at=now)

    def _delivery_id(self, message: Message) -> str:
        return delivery_id(self.webhook.id, message.id)


async def _side_by_side(work: Callable[[T], Awaitable[None]], parts: Sequence[T]) -> None:
    """Do the work for each part, some of them at once. Raises what the first failure was."""
    room = asyncio.Semaphore(AT_ONCE)

    async def one(part: T) -> None:
        async with room:
            await work(part)

    try:
        async with asyncio.TaskGroup() as group:
            for part in parts:
                group.create_task(one(part))
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from failures
