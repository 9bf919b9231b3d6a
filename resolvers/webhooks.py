"""Webhooks and their deliveries."""

from functools import partial

from app.domain.access.scope import Scope
from app.domain.failures import MissingScope
from app.domain.partial_update import UNCHANGED
from app.domain.webhooks.webhook import EVENT_SCOPES, WebhookEventType, WebhookOwner
from app.domain.webhooks.webhook import Webhook as DomainWebhook
from app.services.paging import DEFAULT_PAGE_SIZE
from app.services.webhooks.filters import DeliveryFilter, WebhookFilter
from schema.arguments import After, First, Id, Input, WebhookDeliveriesWhere, WebhooksWhere
from schema.context import Info
from schema.inputs.given import given, given_list
from schema.inputs.webhooks import (
    WebhookCreateInput,
    WebhookDeleteInput,
    WebhookRedeliverInput,
    WebhookRotateSecretInput,
    WebhookUpdateInput,
)
from schema.payloads.webhooks import WebhookPayload, WebhookRedeliverPayload, WebhookSecretPayload
from schema.types.connection import Connection
from schema.types.identity import document_id
from schema.types.webhooks import Webhook, WebhookDelivery


async def webhook(info: Info, id: Id) -> Webhook | None:
    """Return one webhook."""
    return await webhook_of(info, document_id(Webhook.__name__, id))


async def webhook_of(info: Info, identity: str) -> Webhook | None:
    """Return one webhook by the id behind its global id."""
    found = await info.context.loaders.document(DomainWebhook, identity)
    return None if found is None else Webhook.from_domain(found)


async def delivery_of(info: Info, identity: str) -> WebhookDelivery | None:
    """Return one delivery by the id behind its global id."""
    found = await info.context.services.webhooks.delivery(identity)
    return None if found is None else WebhookDelivery.from_domain(found)


async def webhooks(
    info: Info, filter: WebhooksWhere = None, first: First = DEFAULT_PAGE_SIZE, after: After = None
) -> Connection[Webhook]:
    """Return a page of webhooks, the newest first."""
    service = info.context.services.webhooks
    where = filter.to_domain() if filter else WebhookFilter()
    page = await service.webhooks(where, first=first, after=after)
    return Connection.of(page, Webhook.from_domain, counter=partial(service.count_webhooks, where), after=after)


async def deliveries(
    info: Info, filter: WebhookDeliveriesWhere = None, first: First = DEFAULT_PAGE_SIZE, after: After = None
) -> Connection[WebhookDelivery]:
    """Return a page of deliveries, the newest first."""
    service = info.context.services.webhooks
    where = filter.to_domain(Webhook.__name__) if filter else DeliveryFilter()
    page = await service.deliveries(where, first=first, after=after)
    counter = partial(service.count_deliveries, where)
    return Connection.of(page, WebhookDelivery.from_domain, counter=counter, after=after)


async def create(info: Info, input: Input[WebhookCreateInput]) -> WebhookSecretPayload:
    """Create a webhook."""
    changed = await info.context.services.webhooks.create(
        input.url,
        input.events,
        locations=input.locations,
        skus=input.skus,
        description=input.description,
        owner=WebhookOwner.of(info.context.principal),
        request=input.request(info.context.principal),
    )
    return WebhookSecretPayload.from_changed(changed)


async def update(info: Info, input: Input[WebhookUpdateInput]) -> WebhookPayload:
    """Update the fields that are given.

    Raises MissingScope where the caller may not read what it is sent, or gives an address to the webhook of another.
    """
    await _check_events(info, input.id, *(input.events or ()))
    if given(input.url) is not UNCHANGED:
        await _check_owner(info, input.id)
    changed = await info.context.services.webhooks.update(
        document_id(Webhook.__name__, input.id),
        url=given(input.url),
        events=given_list(input.events),
        locations=given_list(input.locations, null=None),
        skus=given_list(input.skus, null=None),
        description=given(input.description, null=None),
        is_enabled=given(input.is_enabled),
        request=input.request(info.context.principal),
    )
    return WebhookPayload.from_changed(changed)


async def _check_events(info: Info, id: str, *events: WebhookEventType) -> None:
    """Raise MissingScope where the caller may not read these events, and those that the webhook is sent.

    Who may not read them may not send them to another address, sign them, end them or send them again.
    """
    found = await info.context.loaders.document(DomainWebhook, document_id(Webhook.__name__, id))
    for event in (*events, *(() if found is None else found.events)):
        if EVENT_SCOPES[event] not in info.context.principal.scopes:
            raise MissingScope(EVENT_SCOPES[event], subject=event)


async def _check_owner(info: Info, id: str) -> None:
    """Raise MissingScope where the webhook is another's.

    It is sent messages as long as its owner may read them, also when who gave it an address has long been revoked.
    """
    principal = info.context.principal
    found = await info.context.loaders.document(DomainWebhook, document_id(Webhook.__name__, id))
    is_own = found is None or (found.owner is not None and found.owner.actor == principal.actor)
    if not is_own and Scope.ADMIN not in principal.scopes:
        raise MissingScope(Scope.ADMIN, subject="url")


async def rotate_secret(info: Info, input: Input[WebhookRotateSecretInput]) -> WebhookSecretPayload:
    """Rotate the signing secret. Raises MissingScope as an update does."""
    await _check_events(info, input.id)
    changed = await info.context.services.webhooks.rotate_secret(
        document_id(Webhook.__name__, input.id),
        overlap_seconds=input.overlap_seconds,
        request=input.request(info.context.principal),
    )
    return WebhookSecretPayload.from_changed(changed)


async def delete(info: Info, input: Input[WebhookDeleteInput]) -> WebhookPayload:
    """Delete a webhook. Raises MissingScope as an update does."""
    await _check_events(info, input.id)
    changed = await info.context.services.webhooks.delete(
        document_id(Webhook.__name__, input.id), request=input.request(info.context.principal)
    )
    return WebhookPayload.from_changed(changed)


async def redeliver(info: Info, input: Input[WebhookRedeliverInput]) -> WebhookRedeliverPayload:
    """Redeliver messages. Raises MissingScope as an update does."""
    await _check_events(info, input.id)
    done = await info.context.services.webhooks.redeliver(
        document_id(Webhook.__name__, input.id),
        deliveries=input.delivery_ids(WebhookDelivery.__name__),
        since=input.since,
        request=input.request(info.context.principal),
    )
    return WebhookRedeliverPayload.from_redelivered(done)
