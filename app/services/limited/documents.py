"""Reads visible documents."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.domain.excerpt import Extent
from app.domain.replenishment.policy_defaults import PolicyDefaults, PolicyScope
from app.domain.reservations.reservation import Reservation
from app.domain.time import Moment
from app.domain.webhooks.delivery import Delivery
from app.domain.webhooks.webhook import Webhook
from app.services.filters import DocumentFilter
from app.services.limited.sight import NarrowedByItems, Sight, page_of_visible
from app.services.paging import Page, PageRequest, pages
from app.services.ports import D, DocumentReader
from app.services.replenishment.filters import PolicyFilter
from app.services.webhooks.filters import DeliveryFilter, WebhookFilter
from app.services.webhooks.ports import DeliveryReader

_JUDGED_WHOLE = (Reservation,)  # kinds of which a part does not show whether they are visible


class LimitedDocuments:
    """DocumentReader of visible documents."""

    def __init__(self, documents: DocumentReader, *, sight: Sight) -> None:
        self._documents = documents
        self._sight = sight

    async def documents(self, kind: type[D], ids: Sequence[str], *, extent: Extent | None = None) -> Mapping[str, D]:
        read = None if kind in _JUDGED_WHOLE else extent
        found = await self._documents.documents(kind, ids, extent=read)
        return {document.id: document for document in await self._sight.documents(found.values())}

    async def page_of_documents(
        self, where: DocumentFilter[D], *, page: PageRequest, extent: Extent | None = None
    ) -> Page[D]:
        async def read(there: DocumentFilter[D], asked: PageRequest) -> Page[D]:
            return await self._documents.page_of_documents(there, page=asked, extent=extent)

        where = await self._with_policies(where)
        if not isinstance(where, NarrowedByItems):
            return await read(await self._sight.narrowed(where), page)
        return await page_of_visible(read, where, page=page, sight=self._sight, keep=self._sight.documents)

    async def count_documents(self, where: DocumentFilter[D]) -> int:
        narrowed = await self._sight.narrowed(await self._with_policies(where))
        return await self._documents.count_documents(narrowed)

    async def _with_policies(self, where: DocumentFilter[D]) -> DocumentFilter[D]:
        """Return the filter without the policies of categories that are not visible."""
        if not isinstance(where, PolicyFilter) or self._sight.visibility.categories is None:
            return where
        return where.of_categories(await self._policy_categories())

    async def _policy_categories(self) -> frozenset[str]:
        """Return the visible categories that have a policy, as they are spelled there. There are few."""
        where = PolicyFilter(scopes=(PolicyScope.CATEGORY,))
        found: list[PolicyDefaults] = await _all(self._documents, where)
        return frozenset(policy.name for policy in found if policy.is_within(self._sight.visibility))


class LimitedDeliveries:
    """DeliveryReader of the deliveries of visible webhooks."""

    def __init__(self, deliveries: DeliveryReader, *, documents: LimitedDocuments) -> None:
        self._deliveries = deliveries
        self._documents = documents

    async def deliveries(self, ids: Sequence[str]) -> Mapping[str, Delivery]:
        found = await self._deliveries.deliveries(ids)
        webhooks = await self._documents.documents(Webhook, list({each.webhook_id for each in found.values()}))
        return {each.id: each for each in found.values() if each.webhook_id in webhooks}

    async def page_of_deliveries(self, where: DeliveryFilter, *, page: PageRequest) -> Page[Delivery]:
        return await self._deliveries.page_of_deliveries(await self._narrowed(where), page=page)

    async def count_deliveries(self, where: DeliveryFilter) -> int:
        return await self._deliveries.count_deliveries(await self._narrowed(where))

    async def redeliver(
        self, webhook_id: str, *, ids: Sequence[str] | None, since: Moment | None, by: str, at: Moment, now: Moment
    ) -> int:
        if webhook_id not in await self._documents.documents(Webhook, [webhook_id]):
            return 0
        return await self._deliveries.redeliver(webhook_id, ids=ids, since=since, by=by, at=at, now=now)

    async def give_up(self, webhook_id: str, *, now: Moment) -> None:
        if webhook_id in await self._documents.documents(Webhook, [webhook_id]):
            await self._deliveries.give_up(webhook_id, now=now)

    async def _narrowed(self, where: DeliveryFilter) -> DeliveryFilter:
        """Return the filter of the visible webhooks' deliveries. There are some hundred webhooks at most."""
        webhooks: list[Webhook] = await _all(self._documents, WebhookFilter())
        return where.of_webhooks(tuple(webhook.id for webhook in webhooks))


async def _all(documents: DocumentReader, where: DocumentFilter[Any]) -> list[Any]:
    async def read(page: PageRequest) -> Page[Any]:
        return await documents.page_of_documents(where, page=page)

    return [document async for page in pages(read) for document in page.nodes]
