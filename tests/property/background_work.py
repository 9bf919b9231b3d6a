"""Everything that happens by itself, over one store: what runs out, wakes, is assigned, is ordered and is applied."""

from collections.abc import Awaitable, Callable

from app.services.alerts.alert_wake_worker import AlertWakeWorker
from app.services.background.background import Background
from app.services.command_bus import CommandBus
from app.services.committed_batch import CommittedBatch
from app.services.ports import Lease
from app.services.replenishment.need_wake_worker import NeedWakeWorker
from app.services.replenishment.policy_application_worker import PolicyApplicationWorker
from app.services.reservations.backorder_worker import BackorderWorker
from app.services.reservations.reservation_expiry_worker import ReservationExpiryWorker
from tests.support.clock import CountingEntropy
from tests.support.replenishment import OneProcess, machinery
from tests.support.store import Store


class NeverOurs:
    """A lease that another process holds."""

    async def hold(self, name: str) -> int | None:
        return None

    async def release(self, name: str) -> None: ...


class BackgroundWork:
    """The background decisions of one process, which holds every lease or none."""

    def __init__(self, store: Store, *, number: int = 0, holds_leases: bool = True) -> None:
        lease: Lease = OneProcess() if holds_leases else NeverOurs()
        bus = CommandBus(
            writer=store.writer, present=store.present, clock=store.clock, entropy=CountingEntropy(number + 1 << 60)
        )
        self.expiry = ReservationExpiryWorker(bus=bus, queue=store.queue, clock=store.clock)
        self.backorders = BackorderWorker(bus=bus, queue=store.queue)
        self.snoozes = AlertWakeWorker(bus=bus, queue=store.alert_queue, clock=store.clock)
        self.need_snoozes = NeedWakeWorker(bus=bus, queue=store.need_queue, clock=store.clock)
        self.policies = PolicyApplicationWorker(
            bus=bus, walk=store.policy_walk, queue=store.policy_queue, lease=lease, clock=store.clock
        )
        orderer = machinery(store, lease=lease)
        self.replenisher, self._review = orderer.replenisher, orderer.review

    @property
    def tasks(self) -> tuple[Background, ...]:
        """Those that run all the time."""
        return (
            self.expiry,
            self.backorders,
            self.snoozes,
            self.need_snoozes,
            self.policies,
            self.replenisher,
        )

    @property
    def sweeps(self) -> tuple[Callable[[], Awaitable[object]], ...]:
        """What each of them does now and then."""
        return (
            self.expiry.sweep,
            self.backorders.sweep,
            self.snoozes.sweep,
            self.need_snoozes.sweep,
            self.policies.sweep,
            self.replenisher.sweep,
            self._review.run,
        )

    def committed(self, news: CommittedBatch) -> None:
        """Tell them of a commit."""
        self.backorders.committed(news)
        self.policies.committed(news)
        self.replenisher.committed(news)
