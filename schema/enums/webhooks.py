"""The enums of webhooks."""

from app.domain.webhooks.delivery import DeliveryState as WebhookDeliveryState
from app.domain.webhooks.webhook import WebhookEventType, WebhookState
from schema.enums.described import described

__all__ = ["WebhookDeliveryState", "WebhookEventType", "WebhookState"]

described(
    WebhookDeliveryState,
    name="WebhookDeliveryState",
    description="The state of a message whose first delivery attempt failed.",
    values={
        WebhookDeliveryState.PENDING: "It will be tried again, or waits for an earlier message about the same level.",
        WebhookDeliveryState.DEAD: "Its attempts are used up, after more than a day; `webhookRedeliver` sends it "
        "again. It is kept for 30 days, unless the installation sets another time.",
        WebhookDeliveryState.DELIVERED: "The receiver has accepted it. It is kept for 7 days, unless the "
        "installation sets another time.",
    },
)

described(
    WebhookEventType,
    name="WebhookEventType",
    description="The events that a webhook can receive. In messages their names are in lower case: `level.changed`.",
    values={
        WebhookEventType.LEVEL_CHANGED: "`level.changed`: a level has a new version; with its movement.",
        WebhookEventType.ALERT_OPENED: "`alert.opened`: a level crossed a threshold.",
        WebhookEventType.ALERT_CHANGED: "`alert.changed`: an open alert has changed; `change` says how.",
        WebhookEventType.ALERT_CLOSED: "`alert.closed`: the level has recovered.",
        WebhookEventType.PURCHASE_ORDER_SUBMITTED: "`purchase_order.submitted`: a purchase order was submitted to its "
        "supplier.",
        WebhookEventType.RESERVATION_EXPIRED: "`reservation.expired`: a reservation has expired; its units are "
        "available again.",
    },
)

described(
    WebhookState,
    name="WebhookState",
    description="Whether messages are sent to a webhook.",
    values={
        WebhookState.ACTIVE: "Messages are sent.",
        WebhookState.PAUSED: "It was disabled. Once enabled, it receives the events that it missed.",
        WebhookState.GONE: "Its receiver has responded 410 Gone. Once enabled, it receives the events that it missed.",
        WebhookState.DELETED: "It was deleted. It does not change any more.",
    },
)
