"""Change a webhook: its URL, events, filters and description, or enable and disable it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from app.domain.command import Decision, ReadSet, View, required
from app.domain.errors import InvalidValue, InventoryError
from app.domain.operation import CommandInfo
from app.domain.partial_update import UNCHANGED, Unchanged, given, updated
from app.domain.time import Moment
from app.domain.validation import info_errors
from app.domain.webhooks.commands.webhook_checks import (
    NOT_DELETED,
    check_owner,
    description_errors,
    event_errors,
    location_list_errors,
    sku_list_errors,
)
from app.domain.webhooks.url import url_errors
from app.domain.webhooks.webhook import Webhook, WebhookEventType, WebhookState, webhook_key


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateWebhook:
    """The requested state of a webhook: given values replace, the others stay.

    A disabled webhook misses nothing: once it is enabled again, it receives the events of the time between.
    """

    info: CommandInfo
    webhook_id: str
    url: str | Unchanged = UNCHANGED
    events: tuple[WebhookEventType, ...] | Unchanged = UNCHANGED
    locations: tuple[str, ...] | Unchanged | None = UNCHANGED
    skus: tuple[str, ...] | Unchanged | None = UNCHANGED
    description: str | Unchanged | None = UNCHANGED
    is_enabled: bool | Unchanged = UNCHANGED
    allow_private: bool

    def content(self) -> object:
        events = self.events if isinstance(self.events, Unchanged) else tuple(map(str, self.events))
        fields = (self.url, events, self.locations, self.skus, self.description, self.is_enabled)
        return (self.webhook_id, *map(given, fields))

    def validate(self, *, now: Moment) -> Iterator[InventoryError]:
        fields = (self.url, self.events, self.locations, self.skus, self.description, self.is_enabled)
        if all(isinstance(value, Unchanged) for value in fields):
            yield InvalidValue(what="An update of a webhook", rule="must change something", field=("id",))
        if not isinstance(self.url, Unchanged):
            yield from url_errors(self.url, allow_private=self.allow_private)
        if not isinstance(self.events, Unchanged):
            yield from event_errors(self.events)
        if not isinstance(self.locations, Unchanged):
            yield from location_list_errors(self.locations)
        if not isinstance(self.skus, Unchanged):
            yield from sku_list_errors(self.skus)
        if not isinstance(self.description, Unchanged):
            yield from description_errors(self.description)
        yield from info_errors(self.info, now=now)

    def read_set(self) -> ReadSet:
        return ReadSet(documents=(webhook_key(self.webhook_id),))

    def decide(self, view: View) -> Decision:
        """Decide. Raises UnknownDocument, WrongState, or InvalidValue where its owner may not read what events tell."""
        webhook = required(view, webhook_key(self.webhook_id), Webhook, states=NOT_DELETED)
        changed = replace(
            webhook,
            url=updated(self.url, webhook.url),
            events=updated(self.events, webhook.events),
            locations=updated(self.locations, webhook.locations),
            skus=updated(self.skus, webhook.skus),
            description=updated(self.description, webhook.description),
            state=self._state_after(webhook),
        )
        if not isinstance(self.events, Unchanged):
            check_owner(changed)
        return Decision(documents=(changed,))

    def _state_after(self, webhook: Webhook) -> WebhookState:
        if isinstance(self.is_enabled, Unchanged):
            return webhook.state
        return WebhookState.ACTIVE if self.is_enabled else WebhookState.PAUSED
