"""Words for replenishment: suppliers with offers, levels with policies, and everything that orders for them."""

from dataclasses import dataclass
from decimal import Decimal

from app.domain.purchasing.purchase_order import PurchaseOrder, PurchaseOrderState
from app.domain.replenishment.policy import Policy, ReplenishmentMethod
from app.domain.stock.level import Level, LevelKey
from app.domain.transfers.transfer import Transfer
from app.services.command_bus import CommandBus
from app.services.ports import Lease
from app.services.purchasing.auto_submit import AutoSubmit
from app.services.purchasing.filters import PurchaseOrderFilter
from app.services.replenishment.draft_writer import DraftWriter
from app.services.replenishment.need_planner import NeedPlanner
from app.services.replenishment.periodic_review import PeriodicReview
from app.services.replenishment.replenishment import Replenishment
from app.services.replenishment.replenishment_worker import ReplenishmentWorker
from app.services.replenishment.requested_runs import RequestedRuns
from app.services.transfers.filters import TransferFilter
from tests.support.alerts import set_policy
from tests.support.scene import TEA, given_level, request_info
from tests.support.store import Store, whole

ACME = "ACME"


class OneProcess:
    """A lease that nobody else asks for."""

    async def hold(self, name: str) -> int | None:
        return len(name)

    async def release(self, name: str) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Machinery:
    """What orders by itself, over one store."""

    needs: NeedPlanner
    ordering: DraftWriter
    review: PeriodicReview
    replenisher: ReplenishmentWorker
    replenishment: Replenishment


def machinery(store: Store, *, lease: Lease | None = None) -> Machinery:
    """Return what orders by itself."""
    bus = CommandBus(writer=store.writer, present=store.present, clock=store.clock, entropy=store.entropy)
    needs = NeedPlanner(
        levels=store.levels,
        supplies=store.supply_reader,
        documents=store.documents,
        queue=store.queue,
        clock=store.clock,
    )
    ordering = DraftWriter(bus=bus, documents=store.documents)
    submit = AutoSubmit(orders=store.orders, documents=store.documents)
    review = PeriodicReview(
        bus=bus,
        levels=store.levels,
        ledger=store.ledger,
        demand=store.demand_reader,
        needs=needs,
        drafts=ordering,
        submit=submit,
        clock=store.clock,
    )
    replenisher = ReplenishmentWorker(
        levels=store.levels, needs=needs, drafts=ordering, submit=submit, lease=lease or OneProcess()
    )
    return Machinery(
        needs=needs,
        ordering=ordering,
        review=review,
        replenisher=replenisher,
        replenishment=Replenishment(
            bus=bus,
            levels=store.levels,
            needs=needs,
            review=review,
            runs=RequestedRuns(
                bus=bus,
                levels=store.levels,
                ledger=store.ledger,
                documents=store.documents,
                review=review,
                worker=replenisher,
            ),
        ),
    )


async def given_supplier(
    store: Store,
    *skus: str,
    code: str = ACME,
    lead_time_days: int = 7,
    auto_submit: bool = False,
    minimum_order_value: Decimal | None = None,
) -> None:
    """Create a supplier that offers these items, each at 2.00."""
    await store.suppliers.upsert(
        code,
        name=f"Supplier {code}",
        lead_time_days=lead_time_days,
        auto_submit=auto_submit,
        minimum_order_value=minimum_order_value,
        request=request_info(),
    )
    for sku in skus:
        await store.suppliers.upsert_item(code, sku, unit_cost=Decimal(2), request=request_info())


async def given_policy(
    store: Store, key: LevelKey = TEA, *, on_hand: int, policy: Policy, reorder_point: int = 0
) -> Level:
    """Stock a level, and let it go by a policy."""
    await given_level(store, key, on_hand=on_hand)
    await set_policy(store, key, policy, reorder_point=reorder_point)
    level = await store.level(key)
    assert level is not None
    return level


def min_max(target: int) -> Policy:
    """Return the policy that orders up to a target."""
    return Policy(method=ReplenishmentMethod.MIN_MAX, target_level=target)


async def orders(store: Store, *states: PurchaseOrderState) -> list[PurchaseOrder]:
    """Return the purchase orders in these states, the oldest first; without any, all of them."""
    where = PurchaseOrderFilter(states=states or None)
    found = await whole(lambda after: store.orders.orders(where, first=250, after=after))
    return list(reversed(found))


async def proposals(store: Store) -> list[Transfer]:
    """Return all transfers that were proposed, the oldest first."""
    found = await whole(lambda after: store.transfers.transfers(TransferFilter(), first=250, after=after))
    return [transfer for transfer in reversed(found) if transfer.is_proposal]
