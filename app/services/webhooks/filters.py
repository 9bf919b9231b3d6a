"""What lists of webhooks and of their deliveries may be narrowed to. None narrows nothing; no states leave nothing."""

from dataclasses import dataclass, replace
from typing import ClassVar, Self

from app.domain.access.visibility import EVERYTHING, Visibility
from app.domain.document import DocumentKind
from app.domain.webhooks.delivery import Delivery, DeliveryState
from app.domain.webhooks.webhook import Webhook, WebhookEventType, WebhookState


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookFilter:
    """Webhooks by state, and by a subscribed event; only those that are visible, where the visibility is limited."""

    kind: ClassVar[DocumentKind] = DocumentKind.WEBHOOK

    states: tuple[WebhookState, ...] | None = None
    event: WebhookEventType | None = None
    visibility: Visibility = EVERYTHING

    def matches(self, webhook: Webhook, /) -> bool:
        return (
            (self.states is None or webhook.state in self.states)
            and (self.event is None or self.event in webhook.events)
            and webhook.is_within(self.visibility)
        )

    def within(self, visibility: Visibility, /) -> Self:
        return replace(self, visibility=self.visibility.within(visibility))


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryFilter:
    """Deliveries by webhook and state; only those of `visible_webhooks`."""

    webhook_id: str | None = None
    states: tuple[DeliveryState, ...] | None = None
    visible_webhooks: tuple[str, ...] | None = None

    def matches(self, delivery: Delivery) -> bool:
        """Tell whether a delivery is in the list."""
        return (
            self.webhook_id in (None, delivery.webhook_id)
            and (self.states is None or delivery.state in self.states)
            and (self.visible_webhooks is None or delivery.webhook_id in self.visible_webhooks)
        )

    def of_webhooks(self, ids: tuple[str, ...]) -> Self:
        """Return the filter of the matching deliveries of these webhooks."""
        return replace(self, visible_webhooks=ids)
