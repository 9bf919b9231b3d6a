"""Inputs of webhooks, and the filters of webhooks and deliveries."""

from collections.abc import Sequence
from datetime import datetime

import strawberry

from app.services.webhooks.filters import DeliveryFilter, WebhookFilter
from schema.enums.webhooks import WebhookDeliveryState, WebhookEventType, WebhookState
from schema.inputs.given import each_once
from schema.inputs.mutation_input import MutationInput
from schema.types.identity import document_id

_ID = "The webhook: its global id."
_URL = (
    "The endpoint: an https:// URL on the public internet, at most 2,000 characters, without user, password and "
    "fragment. Private networks and http:// only where the installation allows them."
)
_EVENTS = "The events to send: at least one, each once."
_LOCATIONS = "The locations whose events to send: 1 to 1,000 different codes; null for all. They need not exist yet."
_SKUS = "The items whose events to send: 1 to 1,000 different SKUs; null for all. They need not exist yet."
_DESCRIPTION = "A note for people: 1 to 2,000 characters; null for none."
_DAY = 86_400


@strawberry.input(
    description="Creates a webhook for events from now on. The receiver must respond 2xx within 15 s, verify the "
    "signature, and drop messages whose `webhook-id` it has seen: delivery is at least once. Messages "
    "about one level are delivered in order, unless one of them is rejected."
)
class WebhookCreateInput(MutationInput):
    url: str = strawberry.field(description=_URL)
    events: list[WebhookEventType] = strawberry.field(description=_EVENTS)
    locations: list[str] | None = strawberry.field(default=None, description=_LOCATIONS)
    skus: list[str] | None = strawberry.field(default=None, description=_SKUS)
    description: str | None = strawberry.field(default=None, description=_DESCRIPTION)


@strawberry.input(description="Updates the fields that are given of a webhook. It takes effect within seconds.")
class WebhookUpdateInput(MutationInput):
    id: strawberry.ID = strawberry.field(description=_ID)
    url: str | None = strawberry.field(default=strawberry.UNSET, description=_URL)
    events: list[WebhookEventType] | None = strawberry.field(default=strawberry.UNSET, description=_EVENTS)
    locations: list[str] | None = strawberry.field(default=strawberry.UNSET, description=_LOCATIONS)
    skus: list[str] | None = strawberry.field(default=strawberry.UNSET, description=_SKUS)
    description: str | None = strawberry.field(default=strawberry.UNSET, description=_DESCRIPTION)
    is_enabled: bool | None = strawberry.field(
        default=strawberry.UNSET,
        description="Whether messages are sent. Once enabled again, it first receives the events that it missed.",
    )


@strawberry.input(
    description="Gives a webhook a new signing secret. The former ones sign each message as well for a while, so that "
    "the receiver can switch at any moment."
)
class WebhookRotateSecretInput(MutationInput):
    id: strawberry.ID = strawberry.field(description=_ID)
    overlap_seconds: int = strawberry.field(
        default=_DAY,
        description="For how long the former secrets still sign, in seconds: 0 to 2,592,000 (30 days). 0 where one of "
        "them was compromised.",
    )


@strawberry.input(
    description="Deletes a webhook: nothing is sent any more, pending deliveries are DEAD, and its secrets are erased."
)
class WebhookDeleteInput(MutationInput):
    id: strawberry.ID = strawberry.field(description=_ID)


@strawberry.input(
    description="Redelivers messages that were not accepted: those named in `deliveries`, or all that became DEAD "
    "`since` a time; give one of the two. A DEAD one gets 8 new attempts, out of the order of its level; "
    "a PENDING one is tried at once."
)
class WebhookRedeliverInput(MutationInput):
    id: strawberry.ID = strawberry.field(description=_ID)
    deliveries: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Dead or pending deliveries of the webhook: 1 to 250 different global ids."
    )
    since: datetime | None = strawberry.field(
        default=None, description="All deliveries of the webhook that became DEAD at this time or later."
    )

    def delivery_ids(self, type_name: str) -> Sequence[str] | None:
        """Return the ids behind the global ids."""
        return None if self.deliveries is None else [document_id(type_name, each) for each in self.deliveries]


@strawberry.input(
    name="WebhookFilter",
    description="Filters a list of webhooks. All conditions must hold; those left out do not restrict.",
)
class WebhookFilterInput:
    states: list[WebhookState] | None = strawberry.field(default=None, description="Webhooks in these states.")
    event: WebhookEventType | None = strawberry.field(default=None, description="Webhooks that receive this event.")

    def to_domain(self) -> WebhookFilter:
        return WebhookFilter(states=each_once(self.states), event=self.event)


@strawberry.input(
    name="WebhookDeliveryFilter",
    description="Filters a list of deliveries. All conditions must hold; those left out do not restrict.",
)
class WebhookDeliveryFilterInput:
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
            states=each_once(self.states),
        )
