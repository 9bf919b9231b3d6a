"""Create a webhook."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from app.domain.command import Decision, ReadSet, View
from app.domain.errors import InvalidValue, InventoryError
from app.domain.limits import MAX_WEBHOOKS
from app.domain.operation import CommandInfo
from app.domain.time import Moment
from app.domain.validation import info_errors
from app.domain.webhooks.commands.webhook_checks import (
    check_owner,
    description_errors,
    event_errors,
    location_list_errors,
    sku_list_errors,
)
from app.domain.webhooks.url import url_errors
from app.domain.webhooks.webhook import Secret, Webhook, WebhookEventType, WebhookOwner


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateWebhook:
    """A webhook that receives events from now on.

    Its messages hold no more than the `owner` may see. `secret` is new and sealed, and `others` is the number of
    webhooks, both of this attempt: the limit bounds cost, and concurrent creations may exceed it.
    """

    info: CommandInfo
    url: str
    events: tuple[WebhookEventType, ...]
    locations: tuple[str, ...] | None = None
    skus: tuple[str, ...] | None = None
    description: str | None = None
    secret: str = field(repr=False)
    others: int
    allow_private: bool
    owner: WebhookOwner | None = None

    def content(self) -> object:
        return (self.url, tuple(map(str, self.events)), self.locations, self.skus, self.description)

    def validate(self, *, now: Moment) -> Iterator[InventoryError]:
        yield from url_errors(self.url, allow_private=self.allow_private)
        yield from event_errors(self.events)
        yield from location_list_errors(self.locations)
        yield from sku_list_errors(self.skus)
        yield from description_errors(self.description)
        yield from info_errors(self.info, now=now)

    def read_set(self) -> ReadSet:
        return ReadSet()

    def decide(self, view: View) -> Decision:
        """Decide. Raises InvalidValue where there are too many, or the owner may not read what the events tell."""
        if self.others >= MAX_WEBHOOKS:
            raise InvalidValue(what="The number of webhooks", rule=f"must be at most {MAX_WEBHOOKS}", field=("url",))
        made_by = self.info.operation_id
        webhook = Webhook(
            id=made_by,
            url=self.url,
            events=self.events,
            locations=self.locations,
            skus=self.skus,
            description=self.description,
            secrets=(Secret(value=self.secret, made_by=made_by, made_at=view.now),),
            owner=self.owner,
            created_at=view.now,
        )
        check_owner(webhook)
        return Decision(documents=(webhook,))
