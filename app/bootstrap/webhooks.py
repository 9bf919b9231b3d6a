"""What tells partners of what happens."""

import random
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager

from app.bootstrap.foundation import Foundation
from app.domain.webhooks.webhook import SECRET_BYTES, Webhook
from app.outbound.sender import HttpSender
from app.services.webhooks.webhook_dispatch_worker import WebhookDispatchWorker
from app.services.webhooks.webhook_worker import WebhookWorker
from app.services.webhooks.webhooks import Webhooks
from app.store.queues.deliveries import MongoDeliveries


@asynccontextmanager
async def open_webhooks(base: Foundation) -> AsyncIterator[Webhooks]:
    """Begin to send, and give the use cases of it."""
    allow_private = base.settings.webhook_allow_private
    async with AsyncExitStack() as stack:
        sender = await stack.enter_async_context(HttpSender(allow_private=allow_private))
        deliveries = MongoDeliveries(base.database)
        webhooks = Webhooks(
            bus=base.bus,
            documents=base.documents,
            deliveries=deliveries,
            clock=base.clock,
            entropy=lambda: secrets.token_bytes(SECRET_BYTES),
            allow_private=allow_private,
        )

        def new_worker(webhook: Webhook, term: int, is_held: Callable[[], bool]) -> WebhookWorker:
            return WebhookWorker(
                webhook,
                term=term,
                is_held=is_held,
                queue=deliveries,
                sender=sender,
                ledger=base.ledger_tail,
                tail=base.tail,
                clock=base.clock,
                chance=random.random,
                on_gone=webhooks.mark_gone,
            )

        await base.begin(
            stack, WebhookDispatchWorker(documents=base.documents, lease=base.lease, new_worker=new_worker)
        )
        yield webhooks
