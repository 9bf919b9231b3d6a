"""What is sent to a webhook, and what became of it.

Rule: a message that is not taken is tried again, ever more rarely, for more than a day. Then it is dead, and is sent
again only when somebody asks for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from app.domain.time import MICROSECONDS_PER_SECOND, Moment
from app.domain.webhooks.webhook import WebhookEventType

# The schedule that https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md proposes.
RETRY_SECONDS: Sequence[int] = (5, 5 * 60, 30 * 60, 2 * 3_600, 5 * 3_600, 10 * 3_600, 10 * 3_600)
JITTER = 0.2  # of each pause at most, so that what failed together does not come back together
MAX_RETRY_AFTER_SECONDS = 10 * 3_600  # a receiver may ask for a longer pause, up to the longest of our own

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
        if tried.attempts > len(RETRY_SECONDS):
            return replace(tried, state=DeliveryState.DEAD, ended_at=now)
        pause = RETRY_SECONDS[self.attempts] * (1 + JITTER * chance)
        wished = min(answer.retry_after_seconds or 0, MAX_RETRY_AFTER_SECONDS)
        return replace(tried, next_at=Moment(now + int(max(pause, wished) * MICROSECONDS_PER_SECOND)))


def delivery_id(webhook_id: str, message_id: str) -> str:
    """Return the name of a delivery."""
    return f"{webhook_id}/{message_id}"
