"""The background workers of one process: one list, in the order in which they start, with what wakes each.

Rule: a commit wakes the workers of its own process only. Work that another process left, or one that died, is therefore
also found by the clock.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Self

from app.bootstrap.foundation import Foundation
from app.bootstrap.readers import Readers
from app.domain.webhooks.webhook import Webhook
from app.outbound.sender import HttpSender
from app.security.sealed_secrets import SealedSecrets
from app.services.access.visible_items import VisibleItems
from app.services.alerts.alert_wake_worker import AlertWakeWorker
from app.services.audit.retention_worker import AuditRetentionWorker
from app.services.background.background import Background
from app.services.command_bus import CommandBus
from app.services.committed_batch import OnCommitted
from app.services.insight.kept_ranking_worker import KeptRankingWorker
from app.services.ports import CatalogReader, Clock, Lease
from app.services.purchasing.auto_submit import AutoSubmit
from app.services.purchasing.purchase_orders import PurchaseOrders
from app.services.replenishment.daily_review_worker import DailyReviewWorker
from app.services.replenishment.draft_writer import DraftWriter
from app.services.replenishment.need_planner import NeedPlanner
from app.services.replenishment.need_wake_worker import NeedWakeWorker
from app.services.replenishment.new_level_policy_worker import NewLevelPolicyWorker
from app.services.replenishment.periodic_review import PeriodicReview
from app.services.replenishment.policy_application_worker import PolicyApplicationWorker
from app.services.replenishment.policy_walk import PolicyWalk
from app.services.replenishment.replenishment_worker import ReplenishmentWorker
from app.services.reservations.backorder_worker import BackorderWorker
from app.services.reservations.reservation_expiry_worker import ReservationExpiryWorker
from app.services.stock.ports import TotalsKeeper
from app.services.stock.totals_worker import TotalsWorker
from app.services.webhooks.webhook_dispatch_worker import WebhookDispatchWorker, WorkerOf
from app.services.webhooks.webhook_worker import WebhookWorker
from app.services.webhooks.webhooks import Webhooks
from app.store.driver.client import Database
from app.store.queues.alerts import MongoAlertQueue
from app.store.queues.deliveries import MongoDeliveries
from app.store.queues.needs import MongoNeedQueue
from app.store.queues.policies import MongoPolicyQueue
from app.store.readers.insight.demand import MongoDemand
from app.store.readers.insight.insight import MongoInsight
from app.store.readers.insight.kept_rankings import MongoKeptRankings


class Registration(NamedTuple):
    """A worker, what wakes it beside the start of the process, and its listener where that includes commits."""

    worker: Background
    clock: str
    commits: str | None = None
    on_committed: OnCommitted | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Workers:
    """The workers of one process, by name."""

    backorders: BackorderWorker
    reservation_expiry: ReservationExpiryWorker
    need_wake: NeedWakeWorker
    alert_wake: AlertWakeWorker
    new_level_policies: NewLevelPolicyWorker
    policy_application: PolicyApplicationWorker
    replenishment: ReplenishmentWorker
    daily_review: DailyReviewWorker
    kept_ranking: KeptRankingWorker
    totals: TotalsWorker
    webhook_dispatch: WebhookDispatchWorker
    audit_retention: AuditRetentionWorker

    @property
    def registered(self) -> Sequence[Registration]:
        """The list of all workers."""
        return (
            Registration(
                self.backorders,
                clock="every 5 s",
                commits="units that arrive, and orders that begin to wait",
                on_committed=self.backorders.committed,
            ),
            Registration(self.reservation_expiry, clock="the next expiry, and every 0.5 s"),
            Registration(self.need_wake, clock="every second"),
            Registration(self.alert_wake, clock="every second"),
            Registration(
                self.new_level_policies,
                clock="never: the policy application finds the levels that this worker missed",
                commits="levels that begin",
                on_committed=self.new_level_policies.committed,
            ),
            Registration(
                self.policy_application,
                clock="every 2 s, one process by lease",
                commits="policies that are to be applied",
                on_committed=self.policy_application.committed,
            ),
            Registration(
                self.replenishment,
                clock="every 5 s, one process by lease",
                commits="levels that become short",
                on_committed=self.replenishment.committed,
            ),
            Registration(self.daily_review, clock="every minute, for a day not yet reviewed; one process by lease"),
            Registration(
                self.kept_ranking, clock="every minute, for locations not ranked that day; one process by lease"
            ),
            Registration(
                self.totals,
                clock="every second, one process by lease",
                commits="all of them",
                on_committed=self.totals.committed,
            ),
            Registration(self.webhook_dispatch, clock="every second; its webhook workers follow the ledger's tail"),
            Registration(self.audit_retention, clock="every hour, one process by lease"),
        )

    @property
    def listeners(self) -> Sequence[OnCommitted]:
        """The listeners of those that commits wake."""
        return [each.on_committed for each in self.registered if each.on_committed is not None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Replenishing:
    """The parts of replenishment that its workers and its use cases share."""

    walk: PolicyWalk
    needs: NeedPlanner
    drafts: DraftWriter
    submit: AutoSubmit
    review: PeriodicReview

    @classmethod
    def over(cls, readers: Readers, *, database: Database, bus: CommandBus, clock: Clock) -> Self:
        """Connect the parts. `bus` is that of workers."""
        levels, documents = readers.levels, readers.documents
        needs = NeedPlanner(
            levels=levels, supplies=readers.supplies, documents=documents, queue=readers.reservations, clock=clock
        )
        drafts = DraftWriter(bus=bus, documents=documents)
        submit = AutoSubmit(orders=PurchaseOrders(bus=bus, documents=documents), documents=documents)
        return cls(
            walk=PolicyWalk(bus=bus, levels=levels, catalog=readers.catalog, documents=documents),
            needs=needs,
            drafts=drafts,
            submit=submit,
            review=PeriodicReview(
                bus=bus,
                levels=levels,
                ledger=readers.ledger,
                demand=MongoDemand(database),
                needs=needs,
                drafts=drafts,
                submit=submit,
                clock=clock,
            ),
        )


def workers_over(
    readers: Readers,
    *,
    database: Database,
    bus: CommandBus,
    clock: Clock,
    lease: Lease,
    replenishing: Replenishing,
    totals: TotalsKeeper,
    webhook_dispatch: WebhookDispatchWorker,
    audit_retention: AuditRetentionWorker,
) -> Workers:
    """Connect the workers; none of them runs yet."""
    policies = MongoPolicyQueue(database)
    return Workers(
        backorders=BackorderWorker(bus=bus, queue=readers.reservations),
        reservation_expiry=ReservationExpiryWorker(bus=bus, queue=readers.reservations, clock=clock),
        need_wake=NeedWakeWorker(bus=bus, queue=MongoNeedQueue(database), clock=clock),
        alert_wake=AlertWakeWorker(bus=bus, queue=MongoAlertQueue(database), clock=clock),
        new_level_policies=NewLevelPolicyWorker(walk=replenishing.walk, queue=policies),
        policy_application=PolicyApplicationWorker(
            bus=bus, walk=replenishing.walk, queue=policies, lease=lease, clock=clock
        ),
        replenishment=ReplenishmentWorker(
            levels=readers.levels,
            needs=replenishing.needs,
            drafts=replenishing.drafts,
            submit=replenishing.submit,
            lease=lease,
        ),
        daily_review=DailyReviewWorker(review=replenishing.review, lease=lease, clock=clock),
        kept_ranking=KeptRankingWorker(
            reader=MongoInsight(database),
            kept=MongoKeptRankings(database),
            levels=readers.levels,
            catalog=readers.catalog,
            lease=lease,
            clock=clock,
        ),
        totals=TotalsWorker(totals=totals, lease=lease),
        webhook_dispatch=webhook_dispatch,
        audit_retention=audit_retention,
    )


def webhook_workers(
    base: Foundation, *, catalog: CatalogReader, deliveries: MongoDeliveries, sender: HttpSender, webhooks: Webhooks
) -> WorkerOf:
    """Return the factory of webhook workers: one for each term in which this process holds a webhook's lease."""

    def new_worker(webhook: Webhook, term: int, is_held: Callable[[], bool]) -> WebhookWorker:
        return WebhookWorker(
            webhook,
            term=term,
            is_held=is_held,
            queue=deliveries,
            sender=sender,
            sealing=SealedSecrets(base.master_keys),
            ledger=base.ledger_tail,
            tail=base.shared_tail,
            clock=base.clock,
            chance=random.random,
            on_gone=webhooks.mark_gone,
            items=None if webhook.owner is None else VisibleItems(catalog, visibility=webhook.visibility),
        )

    return new_worker
