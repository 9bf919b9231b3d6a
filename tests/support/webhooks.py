"""Words for webhooks: the use cases over a store, messages, and secrets that every run of a test has alike."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from app.domain.time import MICROSECONDS_PER_SECOND, Moment
from app.domain.webhooks.delivery import Answer, Delivery, DeliveryState, WebhookMessage
from app.domain.webhooks.webhook import Secret, Webhook, WebhookEventType, secret_of
from app.services.command_bus import CommandBus
from app.services.ports import DocumentReader
from app.services.webhooks.webhooks import Changed, Webhooks
from app.store.driver.client import Database
from app.store.memory.deliveries import MemoryDeliveries
from app.store.queues.deliveries import MongoDeliveries
from tests.support.clock import START
from tests.support.scene import request_info
from tests.support.store import Store

URL = "https://partner.example/stock"
LEVEL_CHANGED, EXPIRED = WebhookEventType.LEVEL_CHANGED, WebhookEventType.RESERVATION_EXPIRED
TAKEN, FAILED = Answer(status=204), Answer(status=500)


class Unsealed:
    """Keeps secrets as they are, so that tests may name them."""

    def seal(self, secret: str) -> str:
        return secret

    def opened(self, sealed: str) -> str | None:
        return sealed


@dataclass(frozen=True, slots=True, kw_only=True)
class Hooks:
    """The use cases of webhooks, the store below them, and the deliveries."""

    store: Store
    webhooks: Webhooks
    deliveries: MemoryDeliveries | MongoDeliveries

    async def create(self, url: str = URL, *, key: str | None = None, **said: Any) -> Changed:  # noqa: ANN401
        """Create a webhook, told of levels unless said otherwise."""
        asked = {"events": [LEVEL_CHANGED], "locations": None, "skus": None, "description": None} | said
        return await self.webhooks.create(url, request=request_info(key), **asked)


def hooks_over(
    store: Store, database: Database | None, *, allow_private: bool = False, all_documents: DocumentReader | None = None
) -> Hooks:
    """Return the use cases over a store and, unless it is in memory, its database.

    `all_documents` shows more than the store has, where they are those of a limited principal.
    """
    deliveries = MemoryDeliveries() if database is None else MongoDeliveries(database)
    numbers = count(1)
    webhooks = Webhooks(
        bus=CommandBus(writer=store.writer, present=store.present, clock=store.clock, entropy=store.entropy),
        documents=store.documents,
        deliveries=deliveries,
        clock=store.clock,
        entropy=lambda: next(numbers).to_bytes(32),
        sealing=Unsealed(),
        allow_private=allow_private,
        all_documents=all_documents,
    )
    return Hooks(store=store, webhooks=webhooks, deliveries=deliveries)


def secret(number: int) -> str:
    """Return the secret that the use cases of a test make as their `number`-th."""
    return secret_of(number.to_bytes(32))


def a_webhook(**said: Any) -> Webhook:  # noqa: ANN401 - fields of any type
    """Return a webhook, told of levels unless said otherwise."""
    made = Secret(value=secret(1), made_by="o", made_at=START)
    return replace(
        Webhook(id="hook", url=URL, events=(LEVEL_CHANGED,), secrets=(made,), created_at=START, version=1), **said
    )


def a_message(number: int = 1, *, subject: str = "level MAIN/TEA-1", at: int | None = None) -> WebhookMessage:
    """Return a message of a second of its own."""
    return WebhookMessage(
        id=f"msg_{number}",
        type=LEVEL_CHANGED,
        subject=subject,
        occurred_at=Moment(START + MICROSECONDS_PER_SECOND * (number if at is None else at)),
        body=f'{{"number":{number}}}',
    )


def a_delivery(number: int = 1, *, subject: str = "level MAIN/TEA-1", **said: Any) -> Delivery:  # noqa: ANN401
    """Return a pending delivery of such a message."""
    message = a_message(number, subject=subject)
    return replace(Delivery(webhook_id="hook", message=message, created_at=START, next_at=START), **said)


def tried(delivery: Delivery, answers: Sequence[Answer], *, at: Moment = START) -> Delivery:
    """Return a delivery after these answers, all at one moment and without jitter."""
    for answer in answers:
        delivery = delivery.after(answer, now=at, chance=0.0)
    return delivery


def dead(delivery: Delivery, *, at: Moment = START) -> Delivery:
    """Return a delivery after all its attempts."""
    ended = tried(delivery, [FAILED] * 8, at=at)
    assert ended.state is DeliveryState.DEAD
    return ended
