"""Opens one process of the application: its foundation, its workers and its use cases."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from app.bootstrap.access import Access
from app.bootstrap.authentication import open_authentication
from app.bootstrap.demo_shop.currency import currency_of
from app.bootstrap.foundation import Foundation, Watched, entropy, open_foundation
from app.bootstrap.observation.backlog import ObservedBacklog
from app.bootstrap.observation.database_ping import DatabasePing
from app.bootstrap.observation.members import members
from app.bootstrap.observation.strains import strains
from app.bootstrap.observation.traces import traces_of_tasks
from app.bootstrap.readers import Readers, reads_over
from app.bootstrap.shared import shared_over
from app.bootstrap.throttling import Throttling, open_throttling
from app.bootstrap.trusted_documents import trusted_documents_over
from app.bootstrap.use_cases import limited_use_cases, use_cases_over
from app.bootstrap.workers import Replenishing, Workers, webhook_workers, workers_over
from app.config import Settings
from app.domain.access.visibility import EVERYTHING, Visibility
from app.domain.webhooks.delivery import DeliveryState
from app.domain.webhooks.webhook import SECRET_BYTES
from app.outbound.sender import HttpSender
from app.security.sealed_secrets import SealedSecrets
from app.services.access.administration.trusted_documents import Inspect, unserved
from app.services.access.credentials.authentication import Authenticator
from app.services.access.sign_in.own_password import OwnPassword
from app.services.access.sign_in.sign_in import SignIn
from app.services.access.visible_items import VisibleItems
from app.services.audit.audit_log import AuditLog
from app.services.audit.chain_writer import ChainWriter
from app.services.audit.recorder import AuditRecorder
from app.services.audit.retention_worker import AuditRetentionWorker
from app.services.catalog.item_match_cache import ItemMatchCache
from app.services.command_bus import CommandBus, ReleasingCommandBus, TaskCommandBus
from app.services.current_state_reader import PresentReader
from app.services.limited.reads import Reads
from app.services.live.ledger.catch_up_reads import CatchUpReads
from app.services.live.live import Live
from app.services.live.shared_streams import SharedStreams
from app.services.ports import Clock
from app.services.use_cases import Services
from app.services.webhooks.owners import PresentOwners
from app.services.webhooks.webhook_dispatch_worker import WebhookDispatchWorker
from app.services.webhooks.webhooks import Webhooks
from app.store.access.reader import MongoAccess
from app.store.audit.pages import MongoAuditPages
from app.store.lease import MongoLease
from app.store.queues.deliveries import MongoDeliveries
from app.store.readers.documents.backlog_counts import MongoBacklogCounter
from app.store.totals.keeper import MongoTotals
from app.telemetry.metrics import Metrics
from app.telemetry.tracing import Tracing


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """The use cases of one process, and the health of what they depend on."""

    services: Services
    limited: Callable[[Visibility], Services]
    base: Foundation
    workers: Workers
    item_matches: ItemMatchCache
    streams: SharedStreams
    audit: AuditRecorder
    backlog: ObservedBacklog
    ping: DatabasePing
    watched: Sequence[Watched]
    throttling: Throttling
    authenticator: Authenticator
    sign_in: SignIn
    access: Access

    def services_for(self, visibility: Visibility) -> Services:
        """Return the use cases of principals who see as much: those of everything, or those of what is visible."""
        return self.limited(visibility) if visibility.is_limited else self.services

    def hurry(self) -> None:
        """Answer pending mutations soon, or not at all: the process stops."""
        self.base.writer.hurry()

    async def problems(self) -> Mapping[str, str | None]:
        """Return the problem of each dependency, None where it has none, and of each task that has failed lately."""
        mongo, _ = await asyncio.gather(self.ping.problem(), self.backlog.refresh())
        tasks = [task for each in self.watched for task in each.tasks]
        failed = {task.name: task.problem for task in tasks if task.problem is not None}
        redis = self.base.hub.problem() or self.base.publisher.problem
        strained = dict(
            strains(
                self.base.writer.queue,
                audit=self.audit,
                backlog=self.backlog,
                members=members(self.base.client.topology_description),
            )
        )
        return {"mongo": mongo, "redis": redis, **strained, **failed}


@asynccontextmanager
async def open_application(
    settings: Settings,
    *,
    inspect_document: Inspect = unserved,
    past: Clock | None = None,
    metrics: Metrics | None = None,
    tracing: Tracing | None = None,
) -> AsyncIterator[Application]:
    """Connect everything, and close it again in the opposite order.

    `inspect_document` tells what the schema that is served says of a document that is to be registered. With `past` it
    serves no client: moments come from that clock, and no worker runs, so that only what is asked for happens then.
    What happens is counted in `metrics`.
    """
    metrics = metrics or Metrics()
    async with AsyncExitStack() as stack:
        base = await stack.enter_async_context(open_foundation(settings, metrics=metrics, past=past, tracing=tracing))
        database, clock, writer = base.database, base.clock, base.writer
        readers = Readers.over(database, is_sharded=base.is_sharded)
        access = Access.over(
            database,
            master_keys=base.master_keys,
            changes=base.access_channel,
            clock=clock,
            catalog=readers.catalog,
        )
        present = PresentReader(levels=readers.levels, documents=readers.documents)
        worker_bus = TaskCommandBus(
            writer=writer,
            present=present,
            clock=clock,
            entropy=entropy,
            traced=traces_of_tasks(tracing),
        )
        lease = MongoLease(database, holder=f"{entropy():x}")
        replenishing = Replenishing.over(readers, database=database, bus=worker_bus, clock=clock)
        kept_days = {
            DeliveryState.DELIVERED: settings.webhook_delivered_days,
            DeliveryState.DEAD: settings.webhook_dead_days,
        }
        deliveries = MongoDeliveries(database, kept_days=kept_days)
        whole = reads_over(readers, database=database, clock=clock, deliveries=deliveries)

        owners = PresentOwners(MongoAccess(database), clock=clock)

        def webhooks_over(bus: CommandBus, reads: Reads) -> Webhooks:
            return Webhooks(
                bus=bus,
                documents=reads.documents,
                deliveries=reads.deliveries,
                clock=clock,
                entropy=lambda: secrets.token_bytes(SECRET_BYTES),
                sealing=SealedSecrets(base.master_keys),
                allow_private=settings.webhook_allow_private,
                owners=owners,
                all_documents=readers.documents,
            )

        own_webhooks = webhooks_over(worker_bus, whole)
        pages = MongoAuditPages(database)
        audit = await stack.enter_async_context(
            AuditRecorder(
                ChainWriter(pages, writer=f"{entropy():x}", clock=clock), clock=clock, waits=settings.audit_wait
            )
        )
        sender = await stack.enter_async_context(
            HttpSender(allow_private=settings.webhook_allow_private, metrics=metrics, tracing=tracing)
        )
        workers = workers_over(
            readers,
            database=database,
            bus=worker_bus,
            clock=clock,
            lease=lease,
            replenishing=replenishing,
            totals=MongoTotals(database, tail=base.ledger_tail, clock=clock),
            webhook_dispatch=WebhookDispatchWorker(
                documents=readers.documents,
                lease=lease,
                owners=owners,
                on_orphan=own_webhooks.pause_orphan,
                new_worker=webhook_workers(
                    base, catalog=readers.catalog, deliveries=deliveries, sender=sender, webhooks=own_webhooks
                ),
            ),
            audit_retention=AuditRetentionWorker(
                pages=pages, recorder=audit, lease=lease, clock=clock, days=settings.audit_days
            ),
        )
        own = (base.hub.committed, base.publisher.committed, base.growth.committed)
        base.commits.listeners = (*own, *workers.listeners)
        for each in workers.registered if past is None else ():
            await stack.enter_async_context(each.worker)
        client_bus = ReleasingCommandBus(
            writer=writer,
            present=present,
            clock=clock,
            entropy=entropy,
            release_expired=workers.reservation_expiry.release_expired,
        )
        throttling = await stack.enter_async_context(open_throttling(settings))
        shared = shared_over(
            whole,
            stack=stack,
            database=database,
            clock=clock,
            growth=base.growth,
            expiry=workers.reservation_expiry,
            replenishing=replenishing,
            replenishment_worker=workers.replenishment,
            webhooks_over=webhooks_over,
            trusted_documents=trusted_documents_over(base, inspect=inspect_document),
            audit_log=AuditLog(pages),
            access=access,
            own_password=OwnPassword(
                administration=access.administration,
                access=access.reader,
                passwords=access.passwords,
                throttle=throttling.sign_ins,
            ),
            currency=await currency_of(settings, ledger=readers.ledger),
        )
        item_matches, streams = ItemMatchCache(readers.catalog), SharedStreams()
        catch_up = CatchUpReads(base.ledger_tail)

        def live_over(reads: Reads, visibility: Visibility, items: VisibleItems | None) -> Live:
            return Live(
                hub=base.hub,
                levels=reads.levels,
                item_matches=item_matches,
                documents=reads.documents,
                ledger=catch_up,
                tail=base.shared_tail,
                streams=streams,
                visibility=visibility,
                items=items,
            )

        services = use_cases_over(
            shared,
            client_bus=client_bus,
            worker_bus=worker_bus,
            live=live_over(whole, EVERYTHING, None),
        )
        authentication = await stack.enter_async_context(
            open_authentication(base, settings, access=access, throttling=throttling)
        )
        yield Application(
            services=services,
            limited=limited_use_cases(shared, client_bus=client_bus, worker_bus=worker_bus, live_over=live_over),
            base=base,
            workers=workers,
            item_matches=item_matches,
            streams=streams,
            audit=audit,
            backlog=ObservedBacklog(MongoBacklogCounter(database), clock=clock, metrics=metrics),
            ping=DatabasePing(database, metrics),
            throttling=throttling,
            authenticator=authentication.authenticator,
            sign_in=authentication.sign_in,
            watched=(
                *base.watched,
                audit,
                authentication.authenticator,
                throttling.budgets,
                *(each.worker for each in workers.registered),
            ),
            access=access,
        )
