"""What lets levels go by their policies, and orders by itself."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from app.bootstrap.foundation import Foundation
from app.services.purchasing.auto_submit import AutoSubmit
from app.services.purchasing.purchase_orders import PurchaseOrders
from app.services.replenishment.daily_review_worker import DailyReviewWorker
from app.services.replenishment.draft_writer import DraftWriter
from app.services.replenishment.need_planner import NeedPlanner
from app.services.replenishment.new_level_policy_worker import NewLevelPolicyWorker
from app.services.replenishment.periodic_review import PeriodicReview
from app.services.replenishment.policy_application_worker import PolicyApplicationWorker
from app.services.replenishment.policy_walk import PolicyWalk
from app.services.replenishment.replenishment import Replenishment
from app.services.replenishment.replenishment_worker import ReplenishmentWorker
from app.store.queues.policies import MongoPolicyQueue
from app.store.readers.demand import MongoDemand


@asynccontextmanager
async def open_replenishing(base: Foundation) -> AsyncIterator[Replenishment]:
    """Begin to apply policies, to order and to review, and give the use cases of it."""
    async with AsyncExitStack() as stack:
        walk = PolicyWalk(bus=base.bus, levels=base.levels, catalog=base.catalog, documents=base.documents)
        policies = MongoPolicyQueue(base.database)
        begun = await base.begin(stack, NewLevelPolicyWorker(walk=walk, queue=policies))
        applied = await base.begin(
            stack,
            PolicyApplicationWorker(bus=base.bus, walk=walk, queue=policies, lease=base.lease, clock=base.clock),
        )
        needs = NeedPlanner(
            levels=base.levels, supplies=base.supplies, documents=base.documents, queue=base.queue, clock=base.clock
        )
        ordering = DraftWriter(bus=base.bus, documents=base.documents)
        orders = PurchaseOrders(bus=base.bus, documents=base.documents)
        submit = AutoSubmit(orders=orders, documents=base.documents)
        replenisher = await base.begin(
            stack,
            ReplenishmentWorker(levels=base.levels, needs=needs, ordering=ordering, submit=submit, lease=base.lease),
        )
        review = PeriodicReview(
            bus=base.bus,
            levels=base.levels,
            ledger=base.ledger,
            demand=MongoDemand(base.database),
            needs=needs,
            ordering=ordering,
            submit=submit,
            clock=base.clock,
        )
        await base.begin(stack, DailyReviewWorker(review=review, lease=base.lease, clock=base.clock))
        base.listeners.extend([begun.committed, applied.committed, replenisher.committed])
        yield Replenishment(
            bus=base.bus,
            levels=base.levels,
            ledger=base.ledger,
            documents=base.documents,
            needs=needs,
            review=review,
            replenisher=replenisher,
        )
