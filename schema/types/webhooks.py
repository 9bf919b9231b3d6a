"""Webhooks and their deliveries. Rule: only payloads show a secret."""

from datetime import datetime
from typing import Self

import strawberry
from strawberry import relay

from app.domain.time import Moment, datetime_of
from app.domain.webhooks.delivery import Delivery
from app.domain.webhooks.webhook import Webhook as DomainWebhook
from schema.context import Info
from schema.deprecations import former_name
from schema.enums.webhooks import WebhookDeliveryState, WebhookEventType, WebhookState


@strawberry.type(
    description="An endpoint of a partner that receives event messages, as specified by "
    "https://www.standardwebhooks.com."
)
class Webhook(relay.Node):
    """A webhook."""

    identity: relay.NodeID[str]
    state: WebhookState = strawberry.field(description="Whether messages are sent.")
    url: str = strawberry.field(description="The endpoint: its URL.")
    events: list[WebhookEventType] = strawberry.field(description="The events that are sent.")
    locations: list[str] | None = strawberry.field(
        description="The locations, by code, whose events are sent; null for all."
    )
    skus: list[str] | None = strawberry.field(description="The items, by SKU, whose events are sent; null for all.")
    description: str | None = strawberry.field(description="A note for people; null without.")
    secret_count: int = strawberry.field(
        description="How many secrets are kept: one, and after a rotation the former ones until they expire."
    )
    secrets: int = former_name("secret_count", int, now="secretCount")
    owner: str | None = strawberry.field(
        description="Who created it, as an actor: its messages hold no more than they could see then. Null without "
        "authentication, and of webhooks that an earlier version created: nothing limits those."
    )
    version: int = strawberry.field(description="Grows by one with each change. The higher one is the newer.")
    created_at: datetime = strawberry.field(description="When it was created: later events are sent.")
    updated_at: datetime = strawberry.field(description="When it was last changed.")

    @classmethod
    def from_domain(cls, webhook: DomainWebhook) -> Self:
        return cls(
            identity=webhook.id,
            state=webhook.state,
            url=webhook.url,
            events=list(webhook.events),
            locations=None if webhook.locations is None else list(webhook.locations),
            skus=None if webhook.skus is None else list(webhook.skus),
            description=webhook.description,
            secret_count=len(webhook.secrets),
            owner=None if webhook.owner is None else webhook.owner.actor,
            version=webhook.version,
            created_at=datetime_of(webhook.created_at),
            updated_at=datetime_of(webhook.changed_at),
        )


@strawberry.type(
    description="A message whose first delivery attempt failed, and its present state. A message that is accepted at "
    "the first attempt is not kept."
)
class WebhookDelivery(relay.Node):
    """A delivery."""

    identity: relay.NodeID[str]
    webhook_id: strawberry.Private[str]
    state: WebhookDeliveryState = strawberry.field(description="The state of the delivery.")
    message_id: str = strawberry.field(description="The `webhook-id` of its message: the same at each attempt.")
    event: WebhookEventType = strawberry.field(description="The event of the message.")
    occurred_at: datetime = strawberry.field(description="When the event occurred.")
    body: str = strawberry.field(description="The body of the message, as JSON.")
    attempts: int = strawberry.field(
        description="Delivery attempts: at most 8 before it is DEAD, and 8 more after each redelivery."
    )
    last_status: int | None = strawberry.field(
        description="The HTTP status of the receiver's last response; null where there was none."
    )
    last_error: str | None = strawberry.field(description="Why the last attempt failed; null where it did not.")
    created_at: datetime = strawberry.field(description="When the delivery was recorded.")
    tried_at: datetime | None = strawberry.field(
        description="When the last attempt was made; null where it waits for an earlier message of the level."
    )
    next_at: datetime | None = strawberry.field(
        description="The earliest time of the next attempt; null where it is not PENDING."
    )
    ended_at: datetime | None = strawberry.field(
        description="When it was delivered or became DEAD; null while it is PENDING."
    )

    @strawberry.field(description="The webhook that it belongs to.")
    async def webhook(self, info: Info) -> Webhook:
        """Load the webhook, together with those of other deliveries."""
        found = await info.context.loaders.document(DomainWebhook, self.webhook_id)
        assert found is not None, f"a delivery of the unknown webhook {self.webhook_id}"
        return Webhook.from_domain(found)

    @classmethod
    def from_domain(cls, delivery: Delivery) -> Self:
        is_pending = delivery.state is WebhookDeliveryState.PENDING
        return cls(
            identity=delivery.id,
            webhook_id=delivery.webhook_id,
            state=delivery.state,
            message_id=delivery.message.id,
            event=delivery.message.type,
            occurred_at=datetime_of(delivery.message.occurred_at),
            body=delivery.message.body,
            attempts=delivery.attempts,
            last_status=delivery.status,
            last_error=delivery.error,
            created_at=datetime_of(delivery.created_at),
            tried_at=_time(delivery.tried_at),
            next_at=datetime_of(delivery.next_at) if is_pending else None,
            ended_at=_time(delivery.ended_at),
        )


def _time(moment: Moment | None) -> datetime | None:
    return None if moment is None else datetime_of(moment)
