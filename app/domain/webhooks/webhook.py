"""Webhooks: endpoints of partners, their event types and filters, and the secrets that sign their messages.

Rule: a message is signed by every valid secret, so that a receiver may change to a new one at any moment while both are
valid. Source: https://www.standardwebhooks.com.
"""

import base64
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache
from typing import ClassVar, Final

from app.domain.access.principal import Principal, PrincipalKind
from app.domain.access.scope import Scope
from app.domain.access.visibility import EVERYTHING, Visibility
from app.domain.document import Document, DocumentKey, DocumentKind
from app.domain.folding import alike
from app.domain.stock.level import LevelKey
from app.domain.time import MICROSECONDS_PER_SECOND, Moment

SECRET_BYTES = 32  # the specification requires 24 to 64
_SECRET_PREFIX = "whsec_"  # noqa: S105 - the prefix of every secret


class WebhookEventType(StrEnum):
    """Event types. The values are part of messages: never change one."""

    LEVEL_CHANGED = "level.changed"
    ALERT_OPENED = "alert.opened"
    ALERT_CHANGED = "alert.changed"
    ALERT_CLOSED = "alert.closed"
    PURCHASE_ORDER_SUBMITTED = "purchase_order.submitted"
    RESERVATION_EXPIRED = "reservation.expired"


# What a principal must be allowed to read to be sent events of a type.
EVENT_SCOPES: Final = {
    WebhookEventType.LEVEL_CHANGED: Scope.STOCK_READ,
    WebhookEventType.ALERT_OPENED: Scope.INSIGHTS_READ,
    WebhookEventType.ALERT_CHANGED: Scope.INSIGHTS_READ,
    WebhookEventType.ALERT_CLOSED: Scope.INSIGHTS_READ,
    WebhookEventType.PURCHASE_ORDER_SUBMITTED: Scope.PURCHASING_READ,
    WebhookEventType.RESERVATION_EXPIRED: Scope.ORDERS_READ,
}


class WebhookState(StrEnum):
    """States of a webhook. The last one is final."""

    ACTIVE = "ACTIVE"
    PAUSED = "PAUSED"
    GONE = "GONE"
    DELETED = "DELETED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """A secret, and the operation that created it. It is valid `until` a moment, None for no end.

    Its `value` is sealed: only what signs a message or shows the secret opens it.
    """

    value: str = field(repr=False)
    made_by: str
    made_at: Moment
    until: Moment | None = None

    def is_valid(self, now: Moment) -> bool:
        """Tell whether it is valid at a moment."""
        return self.until is None or now < self.until


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookOwner:
    """Who created a webhook, and what they were allowed to see then: its messages hold no more than that.

    Categories are as `alike` makes them, so that lists can compare them.
    """

    actor: str
    scopes: tuple[Scope, ...]
    locations: tuple[str, ...] | None = None
    categories: tuple[str, ...] | None = None

    @classmethod
    def of(cls, principal: Principal) -> "WebhookOwner | None":
        """Return the owner of webhooks that a principal creates; None without authentication."""
        if principal.kind is PrincipalKind.TRUSTED:
            return None
        seen = principal.visibility
        return cls(
            actor=principal.actor,
            scopes=tuple(sorted(principal.scopes)),
            locations=None if seen.locations is None else tuple(sorted(seen.locations)),
            categories=None if seen.categories is None else tuple(sorted(set(map(alike, seen.categories)))),
        )

    @property
    def visibility(self) -> Visibility:
        """What its messages are limited to."""
        return _visibility(self.locations, self.categories)

    def is_still(self, principal: Principal) -> bool:
        """Tell whether the owner, as they are now, may still see all that the messages hold."""
        return principal.visibility.includes(self.visibility) and principal.scopes.issuperset(self.scopes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook(Document):
    """An endpoint of a partner. It is not published, so that no feed and no operation ever has a secret.

    `locations` and `skus` filter the events by levels; None does not filter. The first of the `secrets` is the present
    one, the others are replaced ones that may still be valid. Without an `owner` it was created before there were
    principals, or where all are trusted, and nothing limits it.
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
    owner: WebhookOwner | None = None

    def is_within(self, visibility: Visibility) -> bool:
        return visibility.includes(self.visibility)

    @property
    def visibility(self) -> Visibility:
        """What its messages are limited to."""
        return EVERYTHING if self.owner is None else self.owner.visibility

    def may_have(self, type_: WebhookEventType) -> bool:
        """Tell whether its owner may read what events of a type are about."""
        return self.owner is None or EVENT_SCOPES[type_] in self.owner.scopes

    def valid_secrets(self, now: Moment) -> tuple[str, ...]:
        """Return the valid secrets at a moment, sealed, the present one first."""
        return tuple(secret.value for secret in self.secrets if secret.is_valid(now))

    def secret_made_by(self, operation_id: str) -> Secret | None:
        """Return the secret that an operation created, if it is still stored."""
        return next((secret for secret in self.secrets if secret.made_by == operation_id), None)

    @property
    def is_narrowed(self) -> bool:
        """Whether it filters events by levels."""
        return self.locations is not None or self.skus is not None

    def is_about(self, key: LevelKey) -> bool:
        """Tell whether events of a level pass the filter."""
        return (self.locations is None or key.location in self.locations) and (
            self.skus is None or key.sku in self.skus
        )

    def rotated(self, secret: Secret, *, overlap_seconds: int) -> "Webhook":
        """Return it with a new secret.

        The former ones are valid for so many seconds more, but no longer than before.
        """
        now = secret.made_at
        end = Moment(now + overlap_seconds * MICROSECONDS_PER_SECOND)
        former = (replace(old, until=end if old.until is None else min(old.until, end)) for old in self.secrets)
        return replace(self, secrets=(secret, *(old for old in former if old.is_valid(now))))


@lru_cache(maxsize=256)  # asked of each webhook for each event
def _visibility(locations: tuple[str, ...] | None, categories: tuple[str, ...] | None) -> Visibility:
    return Visibility(
        locations=None if locations is None else frozenset(locations),
        categories=None if categories is None else frozenset(categories),
    )


def secret_of(entropy: bytes) -> str:
    """Return the secret of random bytes in the form of the specification."""
    assert len(entropy) == SECRET_BYTES, "a secret is as long as its signatures"
    return _SECRET_PREFIX + base64.b64encode(entropy).decode()


def webhook_key(identity: str) -> DocumentKey:
    """Return the key of a webhook."""
    return DocumentKey(DocumentKind.WEBHOOK, identity)
