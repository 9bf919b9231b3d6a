"""The delivery attempts to one receiver: which messages are sent now, which wait, and which are kept.

Rule: no message about a subject is sent while an earlier one about it waits; and no message is dropped undelivered.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from app.domain.time import MICROSECONDS_PER_SECOND, NEVER, Moment
from app.domain.webhooks.delivery import Answer, Delivery, WebhookMessage, delivery_id
from app.domain.webhooks.webhook import Webhook
from app.services.ports import Clock
from app.services.webhooks.backlog import Backlog, DeliveryRun, RecoveryRetries
from app.services.webhooks.endpoint_health import EndpointHealth
from app.services.webhooks.ports import DeliveryQueue, SecretSealing, WebhookSender

AT_ONCE = 8  # attempts side by side, each about another subject
RETRIES_AT_ONCE = 64  # whose messages are in memory together
MAX_LOOKED_AT = 1_000  # many more than may wait; only dead deliveries that are redelivered may be more

UNSIGNED = Answer(error="The message could not be signed: a secret of the webhook cannot be read.")

T = TypeVar("T")
Chance = Callable[[], float]  # from 0 to 1


class Attempts:
    """Sends for one webhook, by its present settings, and only while this process may."""

    def __init__(
        self,
        webhook: Webhook,
        *,
        may_send: Callable[[], bool],
        queue: DeliveryQueue,
        sender: WebhookSender,
        sealing: SecretSealing,
        clock: Clock,
        chance: Chance,
        poll_seconds: float,
    ) -> None:
        """Look every `poll_seconds` for redeliveries."""
        self.webhook = webhook
        self.health = EndpointHealth()
        self.is_gone = False  # whether the receiver has answered 410 Gone
        self._may_send = may_send
        self._queue = queue
        self._sender = sender
        self._sealing = sealing
        self._clock = clock
        self._chance = chance
        self._poll_seconds = poll_seconds
        self._chances = RecoveryRetries()
        self._has_taken = False
        self._backlog = Backlog((), refused=())
        self._look_at = NEVER  # once more; at once where something has changed

    async def backlog(self) -> Backlog:
        """Return the waiting deliveries, read again where they may have changed.

        After a success, everything that failed before is due at once.
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

    async def unknown(self, messages: Sequence[WebhookMessage], *, until: Moment) -> Sequence[WebhookMessage]:
        """Leave out messages that were kept already, by the process that sent before `until`."""
        ids = [self._delivery_id(message) for message in messages if message.occurred_at <= until]
        if not ids:
            return messages
        known = await self._queue.known(ids)
        return [message for message in messages if self._delivery_id(message) not in known]

    async def send(self, messages: Sequence[WebhookMessage], *, held: set[str]) -> None:
        """Send each message, and keep those that fail or have to wait behind a held subject."""
        subjects: dict[str, list[WebhookMessage]] = {}
        for message in messages:
            subjects.setdefault(message.subject, []).append(message)
        left: list[Delivery] = []

        async def send(of_one: Sequence[WebhookMessage]) -> None:
            left.extend(await self._send_in_order(of_one, is_held_up=of_one[0].subject in held))

        await _side_by_side(send, list(subjects.values()))
        if left:
            await self._queue.keep(left)
            self._look_at = NEVER

    async def retry(self, due: Sequence[DeliveryRun]) -> None:
        """Retry what is due, as much of it as may be in memory; a failing receiver is tried with one message."""
        runs: list[Sequence[str]] = []
        left = 1 if self.health.is_failing else RETRIES_AT_ONCE
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

    async def _send_in_order(self, messages: Sequence[WebhookMessage], *, is_held_up: bool) -> Sequence[Delivery]:
        """Send until one fails, and return what is left. Nothing is sent behind a held subject."""
        for index, message in enumerate(messages):
            if is_held_up or not self._may_try():
                return [self._delivery(each) for each in messages[index:]]
            answer = await self._attempt(message)
            if not answer.is_taken:
                failed, *others = (self._delivery(each) for each in messages[index:])
                return [failed.after(answer, now=self._clock(), chance=self._chance()), *others]
        return ()

    async def _retry_in_order(self, deliveries: Sequence[Delivery]) -> None:
        for delivery in deliveries:
            if not self._may_try():
                return
            answer = await self._attempt(delivery.message)
            await self._queue.record(delivery.after(answer, now=self._clock(), chance=self._chance()))
            if not answer.is_taken:
                return

    def _may_try(self) -> bool:
        return self._may_send() and self.health.may_try(self._clock())

    async def _attempt(self, message: WebhookMessage) -> Answer:
        webhook, now = self.webhook, self._clock()
        secrets = [self._sealing.opened(sealed) for sealed in webhook.valid_secrets(now)]
        readable = [secret for secret in secrets if secret is not None]
        answer = UNSIGNED
        if len(readable) == len(secrets):
            answer = await self._sender.send(message, url=webhook.url, secrets=readable, now=now)
        if answer.is_taken:
            self.health.taken()
            self._has_taken = True
        else:
            self.health.failed(self._clock())
            self.is_gone = self.is_gone or answer.is_gone
        return answer

    def _delivery(self, message: WebhookMessage) -> Delivery:
        now = self._clock()
        return Delivery(webhook_id=self.webhook.id, message=message, created_at=now, next_at=now)

    def _delivery_id(self, message: WebhookMessage) -> str:
        return delivery_id(self.webhook.id, message.id)


async def _side_by_side(work: Callable[[T], Awaitable[None]], parts: Sequence[T]) -> None:
    """Do the work for each part, some of them at once. Raises the first error."""
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
