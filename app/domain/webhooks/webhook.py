"""Webhooks: where a partner wants to be told of what happens, of which events, and by which secrets they are signed.

Rule: a message is signed by every secret that is valid, so that a receiver may change over to a new one at any moment
while both are. As the specification has it: https://www.standardwebhooks.com.
"""

import base64
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import ClassVar

from app.domain.document import Document, DocumentKey, DocumentKind
from app.domain.stock.level import LevelKey
from app.domain.time import MICROSECONDS_PER_SECOND, Moment

SECRET_BYTES = 32  # the specification asks for 24 to 64
_SECRET_PREFIX = "whsec_"  # noqa: S105 - what every secret begins with


class WebhookEventType(StrEnum):
    """What a partner can be told of. The values stand in the messages: never change one."""

    LEVEL_CHANGED = "level.changed"
    ALERT_OPENED = "alert.opened"
    ALERT_CHANGED = "alert.changed"
    ALERT_CLOSED = "alert.closed"
    PURCHASE_ORDER_SUBMITTED = "purchase_order.submitted"
    RESERVATION_EXPIRED = "reservation.expired"


class WebhookState(StrEnum):
    """Whether messages are sent. The last one is final."""

    ACTIVE = "ACTIVE"
    PAUSED = "PAUSED"
    GONE = "GONE"
    DELETED = "DELETED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """A secret, and the operation that made it. `until` is when it signs no more; without it that is open."""

    value: str = field(repr=False)
    made_by: str
    made_at: Moment
    until: Moment | None = None

    def is_valid(self, now: Moment) -> bool:
        """Tell whether it signs at a moment."""
        return self.until is None or now < self.until


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook(Document):
    """An endpoint of a partner. It is not told, so that no feed and no operation ever holds a secret.

    `locations` and `skus` narrow the events to those that touch one of them; None narrows nothing. The first of the
    `secrets` is the present one, the others are those that it replaced and that may still be valid.
    """

    kind: ClassVar[DocumentKind] = DocumentKind.WEBHOOK
    is_published: ClassVar[bool] = False

    state: WebhookState = WebhookState.ACTIVE
    url: str
    events: tuple[WebhookEventType, ...]
    locations: tuple[str, ...] | None = None
    skus: tuple[str, ...] | None = None
    description: str | None = None
    secrets: tuple[Secret, ...]

    def valid_secrets(self, now: Moment) -> tuple[str, ...]:
        """Return the secrets that sign at a moment, the present one first."""
        return tuple(secret.value for secret in self.secrets if secret.is_valid(now))

    def secret_made_by(self, operation_id: str) -> Secret | None:
        """Return the secret that an operation made, if it is still kept."""
        return next((secret for secret in self.secrets if secret.made_by == operation_id), None)

    @property
    def is_narrowed(self) -> bool:
        """Whether only what touches some levels is of interest."""
        return self.locations is not None or self.skus is not None

    def is_about(self, key: LevelKey) -> bool:
        """Tell whether what happens to a level is of interest."""
        return (self.locations is None or key.location in self.locations) and (
            self.skus is None or key.sku in self.skus
        )

    def rotated(self, secret: Secret, *, overlap_seconds: int) -> "Webhook":
        """Return it with a new secret. Those before it sign for so many seconds more, and no longer than they would."""
        now = secret.made_at
        end = Moment(now + overlap_seconds * MICROSECONDS_PER_SECOND)
        former = (replace(old, until=end if old.until is None else min(old.until, end)) for old in self.secrets)
        return replace(self, secrets=(secret, *(old for old in former if old.is_valid(now))))


def secret_of(entropy: bytes) -> str:
    """Return the secret made of random bytes, as the specification writes it."""
    assert len(entropy) == SECRET_BYTES, "a secret is as long as its signatures"
    return _SECRET_PREFIX + base64.b64encode(entropy).decode()


def webhook_key(identity: str) -> DocumentKey:
    """Return the key of a webhook."""
    return DocumentKey(DocumentKind.WEBHOOK, identity)
