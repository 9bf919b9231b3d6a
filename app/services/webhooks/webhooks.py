"""Use cases of webhooks: subscriptions to events, and their deliveries."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from app.domain.command import Command, unknown
from app.domain.errors import InvalidValue, Refused
from app.domain.operation import SYSTEM, CommandInfo
from app.domain.outcome import Outcome
from app.domain.partial_update import UNCHANGED, Unchanged
from app.domain.time import MICROSECONDS_PER_SECOND, Moment, moment_of
from app.domain.webhooks.commands.create_webhook import CreateWebhook
from app.domain.webhooks.commands.end_webhook import DeleteWebhook, MarkWebhookGone, PauseOrphan
from app.domain.webhooks.commands.redeliver_webhook import RedeliverWebhook
from app.domain.webhooks.commands.rotate_webhook_secret import RotateWebhookSecret
from app.domain.webhooks.commands.update_webhook import UpdateWebhook
from app.domain.webhooks.commands.webhook_checks import NOT_DELETED
from app.domain.webhooks.delivery import Delivery
from app.domain.webhooks.webhook import Webhook, WebhookEventType, WebhookOwner, secret_of, webhook_key
from app.services.command_bus import CommandBus
from app.services.paging import Page, page_request
from app.services.ports import Clock, DocumentReader
from app.services.request_info import RequestInfo
from app.services.webhooks.filters import DeliveryFilter, WebhookFilter
from app.services.webhooks.owners import WebhookOwners
from app.services.webhooks.ports import DeliveryReader, SecretSealing

SECRET_SHOWN_AGAIN_SECONDS = 3_600  # to a client that repeats a request because the first answer was lost

SecretEntropy = Callable[[], bytes]  # as many random bytes as a secret has


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """The result of a request: the webhook as it is now, and its new secret, where that is shown."""

    outcome: Outcome
    webhook: Webhook
    secret: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Redelivered:
    """The result of a redelivery: how many deliveries it made due."""

    outcome: Outcome
    webhook: Webhook
    count: int


class Webhooks:
    """Changes and reads webhooks and their deliveries. Every change raises Refused, Overloaded or Unavailable."""

    def __init__(
        self,
        *,
        bus: CommandBus,
        documents: DocumentReader,
        deliveries: DeliveryReader,
        clock: Clock,
        entropy: SecretEntropy,
        sealing: SecretSealing,
        allow_private: bool,
        owners: WebhookOwners | None = None,
        all_documents: DocumentReader | None = None,
    ) -> None:
        """Take `all_documents`, which shows also webhooks that are not visible: their number is limited, too."""
        self._owners = owners
        self._all_documents = all_documents or documents
        self._bus = bus
        self._documents = documents
        self._deliveries = deliveries
        self._clock = clock
        self._entropy = entropy
        self._sealing = sealing
        self._allow_private = allow_private

    async def create(
        self,
        url: str,
        events: Sequence[WebhookEventType],
        *,
        locations: Sequence[str] | None,
        skus: Sequence[str] | None,
        description: str | None,
        owner: WebhookOwner | None = None,
        request: RequestInfo,
    ) -> Changed:
        """Create a webhook for events from now on, as far as its owner may see them.

        Raises Refused also where the server would not learn that the owner may not see them any more.
        """
        if owner is not None and self._owners is not None and await self._owners.gone({owner}):
            rule = "must belong to a key, or to a user who is known here, and not by the claims of a token alone"
            raise Refused(InvalidValue(what="A webhook", rule=rule, field=("url",)))
        others = await self._all_documents.count_documents(WebhookFilter(states=tuple(NOT_DELETED)))

        def build(info: CommandInfo) -> CreateWebhook:
            return CreateWebhook(
                info=info,
                url=url,
                events=tuple(events),
                locations=None if locations is None else tuple(locations),
                skus=None if skus is None else tuple(skus),
                description=description,
                secret=self._new_secret(),
                others=others,
                allow_private=self._allow_private,
                owner=owner,
            )

        outcome = await self._bus.run("webhookCreate", request, build)
        return await self._changed(outcome, outcome.operation.id)

    async def update(
        self,
        identity: str,
        *,
        url: str | Unchanged = UNCHANGED,
        events: tuple[WebhookEventType, ...] | Unchanged = UNCHANGED,
        locations: tuple[str, ...] | Unchanged | None = UNCHANGED,
        skus: tuple[str, ...] | Unchanged | None = UNCHANGED,
        description: str | Unchanged | None = UNCHANGED,
        is_enabled: bool | Unchanged = UNCHANGED,
        request: RequestInfo,
    ) -> Changed:
        """Change what is given of a webhook."""

        def build(info: CommandInfo) -> UpdateWebhook:
            return UpdateWebhook(
                info=info,
                webhook_id=identity,
                url=url,
                events=events,
                locations=locations,
                skus=skus,
                description=description,
                is_enabled=is_enabled,
                allow_private=self._allow_private,
            )

        return await self._change("webhookUpdate", identity, request, build)

    async def rotate_secret(self, identity: str, *, overlap_seconds: int, request: RequestInfo) -> Changed:
        """Sign with a new secret, and for a while with the former ones, too."""

        def build(info: CommandInfo) -> RotateWebhookSecret:
            secret = self._new_secret()
            return RotateWebhookSecret(info=info, webhook_id=identity, overlap_seconds=overlap_seconds, secret=secret)

        return await self._change("webhookRotateSecret", identity, request, build)

    async def delete(self, identity: str, *, request: RequestInfo) -> Changed:
        """Delete a webhook. Its pending deliveries are dead."""
        changed = await self._change(
            "webhookDelete", identity, request, lambda info: DeleteWebhook(info=info, webhook_id=identity)
        )
        await self._deliveries.give_up(identity, now=self._clock())
        return changed

    async def mark_gone(self, webhook: Webhook) -> None:
        """Record that the receiver has answered 410 Gone, unless the webhook was changed meanwhile."""

        def build(info: CommandInfo) -> MarkWebhookGone:
            return MarkWebhookGone(info=info, webhook_id=webhook.id, url=webhook.url)

        try:
            await self._bus.run("webhookGone", RequestInfo(actor=SYSTEM), build)
        except Refused:
            return  # its owner was faster

    async def pause_orphan(self, webhook: Webhook) -> None:
        """Record that a webhook is paused, as its owner may not see any more what its messages hold."""

        def build(info: CommandInfo) -> PauseOrphan:
            return PauseOrphan(info=info, webhook_id=webhook.id, version=webhook.version)

        with suppress(Refused):  # another process was faster, or someone has changed it
            await self._bus.run("webhookPause", RequestInfo(actor=SYSTEM), build)

    async def redeliver(
        self, identity: str, *, deliveries: Sequence[str] | None, since: datetime | None, request: RequestInfo
    ) -> Redelivered:
        """Redeliver the named deliveries, or all that died since a time."""
        named = {} if deliveries is None else await self._deliveries.deliveries(deliveries)
        known = {each.id: each.state for each in named.values() if each.webhook_id == identity}
        start = None if since is None else moment_of(since)

        def build(info: CommandInfo) -> RedeliverWebhook:
            ids = None if deliveries is None else tuple(deliveries)
            return RedeliverWebhook(info=info, webhook_id=identity, deliveries=ids, since=start, known=known)

        changed = await self._change("webhookRedeliver", identity, request, build)
        operation = changed.outcome.operation
        count = await self._deliveries.redeliver(
            identity, ids=deliveries, since=start, by=operation.id, at=operation.recorded_at, now=self._clock()
        )
        return Redelivered(outcome=changed.outcome, webhook=changed.webhook, count=count)

    async def webhooks(self, where: WebhookFilter, *, first: int, after: str | None) -> Page[Webhook]:
        """Return a page of webhooks, the newest first. Raises BadArgument."""
        page = page_request(order="NEWEST", shape=(int, str), first=first, after=after)
        return await self._documents.page_of_documents(where, page=page)

    async def count_webhooks(self, where: WebhookFilter) -> int:
        """Return how many webhooks match."""
        return await self._documents.count_documents(where)

    async def delivery(self, identity: str) -> Delivery | None:
        """Return one delivery."""
        return (await self._deliveries.deliveries([identity])).get(identity)

    async def deliveries(self, where: DeliveryFilter, *, first: int, after: str | None) -> Page[Delivery]:
        """Return a page of deliveries, the newest first. Raises BadArgument."""
        page = page_request(order="NEWEST", shape=(int, str), first=first, after=after)
        return await self._deliveries.page_of_deliveries(where, page=page)

    async def count_deliveries(self, where: DeliveryFilter) -> int:
        """Return how many deliveries match."""
        return await self._deliveries.count_deliveries(where)

    async def _change(
        self, kind: str, identity: str, request: RequestInfo, build: Callable[[CommandInfo], Command]
    ) -> Changed:
        return await self._changed(await self._bus.run(kind, request, build), identity)

    async def _changed(self, outcome: Outcome, identity: str) -> Changed:
        """Return the webhook as it is now: an operation stores nothing of it, because of the secrets.

        Raises Refused with UnknownDocument where it is not visible.
        """
        webhook = (await self._documents.documents(Webhook, [identity])).get(identity)
        if webhook is None:  # of a repeated request whose principal does not see it any more
            raise Refused(unknown(webhook_key(identity)))
        return Changed(outcome=outcome, webhook=webhook, secret=self._shown(webhook, outcome.operation.id))

    def _new_secret(self) -> str:
        return self._sealing.seal(secret_of(self._entropy()))

    def _shown(self, webhook: Webhook, operation_id: str) -> str | None:
        made = webhook.secret_made_by(operation_id)
        if made is None:
            return None
        last = Moment(made.made_at + SECRET_SHOWN_AGAIN_SECONDS * MICROSECONDS_PER_SECOND)
        return self._sealing.opened(made.value) if self._clock() < last else None
