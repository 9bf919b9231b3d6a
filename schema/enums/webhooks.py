"""The enums of webhooks."""

from app.domain.webhooks.delivery import DeliveryState as WebhookDeliveryState
from app.domain.webhooks.webhook import WebhookEventType, WebhookState
from schema.enums.described import described

__all__ = ["WebhookDeliveryState", "WebhookEventType", "WebhookState"]

described(
    WebhookDeliveryState,
    name="WebhookDeliveryState",
    description="What became of a message that was not taken at once.",
    values={
        WebhookDeliveryState.PENDING: "It is tried again, or waits for one before it about the same level.",
        WebhookDeliveryState.DEAD: "It was tried for more than a day, and is given up; `webhookRedeliver` calls it "
        "back. It is kept for 30 days.",
        WebhookDeliveryState.DELIVERED: "The receiver has taken it. It is kept for 7 days.",
    },
)

described(
    WebhookEventType,
    name="WebhookEventType",
    description="What a webhook can be told of. In messages it is written in small letters: `level.changed`.",
    values={
        WebhookEventType.LEVEL_CHANGED: "`level.changed`: a level has a new version; with the movement that made it.",
        WebhookEventType.ALERT_OPENED: "`alert.opened`: a level crossed a threshold.",
        WebhookEventType.ALERT_CHANGED: "`alert.changed`: something happened to an open alert; `change` says what.",
        WebhookEventType.ALERT_CLOSED: "`alert.closed`: the level came back.",
        WebhookEventType.PURCHASE_ORDER_SUBMITTED: "`purchase_order.submitted`: a purchase order goes to its supplier.",
        WebhookEventType.RESERVATION_EXPIRED: "`reservation.expired`: the time of a reservation ran out; what it held "
        "is free again.",
    },
)

described(
    WebhookState,
    name="WebhookState",
    description="Whether a webhook is sent messages.",
    values={
        WebhookState.ACTIVE: "It is.",
        WebhookState.PAUSED: "Its owner has disabled it. Once enabled, it is told of what it missed.",
        WebhookState.GONE: "Its receiver has answered 410 Gone. Once enabled, it is told of what it missed.",
        WebhookState.DELETED: "It has ended. It does not change any more.",
    },
)
