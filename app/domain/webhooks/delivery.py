"""What is sent to a webhook, and what became of it.

Rule: a message that is not accepted is retried by the schedule of app.domain.webhooks.retry_schedule. Once dead, it is
sent again only by a redelivery that a client requests.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from app.domain.time import Moment
from app.domain.webhooks.retry_schedule import next_retry_at
from app.domain.webhooks.webhook import WebhookEventType

_TAKEN = range(200, 300)
_GONE = 410


class DeliveryState(StrEnum):
    """What became of a message. The last one is final."""

    PENDING = "PENDING"
    DEAD = "DEAD"
    DELIVERED = "DELIVERED"


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookMessage:
    """What is sent: `body` is signed and sent as it stands. The same event has the same id, however often it is sent.

    Messages about one `subject`, such as a level, are sent in order. `occurred_at` is the moment of the ledger.
    """

    id: str
    type: WebhookEventType
    subject: str
    occurred_at: Moment
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of one attempt: the status of the response, or in words why there was none."""

    status: int | None = None
    error: str | None = None
    retry_after_seconds: int | None = None

    @property
    def is_taken(self) -> bool:
        """Whether the receiver has the message."""
        return self.status in _TAKEN

    @property
    def is_gone(self) -> bool:
        """Whether the receiver wants nothing more, ever."""
        return self.status == _GONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A message that was not taken at once. One that was is not kept.

    `next_at` is when a pending one is tried again at the earliest; `ended_at` is when it was taken, or given up.
    `redelivered_by` is the operation that asked for it last; one that had died is out of the order of its subject then.
    """

    webhook_id: str
    message: WebhookMessage
    state: DeliveryState = DeliveryState.PENDING
    attempts: int = 0
    created_at: Moment
    next_at: Moment
    tried_at: Moment | None = None
    ended_at: Moment | None = None
    status: int | None = None
    error: str | None = None
    is_in_order: bool = True
    redelivered_by: str | None = None

    @property
    def id(self) -> str:
        """The name of the delivery: that of its webhook and of its message."""
        return delivery_id(self.webhook_id, self.message.id)

    def after(self, answer: Answer, *, now: Moment, chance: float) -> "Delivery":
        """Return it after one more attempt. `chance`, from 0 to 1, says how much later than necessary it is tried."""
        tried = replace(
            self,
            attempts=self.attempts + 1,
            tried_at=now,
            status=answer.status,
            error=None if answer.is_taken else answer.error or f"The receiver answered {answer.status}.",
        )
        if answer.is_taken:
            return replace(tried, state=DeliveryState.DELIVERED, ended_at=now)
        retry_after = answer.retry_after_seconds
        retry_at = next_retry_at(tried.attempts, now=now, retry_after_seconds=retry_after, chance=chance)
        if retry_at is None:
            return replace(tried, state=DeliveryState.DEAD, ended_at=now)
        return replace(tried, next_at=retry_at)


def delivery_id(webhook_id: str, message_id: str) -> str:
    """Return the name of a delivery."""
    return f"{webhook_id}/{message_id}"
