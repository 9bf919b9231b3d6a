"""Webhook messages, and their deliveries.

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
    """States of a delivery. The last one is final."""

    PENDING = "PENDING"
    DEAD = "DEAD"
    DELIVERED = "DELIVERED"


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookMessage:
    """A message: `body` is signed and sent unchanged. The same event has the same id, however often it is sent.

    Messages about one `subject`, such as a level, are sent in order. `occurred_at` is the moment of the ledger.
    `trace` is that of the operation that caused it, where that is traced: W3C's `traceparent` and `tracestate`.
    """

    id: str
    type: WebhookEventType
    subject: str
    occurred_at: Moment
    body: str
    trace: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The result of one attempt: the status of the response, or in words why there was none."""

    status: int | None = None
    error: str | None = None
    retry_after_seconds: int | None = None

    @property
    def is_taken(self) -> bool:
        """Whether the receiver accepted the message."""
        return self.status in _TAKEN

    @property
    def is_gone(self) -> bool:
        """Whether the receiver answered that it is gone for good."""
        return self.status == _GONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A message that was not accepted at the first attempt. An accepted one is not stored.

    `next_at` is the earliest next attempt of a pending one; `ended_at` is when it was accepted or given up.
    `redelivered_by` is the operation that requested its redelivery last; a dead one is then no longer in the order of
    its subject.
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
        """The id of the delivery: webhook id and message id."""
        return delivery_id(self.webhook_id, self.message.id)

    def after(self, answer: Answer, *, now: Moment, chance: float) -> "Delivery":
        """Return it after one more attempt. `chance`, from 0 to 1, is the part of the jitter: see next_retry_at."""
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
    """Return the id of a delivery."""
    return f"{webhook_id}/{message_id}"
