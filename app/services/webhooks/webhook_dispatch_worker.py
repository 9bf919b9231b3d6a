"""Shares the webhooks out among the processes, and runs a webhook worker for each that this process holds (ADR 16).

Rule: only the process that holds a webhook's lease sends to it. A process that dies, or loses the database, is replaced
once the lease has run out; one that stops gives its leases back.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from app.domain.failures import ServiceError, Unavailable, in_full
from app.domain.limits import MAX_WEBHOOKS
from app.domain.webhooks.webhook import Webhook, WebhookState
from app.services.background.background import Background
from app.services.background.log_throttle import LogThrottle
from app.services.background.supervision import Supervised
from app.services.paging import Page, PageRequest
from app.services.ports import LEASE_SECONDS, RENEW_SECONDS, DocumentReader, Lease, Monotonic
from app.services.webhooks.filters import WebhookFilter
from app.services.webhooks.owners import WebhookOwners
from app.services.webhooks.webhook_worker import WebhookWorker

LOOK_SECONDS = 1.0  # how soon a change of a webhook takes effect
MAX_RELEASE_SECONDS = 0.25  # of a process that stops

_ACTIVE = WebhookFilter(states=(WebhookState.ACTIVE,))
_PAGE = PageRequest(first=2 * MAX_WEBHOOKS)  # the limit may be passed by a few

logger = logging.getLogger(__name__)

WorkerOf = Callable[[Webhook, int, Callable[[], bool]], WebhookWorker]


@dataclass(slots=True)
class _Assignment:
    """What this process knows of one webhook: its lease, in seconds of the monotonic clock, and its worker."""

    webhook: Webhook
    term: int | None = None
    held_until: float = 0.0
    asked_at: float = float("-inf")
    worker: WebhookWorker | None = None
    task: Supervised | None = None


class WebhookDispatchWorker(Background):
    """The dispatcher of one process. An async context: its task, and those of its workers, live in it."""

    def __init__(
        self,
        *,
        documents: DocumentReader,
        lease: Lease,
        new_worker: WorkerOf,
        owners: WebhookOwners | None = None,
        on_orphan: Callable[[Webhook], Awaitable[None]] | None = None,
        lease_seconds: float = LEASE_SECONDS,
        renew_seconds: float = RENEW_SECONDS,
        look_seconds: float = LOOK_SECONDS,
        monotonic: Monotonic = time.monotonic,
    ) -> None:
        """Take the factory of workers: of a webhook, the term of its lease, and whether that is still held.

        `on_orphan` records that a webhook is not sent any more, because its owner may not see what it holds.
        """
        self._owners = owners
        self._on_orphan = on_orphan
        super().__init__(name="webhooks")
        self._documents = documents
        self._lease = lease
        self._new_worker = new_worker
        self._lease_seconds = lease_seconds
        self._renew_seconds = renew_seconds
        self._look_seconds = look_seconds
        self._monotonic = monotonic
        self._assignments: dict[str, _Assignment] = {}
        self._outages = LogThrottle()

    @property
    def tasks(self) -> Sequence[Supervised]:
        """The tasks of the dispatcher and of its workers."""
        return [
            *super().tasks,
            *(assignment.task for assignment in self._assignments.values() if assignment.task is not None),
        ]

    @property
    def lag_seconds(self) -> float:
        """How far the worker that is farthest behind the ledger is."""
        workers = [each.worker for each in self._assignments.values() if each.worker is not None]
        return max((worker.lag_seconds for worker in workers), default=0.0)

    async def look(self) -> None:
        """Start workers of new webhooks, renew leases, and end the workers of inactive webhooks.

        Those whose owner may not see any more what they hold count as inactive. Raises Unavailable.
        """
        page: Page[Webhook] = await self._documents.page_of_documents(_ACTIVE, page=_PAGE)
        orphans = await self._orphans(page.nodes)
        active = {webhook.id: webhook for webhook in page.nodes if webhook not in orphans}
        for identity in [identity for identity in self._assignments if identity not in active]:
            await self._leave(identity)
        for webhook in active.values():
            await self._attend(webhook)
        for webhook in orphans:  # they are not sent any more, whether that can be recorded now or not
            if self._on_orphan is not None:
                await self._on_orphan(webhook)

    async def _orphans(self, webhooks: Sequence[Webhook]) -> Sequence[Webhook]:
        """Return the webhooks whose owner may not see what they hold."""
        owners = {webhook.owner for webhook in webhooks if webhook.owner is not None}
        gone = () if self._owners is None else await self._owners.gone(owners)
        return [webhook for webhook in webhooks if webhook.owner in gone]

    async def _run(self) -> None:
        try:
            await self._for_good(
                self.look,
                cannot="Webhooks cannot be assigned to processes now",
                could_not="Webhooks could not be assigned to processes.",
                rest_seconds=self._look_seconds,
                pause_seconds=self._look_seconds,
            )
        finally:
            await self._stop()

    async def _attend(self, webhook: Webhook) -> None:
        assignment = self._assignments.setdefault(webhook.id, _Assignment(webhook))
        assignment.webhook = webhook
        if self._monotonic() - assignment.asked_at >= self._renew_seconds:
            await self._renew(webhook, assignment)
        if assignment.term is None:
            await _end(assignment)
            return
        if assignment.worker is not None:
            assignment.worker.see(webhook)
        if assignment.task is None:
            # It returns once the lease is lost or the receiver gone; while neither is known here, it is restarted.
            assignment.task = Supervised(
                partial(self._send, assignment), name=f"webhook {webhook.id}", may_return=lambda: True
            )
        assignment.task.start()

    async def _send(self, assignment: _Assignment) -> None:
        """Send until the lease is lost, the receiver gone or the database not available: then `look` begins again."""
        assert assignment.term is not None
        assignment.worker = self._new_worker(assignment.webhook, assignment.term, partial(self._is_held, assignment))
        try:
            await assignment.worker.run()
        except ServiceError as error:
            if self._outages.is_due():  # of all workers together
                logger.warning("Webhooks cannot be sent now: %s", in_full(error))

    def _is_held(self, assignment: _Assignment) -> bool:
        return self._monotonic() < assignment.held_until

    async def _renew(self, webhook: Webhook, assignment: _Assignment) -> None:
        """Renew the lease. It counts from before the request, so that it is never held for longer than it lasts."""
        before = self._monotonic()
        term = await self._lease.hold(_name(webhook.id))
        if term != assignment.term:
            await _end(assignment)
        assignment.term, assignment.asked_at, assignment.held_until = term, before, before + self._lease_seconds

    async def _leave(self, identity: str) -> None:
        assignment = self._assignments.pop(identity)
        await _end(assignment)
        if assignment.term is not None:
            await self._lease.release(_name(identity))

    async def _stop(self) -> None:
        """End all workers and release the leases, if the database is available."""
        await asyncio.gather(*(_end(assignment) for assignment in self._assignments.values()))
        with suppress(Unavailable, TimeoutError):
            async with asyncio.timeout(MAX_RELEASE_SECONDS):
                for identity in list(self._assignments):
                    await self._leave(identity)


async def _end(assignment: _Assignment) -> None:
    if assignment.task is not None:
        await assignment.task.stop()
        assignment.task = assignment.worker = None


def _name(identity: str) -> str:
    return f"webhook:{identity}"
