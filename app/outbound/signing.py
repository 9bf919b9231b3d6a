"""Signs messages by the Standard Webhooks specification (https://www.standardwebhooks.com), once per secret."""

from collections.abc import Mapping, Sequence

from standardwebhooks import Webhook

from app.domain.time import MICROSECONDS_PER_SECOND, Moment, datetime_of
from app.domain.webhooks.delivery import WebhookMessage


def signed_headers(message: WebhookMessage, *, secrets: Sequence[str], at: Moment) -> Mapping[str, str]:
    """Return the headers of one attempt, which begins now: receivers refuse those that are older than some minutes."""
    timestamp = datetime_of(at)
    signatures = [Webhook(secret).sign(message.id, timestamp, message.body) for secret in secrets]
    return {
        "webhook-id": message.id,
        "webhook-timestamp": str(at // MICROSECONDS_PER_SECOND),
        "webhook-signature": " ".join(signatures),
    }
