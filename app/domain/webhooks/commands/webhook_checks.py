"""Checks that the commands about webhooks share."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

from app.domain.errors import Field, InvalidValue, InventoryError
from app.domain.limits import MAX_NOTE_LENGTH, MAX_WEBHOOK_NAMES
from app.domain.validation import location_code_errors, sku_errors, text_errors
from app.domain.webhooks.webhook import EVENT_SCOPES, Webhook, WebhookEventType, WebhookState

T = TypeVar("T")

NOT_DELETED = frozenset(WebhookState) - {WebhookState.DELETED}


def event_errors(events: Sequence[WebhookEventType]) -> Iterator[InventoryError]:
    """Check the event types of a webhook: one at least, each once."""
    if not events or _repeats(events):
        yield InvalidValue(what="The events", rule="must be at least one, each named once", field=("events",))


def check_owner(webhook: Webhook) -> None:
    """Raise InvalidValue where a webhook has events of an area that its owner may not read."""
    for index, type_ in enumerate(webhook.events):
        if not webhook.may_have(type_):
            rule = f"needs the scope {EVENT_SCOPES[type_]}, which the owner of the webhook does not have"
            raise InvalidValue(what=f"The event {type_}", rule=rule, field=("events", str(index)))


def location_list_errors(codes: Sequence[str] | None) -> Iterator[InventoryError]:
    """Check the locations that filter the events, which need not exist yet."""
    yield from _list_errors(codes, what="The locations", field=("locations",))
    for index, code in enumerate(codes or ()):
        yield from location_code_errors(code, field=("locations", str(index)))


def sku_list_errors(skus: Sequence[str] | None) -> Iterator[InventoryError]:
    """Check the SKUs that filter the events, which need not exist yet."""
    yield from _list_errors(skus, what="The SKUs", field=("skus",))
    for index, sku in enumerate(skus or ()):
        yield from sku_errors(sku, field=("skus", str(index)))


def description_errors(description: str | None) -> Iterator[InventoryError]:
    """Check the description of a webhook."""
    if description is not None:
        yield from text_errors(description, what="A description", maximum=MAX_NOTE_LENGTH, field=("description",))


def _list_errors(names: Sequence[str] | None, *, what: str, field: Field) -> Iterator[InventoryError]:
    if names is not None and (not 1 <= len(names) <= MAX_WEBHOOK_NAMES or _repeats(names)):
        rule = f"must be 1 to {MAX_WEBHOOK_NAMES} that differ, or null for all"
        yield InvalidValue(what=what, rule=rule, field=field)


def _repeats(values: Sequence[T]) -> bool:
    return len(set(values)) < len(values)
