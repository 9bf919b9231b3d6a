"""The budgets of principals: charged at once in this process, and agreed with all others in the background.

Each process has a view of every bucket that is not full. An operation is charged to the view; every tick the charges
go to the shared bucket, and its level becomes the view. While the shared buckets are away, views go on alone.

Rule: N processes together admit at most N * capacity + rate * (t + 2 * N * lag) in any time t, where `lag` is the
longest time between two agreements: one tick and one answer. On average it is the rate: what was admitted beyond it is
a debt of the shared bucket, which is paid before the next operation is admitted.
"""

import asyncio
import time
from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct

from app.domain.access.budget import Budget
from app.domain.access.principal import Principal, PrincipalKind
from app.domain.access.token_bucket import TokenBucket
from app.services.background.background import Background, woken
from app.services.background.heartbeat import resting
from app.services.ports import Monotonic

TICK_SECONDS = 0.1  # ten questions to Redis a second cost a process 2 ms
IDLE_TICKS = 5  # a tick is so many times as long as the last agreement took: with many principals it takes a sixth

# Events of subscriptions leave so much of the capacity to operations, and wait below it: a feed that is slow catches
# up by itself, a sale that is refused does not.
EVENTS_LEAVE = 0.5


class SharedCharge(Struct, frozen=True):
    """What one process has charged to one bucket since the last agreement; below 0 where it gives back."""

    key: str
    restore_rate: float
    amount: float


class SharedBudgets(Protocol):
    """The buckets that all processes share."""

    async def charge(self, charges: Sequence[SharedCharge]) -> Sequence[float]:
        """Charge each bucket, below 0 too; return how much is spent of each. Raises ServiceError."""


class Account:
    """This process's view of one principal's bucket."""

    def __init__(self, key: str, budget: Budget, owner: "Budgets", *, now: float) -> None:
        self.key, self.budget, self._owner = key, budget, owner
        self.bucket = TokenBucket(capacity=budget.capacity, rate=budget.restore_rate, at=now)
        self.unsent = 0.0
        self.is_open = False  # not surely full

    @property
    def maximum(self) -> float:
        """The capacity."""
        return self.bucket.capacity

    @property
    def restore_rate(self) -> float:
        """The rate per second."""
        return self.bucket.rate

    def available(self) -> float:
        """Return how much is there now; below 0 where it is in debt."""
        return self.bucket.available(self._owner.monotonic())

    def take(self, cost: float) -> float:
        """Charge an operation and return 0; or charge nothing and return the seconds until so much is there."""
        wait = self.bucket.take(cost, self._owner.monotonic())
        if not wait:
            self._charged(cost)
        return wait

    def give_back(self, cost: float) -> None:
        """Take back a part of what was charged."""
        if self.is_open:  # else everything has been restored meanwhile
            self.bucket.give(cost, self._owner.monotonic())
            self.unsent -= cost

    def spend(self, cost: float) -> None:
        """Charge what has happened, whether there is enough or not."""
        self.bucket.give(-cost, self._owner.monotonic())
        self._charged(cost)

    def event_wait(self) -> float:
        """Return how many seconds the next event has to wait, so that operations have their part."""
        lacking = self.bucket.capacity * EVENTS_LEAVE - self.available()
        return max(0.0, lacking / self.bucket.rate)

    def change_terms(self, budget: Budget) -> None:
        """Go on with another capacity or rate."""
        self.bucket.available(self._owner.monotonic())  # restored so far at the old rate
        self.budget, self.bucket.capacity, self.bucket.rate = budget, budget.capacity, budget.restore_rate

    def agree(self, spent: float) -> None:
        """Take over what is spent of the shared bucket, besides what was charged here while it answered."""
        self.bucket.spent, self.bucket.at = max(0.0, spent + self.unsent), self._owner.monotonic()

    def keep(self, amount: float) -> None:
        """Charge later what could not be; what has been restored here meanwhile is paid."""
        spent = self.bucket.capacity - self.bucket.available(self._owner.monotonic())
        self.unsent = min(self.unsent + amount, spent)

    @property
    def is_full(self) -> bool:
        """Whether nothing is spent, and nothing waits to be charged."""
        return not self.unsent and not self.bucket.spent

    def _charged(self, cost: float) -> None:
        self.unsent += cost
        if not self.is_open:
            self._owner.follow(self)


class Budgets(Background):
    """All accounts of one process. An async context: its task agrees with the other processes."""

    def __init__(self, shared: SharedBudgets, *, default: Budget, monotonic: Monotonic = time.monotonic) -> None:
        super().__init__(name="budgets")
        self.monotonic = monotonic
        self._shared, self._default = shared, default
        self._accounts: dict[str, Account] = {}  # no account that is surely full
        self._open: set[Account] = set()
        self._something = asyncio.Event()
        self._tick = TICK_SECONDS

    def of(self, principal: Principal) -> Account | None:
        """Return the account of a principal; None of one without a limit."""
        if principal.kind is PrincipalKind.TRUSTED:
            return None
        key, budget = principal.actor, principal.budget or self._default
        account = self._accounts.get(key)
        if account is None:
            return Account(key, budget, self, now=self.monotonic())
        if account.budget is not budget and account.budget != budget:
            account.change_terms(budget)
        return account

    def follow(self, account: Account) -> None:
        """Agree on an account, until it is full."""
        account.is_open = True
        self._accounts.setdefault(account.key, account)
        self._open.add(account)
        self._something.set()

    async def agree(self) -> None:
        """Charge the shared buckets, and take over their levels. Raises ServiceError; then views go on alone."""
        accounts = list(self._open)
        amounts = [each.unsent for each in accounts]
        for each in accounts:
            each.unsent = 0.0
        try:
            spent = await self._shared.charge(
                [
                    SharedCharge(each.key, each.restore_rate, amount)
                    for each, amount in zip(accounts, amounts, strict=True)
                ]
            )
        except BaseException:
            for each, amount in zip(accounts, amounts, strict=True):
                each.keep(amount)
                self._close_if_full(each)
            raise
        for each, level in zip(accounts, spent, strict=True):
            each.agree(level)
            self._close_if_full(each)

    def _close_if_full(self, account: Account) -> None:
        if account.is_full:
            account.is_open = False
            self._open.discard(account)
            if self._accounts.get(account.key) is account:
                del self._accounts[account.key]

    async def _run(self) -> None:
        await self._for_good(
            self._step,
            cannot="Budgets are kept by each process alone",
            could_not="Budgets could not be agreed on",
        )

    async def _step(self) -> None:
        if not self._open:
            await woken(self._something, seconds=None)
        with resting():
            await asyncio.sleep(self._tick)
        began = self.monotonic()
        await self.agree()
        self._tick = max(TICK_SECONDS, IDLE_TICKS * (self.monotonic() - began))
