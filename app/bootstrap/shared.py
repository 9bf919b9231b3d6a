"""What the use cases of all principals share, whatever each of them sees."""

from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass

from app.bootstrap.access import Access
from app.bootstrap.workers import Replenishing
from app.services.access.administration.trusted_documents import TrustedDocuments
from app.services.access.sign_in.own_password import OwnPassword
from app.services.audit.audit_log import AuditLog
from app.services.command_bus import CommandBus
from app.services.insight.rankings import Rankings
from app.services.limited.reads import Reads
from app.services.live.figures.growth import Growth
from app.services.live.figures.recomputed import Recomputing
from app.services.ports import Clock
from app.services.replenishment.replenishment_worker import ReplenishmentWorker
from app.services.reservations.reservation_expiry_worker import ReservationExpiryWorker
from app.services.stock.summaries import Summaries
from app.services.webhooks.webhooks import Webhooks
from app.store.driver.client import Database
from app.store.readers.levels.shortages import MongoShortages


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What the use cases of all principals share: what is kept of answers, and how the server itself reads and works.

    `shortages` are over all levels: by how many units an order is short follows from all that hold units there.
    """

    whole: Reads
    clock: Clock
    summaries: Summaries
    rankings: Rankings
    recomputing: Recomputing
    shortages: MongoShortages
    expiry: ReservationExpiryWorker
    replenishing: Replenishing
    replenishment_worker: ReplenishmentWorker
    webhooks_over: Callable[[CommandBus, Reads], Webhooks]
    trusted_documents: TrustedDocuments
    audit_log: AuditLog
    access: Access
    own_password: OwnPassword
    currency: str | None


def shared_over(
    whole: Reads,
    *,
    stack: AsyncExitStack,
    database: Database,
    clock: Clock,
    growth: Growth,
    expiry: ReservationExpiryWorker,
    replenishing: Replenishing,
    replenishment_worker: ReplenishmentWorker,
    webhooks_over: Callable[[CommandBus, Reads], Webhooks],
    trusted_documents: TrustedDocuments,
    audit_log: AuditLog,
    access: Access,
    own_password: OwnPassword,
    currency: str | None = None,
) -> Shared:
    """Connect what all share. What is still computed when the `stack` is left is cancelled."""
    summaries = Summaries(reader=whole.sums, clock=clock)
    stack.push_async_callback(summaries.close)
    rankings = Rankings(reader=whole.insight, clock=clock)
    stack.push_async_callback(rankings.close)
    return Shared(
        whole=whole,
        clock=clock,
        summaries=summaries,
        rankings=rankings,
        recomputing=Recomputing(growth),
        shortages=MongoShortages(database),
        expiry=expiry,
        replenishing=replenishing,
        replenishment_worker=replenishment_worker,
        webhooks_over=webhooks_over,
        trusted_documents=trusted_documents,
        audit_log=audit_log,
        access=access,
        own_password=own_password,
        currency=currency,
    )
