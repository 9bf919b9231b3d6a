"""Delivers to one webhook what happens: from the ledger, in order, at least once.

Rule: the ledger offset moves only behind events whose messages were delivered or are kept. So nothing is lost, whenever
the process dies; a duplicate has the same id.
"""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing, suppress

from app.domain.failures import Unavailable
from app.domain.time import MICROSECONDS_PER_SECOND, NEVER, Moment
from app.domain.webhooks.delivery import WebhookMessage
from app.domain.webhooks.webhook import Webhook
from app.services.access.visible_items import VisibleItems
from app.services.background.cancellation import raise_if_cancelled
from app.services.live.ledger.ledger_feed import LedgerStep, follow_ledger
from app.services.live.ledger.shared_tail import SharedTail
from app.services.live.ledger_offset import LedgerOffset, writer_and_moment
from app.services.live.ports import LedgerTail
from app.services.ports import Clock
from app.services.webhooks.attempts import Attempts, Chance
from app.services.webhooks.backlog import Backlog
from app.services.webhooks.events import LedgerEntry, entries_of, items_of
from app.services.webhooks.ports import DeliveryQueue, SecretSealing, WebhookSender

MESSAGES_AT_ONCE = 100  # between two looks at what waits
MAX_WAITING = 200  # waiting deliveries before the reading of the ledger pauses: it keeps what follows as well as we can
SAVE_SECONDS = 1.0  # what a killed process may send again
POLL_SECONDS = 2.0  # how soon a redelivery is noticed
MAX_SAVE_SECONDS = 1.0  # of a process that stops


class WebhookWorker:
    """Sends for one webhook, by its present settings, while this process holds its lease. It runs once."""

    def __init__(
        self,
        webhook: Webhook,
        *,
        term: int,
        is_held: Callable[[], bool],
        queue: DeliveryQueue,
        sender: WebhookSender,
        sealing: SecretSealing,
        ledger: LedgerTail,
        tail: SharedTail,
        clock: Clock,
        chance: Chance,
        on_gone: Callable[[Webhook], Awaitable[None]],
        items: VisibleItems | None = None,
        poll_seconds: float = POLL_SECONDS,
    ) -> None:
        """Send during a `term` of the lease, and only while `is_held` is true.

        `items` tells which items the owner sees, where that is limited by categories.
        """
        self._items = items
        self._attempts = Attempts(
            webhook,
            may_send=is_held,
            queue=queue,
            sender=sender,
            sealing=sealing,
            clock=clock,
            chance=chance,
            poll_seconds=poll_seconds,
        )
        self._health = self._attempts.health
        self._term = term
        self._is_held = is_held
        self._queue = queue
        self._ledger = ledger
        self._tail = tail
        self._clock = clock
        self._on_gone = on_gone
        self._poll_seconds = poll_seconds
        self._entries: deque[LedgerEntry] = deque()
        self._offset = self._end = LedgerOffset(base=webhook.created_at, reached={})  # it began when it was created
        self._started_at = self._saved_at = NEVER
        self._is_saved = True

    @property
    def webhook(self) -> Webhook:
        """The webhook as it was last seen."""
        return self._attempts.webhook

    @property
    def lag_seconds(self) -> float:
        """How old the first entry of the ledger is that it has read and not worked off; 0 where there is none."""
        if not self._entries:
            return 0.0
        _, at = writer_and_moment(self._entries[0].entry)
        return max(0.0, (self._clock() - at) / MICROSECONDS_PER_SECOND)

    def see(self, webhook: Webhook) -> None:
        """Use the webhook as it is now."""
        self._attempts.webhook = webhook

    async def run(self) -> None:
        """Send, until the lease is lost or the receiver is gone. Raises Unavailable."""
        self._offset = self._end = await self._queue.offset(self.webhook.id) or self._offset
        self._started_at = self._clock()
        async with aclosing(follow_ledger(self._offset, ledger=self._ledger, tail=self._tail)) as found:
            try:
                await self._serve(found)
            finally:
                with suppress(Unavailable, TimeoutError):
                    async with asyncio.timeout(MAX_SAVE_SECONDS):
                        await self._save()

    async def _serve(self, found: AsyncGenerator[LedgerStep, None]) -> None:
        coming = asyncio.ensure_future(anext(found))
        try:
            while self._is_held() and not await self._has_gone():
                raise_if_cancelled()
                backlog, now = await self._attempts.backlog(), self._clock()
                due = backlog.due(now) if self._health.may_try(now) else ()
                if due:
                    await self._attempts.retry(due)
                elif not self._reads_on(backlog, now):
                    await self._pause(None, backlog, now)
                elif self._entries or coming.done():
                    if not self._entries:
                        await self._begin(coming.result())
                        coming = asyncio.ensure_future(anext(found))
                    await self._take(backlog)
                else:
                    await self._pause(coming, backlog, now)
                if self._is_to_be_saved() and not await self._save():
                    return
        finally:
            coming.cancel()
            with suppress(asyncio.CancelledError):
                await coming

    async def _has_gone(self) -> bool:
        """Tell whether the receiver has answered 410 Gone, and record that in the webhook."""
        if self._attempts.is_gone:
            await self._on_gone(self.webhook)
        return self._attempts.is_gone

    def _reads_on(self, backlog: Backlog, now: Moment) -> bool:
        return backlog.size < MAX_WAITING and self._health.may_try(now)

    async def _begin(self, step: LedgerStep) -> None:
        """Begin the next step of the ledger."""
        seen = None if self._items is None else await self._items.among(items_of(step))
        self._entries.extend(entries_of(step, self.webhook, seen=seen))
        self._end = step.after.joined(step.found.offset)

    async def _take(self, backlog: Backlog) -> None:
        """Send the messages of the next entries of the ledger, and move the offset behind them."""
        most = 1 if self._health.is_failing else MESSAGES_AT_ONCE
        taken: list[LedgerEntry] = []
        messages: list[WebhookMessage] = []
        while self._entries and len(messages) < most:
            taken.append(self._entries.popleft())
            messages += taken[-1].messages
        if messages:
            new = await self._attempts.unknown(messages, until=self._started_at)
            await self._attempts.send(new, held=backlog.held)
        behind = self._offset.after(*(each.entry for each in taken))
        self._offset, self._is_saved = (behind if self._entries else behind.joined(self._end)), False

    async def _pause(self, coming: asyncio.Future[LedgerStep] | None, backlog: Backlog, now: Moment) -> None:
        """Wait until there is work: for the next step of the ledger, if it is to be read on."""
        moment = backlog.next_at if self._health.may_try(now) else self._health.rest_until
        seconds = [] if moment is None else [(moment - now) / MICROSECONDS_PER_SECOND]
        if not self._is_saved:
            seconds.append(SAVE_SECONDS)
        timeout = max(0.0, min([self._poll_seconds, *seconds]))
        if coming is None:
            await asyncio.sleep(timeout)
        else:
            await asyncio.wait({coming}, timeout=timeout)

    def _is_to_be_saved(self) -> bool:
        return self._clock() >= self._saved_at + SAVE_SECONDS * MICROSECONDS_PER_SECOND

    async def _save(self) -> bool:
        """Store the offset. Return False where another process has taken over."""
        if not self._is_saved:
            self._is_saved = await self._queue.move(self.webhook.id, self._offset, term=self._term)
            self._saved_at = self._clock()
        return self._is_saved
