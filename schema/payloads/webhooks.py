"""Webhooks after a change, and the only places where a secret is shown."""

from typing import Self

import strawberry

from app.services.webhooks.webhooks import Changed, Redelivered
from schema.payloads.payload import Payload
from schema.types.webhooks import Webhook

_WEBHOOK = "The webhook as it is now; null where the request was refused."


@strawberry.type(description="The outcome of a change of a webhook. No secret is recorded in the operation.")
class WebhookPayload(Payload):
    """A webhook after the change."""

    webhook: Webhook | None = strawberry.field(default=None, description=_WEBHOOK)

    @classmethod
    def from_changed(cls, changed: Changed) -> Self:
        return cls.accepted(changed.outcome, webhook=Webhook.from_domain(changed.webhook))


@strawberry.type(description="The outcome of a mutation that creates a secret.")
class WebhookSecretPayload(Payload):
    """A webhook and its new secret."""

    webhook: Webhook | None = strawberry.field(default=None, description=_WEBHOOK)
    secret: str | None = strawberry.field(
        default=None,
        description="The new secret: `whsec_` and 32 bytes in Base64. Only this response shows it; repeating the "
        "request with its key shows it again for an hour, unless it was replaced without overlap. Null "
        "after that.",
    )

    @classmethod
    def from_changed(cls, changed: Changed) -> Self:
        return cls.accepted(
            changed.outcome,
            webhook=Webhook.from_domain(changed.webhook),
            secret=changed.secret,
        )


@strawberry.type(description="The outcome of `webhookRedeliver`.")
class WebhookRedeliverPayload(Payload):
    """A webhook, and how much of it is sent again."""

    webhook: Webhook | None = strawberry.field(default=None, description=_WEBHOOK)
    redelivered: int | None = strawberry.field(
        default=None, description="The number of deliveries that are sent again; null where the request was refused."
    )

    @classmethod
    def from_redelivered(cls, done: Redelivered) -> Self:
        return cls.accepted(
            done.outcome,
            webhook=Webhook.from_domain(done.webhook),
            redelivered=done.count,
        )
