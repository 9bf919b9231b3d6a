"""End a webhook: deleted by its owner, gone by the answer of its receiver, or paused as its owner is gone."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from app.domain.command import Decision, ReadSet, View, required, wrong_state
from app.domain.errors import InventoryError
from app.domain.operation import CommandInfo
from app.domain.time import Moment
from app.domain.validation import info_errors
from app.domain.webhooks.commands.webhook_checks import NOT_DELETED
from app.domain.webhooks.webhook import Webhook, WebhookState, webhook_key


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteWebhook:
    """Delete a webhook. It can still be read, without its secrets."""

    info: CommandInfo
    webhook_id: str

    def content(self) -> object:
        return (self.webhook_id,)

    def validate(self, *, now: Moment) -> Iterator[InventoryError]:
        yield from info_errors(self.info, now=now)

    def read_set(self) -> ReadSet:
        return ReadSet(documents=(webhook_key(self.webhook_id),))

    def decide(self, view: View) -> Decision:
        """Decide. Raises UnknownDocument or WrongState."""
        webhook = required(view, webhook_key(self.webhook_id), Webhook, states=NOT_DELETED)
        return Decision(documents=(replace(webhook, state=WebhookState.DELETED, secrets=()),))


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkWebhookGone:
    """A receiver at `url` has answered 410 Gone. Refused where the webhook has another URL or state by now."""

    info: CommandInfo
    webhook_id: str
    url: str

    def content(self) -> object:
        return (self.webhook_id, self.url)

    def validate(self, *, now: Moment) -> Iterator[InventoryError]:
        yield from info_errors(self.info, now=now)

    def read_set(self) -> ReadSet:
        return ReadSet(documents=(webhook_key(self.webhook_id),))

    def decide(self, view: View) -> Decision:
        """Decide. Raises UnknownDocument or WrongState."""
        webhook = required(view, webhook_key(self.webhook_id), Webhook, states=NOT_DELETED)
        if webhook.state is not WebhookState.ACTIVE or webhook.url != self.url:
            raise wrong_state(webhook)
        return Decision(documents=(replace(webhook, state=WebhookState.GONE),))


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseOrphan:
    """The owner of a webhook may not see any more what its messages hold, or is gone: it is paused.

    Any process may run it at any time. `version` is the one that was looked at; refused for another.
    """

    info: CommandInfo
    webhook_id: str
    version: int

    def content(self) -> object:
        return (self.webhook_id, self.version)

    def validate(self, *, now: Moment) -> Iterator[InventoryError]:
        yield from info_errors(self.info, now=now)

    def read_set(self) -> ReadSet:
        return ReadSet(documents=(webhook_key(self.webhook_id),))

    def decide(self, view: View) -> Decision:
        """Decide. Raises UnknownDocument or WrongState."""
        webhook = required(view, webhook_key(self.webhook_id), Webhook, states=frozenset({WebhookState.ACTIVE}))
        if webhook.version != self.version:
            raise wrong_state(webhook)
        return Decision(documents=(replace(webhook, state=WebhookState.PAUSED),))
