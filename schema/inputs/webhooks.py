"""Webhooks as clients ask for them, and what they narrow lists of them and of their deliveries to."""

from collections.abc import Sequence
from datetime import datetime

import strawberry

from app.services.webhooks.filters import DeliveryFilter, WebhookFilter
from schema.enums.webhooks import WebhookDeliveryState, WebhookEventType, WebhookState
from schema.inputs.mutation_input import MutationInput
from schema.types.identity import document_id

_ID = "The webhook: its global id."
_URL = (
    "Where messages are sent: an https:// URL on the public internet, at most 2,000 characters, without user, password "
    "and fragment. Only an installation that allows it sends to private networks, and by http://, too."
)
_EVENTS = "What it is told of: one at least, each once."
_LOCATIONS = (
    "The codes of the locations that it is told of, 1 to 1,000 that differ; null for all. They need not exist yet."
)
_SKUS = "The SKUs of the items that it is told of, 1 to 1,000 that differ; null for all. They need not exist yet."
_DESCRIPTION = "What people should know of it: 1 to 2,000 characters; null for nothing."
_DAY = 86_400


@strawberry.input(
    description="Creates a webhook, which is told of what happens from now on. Your receiver answers 2xx within 15 s, "
    "verifies the signature, and drops messages whose `webhook-id` it has seen: each comes at least once. Those about "
    "one level come in order, unless one of them is refused."
)
class WebhookCreateInput(MutationInput):
    """See CreateWebhook."""

    url: str = strawberry.field(description=_URL)
    events: list[WebhookEventType] = strawberry.field(description=_EVENTS)
    locations: list[str] | None = strawberry.field(default=None, description=_LOCATIONS)
    skus: list[str] | None = strawberry.field(default=None, description=_SKUS)
    description: str | None = strawberry.field(default=None, description=_DESCRIPTION)


@strawberry.input(description="Changes what is given of a webhook. It takes effect within some seconds.")
class WebhookUpdateInput(MutationInput):
    """See UpdateWebhook."""

    id: strawberry.ID = strawberry.field(description=_ID)
    url: str | None = strawberry.field(default=strawberry.UNSET, description=_URL)
    events: list[WebhookEventType] | None = strawberry.field(default=strawberry.UNSET, description=_EVENTS)
    locations: list[str] | None = strawberry.field(default=strawberry.UNSET, description=_LOCATIONS)
    skus: list[str] | None = strawberry.field(default=strawberry.UNSET, description=_SKUS)
    description: str | None = strawberry.field(default=strawberry.UNSET, description=_DESCRIPTION)
    is_enabled: bool | None = strawberry.field(
        default=strawberry.UNSET,
        description="Whether messages are sent. One that is enabled again is first told of all that it missed.",
    )


@strawberry.input(
    description="Gives a webhook a new secret. Those before it sign each message beside the new one for a while, so "
    "that your receiver can change over at any moment."
)
class WebhookRotateSecretInput(MutationInput):
    """See RotateWebhookSecret."""

    id: strawberry.ID = strawberry.field(description=_ID)
    overlap_seconds: int = strawberry.field(
        default=_DAY,
        description="For how many seconds the secrets before it go on signing: 0 to 2,592,000, which are 30 days. 0 "
        "where one of them became known.",
    )


@strawberry.input(
    description="Ends a webhook: nothing is sent any more, what waited is dead, and its secrets are forgotten."
)
class WebhookDeleteInput(MutationInput):
    """See DeleteWebhook."""

    id: strawberry.ID = strawberry.field(description=_ID)


@strawberry.input(
    description="Sends messages again that were not taken: those that you name, or all that died since a time. Give "
    "one of the two. What was dead begins anew, with 8 attempts, and out of the order of its level; what failed is "
    "tried at once."
)
class WebhookRedeliverInput(MutationInput):
    """See RedeliverWebhook."""

    id: strawberry.ID = strawberry.field(description=_ID)
    deliveries: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Dead or pending deliveries of the webhook: 1 to 250 global ids that differ."
    )
    since: datetime | None = strawberry.field(
        default=None, description="All deliveries of the webhook that died at this time or later."
    )

    def delivery_ids(self, type_name: str) -> Sequence[str] | None:
        """Return the ids behind the global ids."""
        return None if self.deliveries is None else [document_id(type_name, each) for each in self.deliveries]


@strawberry.input(name="WebhookFilter", description="Narrows a list of webhooks. What is left out narrows nothing.")
class WebhookFilterInput:
    """See WebhookFilter."""

    states: list[WebhookState] | None = strawberry.field(default=None, description="Webhooks in these states.")
    event: WebhookEventType | None = strawberry.field(default=None, description="Webhooks that are told of this.")

    def to_domain(self) -> WebhookFilter:
        """Convert."""
        return WebhookFilter(states=None if self.states is None else tuple(self.states), event=self.event)


@strawberry.input(
    name="WebhookDeliveryFilter", description="Narrows a list of deliveries. What is left out narrows nothing."
)
class WebhookDeliveryFilterInput:
    """See DeliveryFilter."""

    webhook: strawberry.ID | None = strawberry.field(
        default=None, description="Deliveries of this webhook: its global id."
    )
    states: list[WebhookDeliveryState] | None = strawberry.field(
        default=None, description="Deliveries in these states."
    )

    def to_domain(self, type_name: str) -> DeliveryFilter:
        """Convert. A webhook's global id is of this type."""
        return DeliveryFilter(
            webhook_id=None if self.webhook is None else document_id(type_name, self.webhook),
            states=None if self.states is None else tuple(self.states),
        )
