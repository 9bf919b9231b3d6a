"""Rotate the secret of a webhook; the former one stays valid for a while."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from app.domain.command import Decision, ReadSet, View, required
from app.domain.errors import InvalidValue, InventoryError
from app.domain.limits import MAX_SECRET_OVERLAP_SECONDS, MAX_SECRETS
from app.domain.operation import CommandInfo
from app.domain.time import Moment
from app.domain.validation import info_errors
from app.domain.webhooks.commands.webhook_checks import NOT_DELETED
from app.domain.webhooks.webhook import Secret, Webhook, webhook_key


@dataclass(frozen=True, slots=True, kw_only=True)
class RotateWebhookSecret:
    """A new secret. The former ones stay valid for `overlap_seconds`. `secret` is new and sealed."""

    info: CommandInfo
    webhook_id: str
    overlap_seconds: int
    secret: str = field(repr=False)

    def content(self) -> object:
        return (self.webhook_id, self.overlap_seconds)

    def validate(self, *, now: Moment) -> Iterator[InventoryError]:
        if not 0 <= self.overlap_seconds <= MAX_SECRET_OVERLAP_SECONDS:
            rule = f"must be between 0 and {MAX_SECRET_OVERLAP_SECONDS} s"
            yield InvalidValue(what="The overlap", rule=rule, field=("overlapSeconds",))
        yield from info_errors(self.info, now=now)

    def read_set(self) -> ReadSet:
        return ReadSet(documents=(webhook_key(self.webhook_id),))

    def decide(self, view: View) -> Decision:
        """Decide. Raises UnknownDocument or WrongState, and InvalidValue where too many secrets would sign."""
        webhook = required(view, webhook_key(self.webhook_id), Webhook, states=NOT_DELETED)
        secret = Secret(value=self.secret, made_by=self.info.operation_id, made_at=view.now)
        rotated = webhook.rotated(secret, overlap_seconds=self.overlap_seconds)
        if len(rotated.secrets) > MAX_SECRETS:
            rule = f"must be shorter: more than {MAX_SECRETS} secrets would sign at once"
            raise InvalidValue(what="The overlap", rule=rule, field=("overlapSeconds",))
        return Decision(documents=(rotated,))
