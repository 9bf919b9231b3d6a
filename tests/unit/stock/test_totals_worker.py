"""The totals worker: one process keeps the totals, and another takes over."""

from dataclasses import dataclass, field

from app.services.ports import RENEW_SECONDS
from app.services.stock.totals_worker import LEASE, TotalsWorker


@dataclass(kw_only=True)
class Totals:
    """Totals of which so many steps are left."""

    left: int

    async def step(self) -> bool:
        """Take one."""
        self.left -= 1
        return self.left > 0


@dataclass(kw_only=True)
class OneLease:
    """A lease that another process holds, or does not."""

    is_taken: bool
    asked: list[str] = field(default_factory=list)

    async def hold(self, name: str) -> int | None:
        """Take it unless it is taken."""
        self.asked.append(name)
        return None if self.is_taken else 1

    async def release(self, name: str) -> None:
        """Give it back."""
        raise AssertionError(name)


async def test_only_the_holder_of_the_lease_keeps_totals() -> None:
    """It takes every step that is left; the others ask for the lease again when it may have run out."""
    # given
    now, totals, lease = [100.0], Totals(left=3), OneLease(is_taken=True)
    worker = TotalsWorker(totals=totals, lease=lease, monotonic=lambda: now[0])
    # when
    await worker.keep()
    lease.is_taken = False
    await worker.keep()
    # then
    assert (totals.left, lease.asked) == (3, [LEASE])
    # when
    now[0] += RENEW_SECONDS
    await worker.keep()
    # then
    assert (totals.left, lease.asked) == (0, [LEASE, LEASE])
