"""Budgets of principals: exact buckets, views of several processes, and a Redis that goes away and comes back."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from redis.asyncio import Redis

from app.domain.access.budget import Budget
from app.domain.access.principal import TRUSTED, Principal, PrincipalKind
from app.domain.access.token_bucket import TokenBucket
from app.domain.failures import Unavailable
from app.live.redis_budgets import MAX_BUCKETS_AT_ONCE, RedisBudgets
from app.services.access.budgets import Account, Budgets, SharedCharge
from tests.live.redis_process import RestartableRedis
from tests.support.monotonic import Seconds
from tests.support.waiting import eventually

TERMS = Budget(capacity=1_000, restore_rate=100)
FAST = Budget(capacity=1_000, restore_rate=1_000)
TILL = Principal(kind=PrincipalKind.KEY, name="till-7", scopes=frozenset())
LAG = 0.5  # the longest time between two agreements, of the processes of the property


class BucketsInMemory:
    """What Redis does, by a clock that stands still."""

    def __init__(self, clock: Seconds) -> None:
        self._clock = clock
        self._buckets: dict[str, TokenBucket] = {}
        self.is_away = False

    async def charge(self, charges: Sequence[SharedCharge]) -> Sequence[float]:
        """Charge each bucket, or be away."""
        if self.is_away:
            raise Unavailable("it is away")
        return [self._charge(each) for each in charges]

    def _charge(self, charge: SharedCharge) -> float:
        bucket = self._buckets.setdefault(charge.key, TokenBucket(capacity=0, rate=charge.restore_rate, at=0))
        bucket.give(-charge.amount, self._clock())
        return bucket.spent


def processes(
    count: int, clock: Seconds, shared: BucketsInMemory | None = None, *, terms: Budget = TERMS
) -> list[Budgets]:
    """Return the budgets of so many processes, whose background tasks do not run."""
    shared = shared or BucketsInMemory(clock)
    return [Budgets(shared, default=terms, monotonic=clock) for _ in range(count)]


def account(budgets: Budgets, principal: Principal = TILL) -> Account:
    """Return the account of a principal that has one."""
    found = budgets.of(principal)
    assert found is not None
    return found


def test_a_bucket_counts_exactly() -> None:
    """What is not taken costs nothing, a clock that goes back restores nothing, and nothing is above the capacity."""
    bucket = TokenBucket(capacity=10, rate=2, at=100)
    assert [bucket.take(4, 100), bucket.take(6, 100), bucket.take(1, 100), bucket.take(4, 100)] == [0, 0, 0.5, 2]
    assert bucket.take(3, 101) == 0.5
    assert bucket.take(2, 101) == 0
    assert (bucket.take(1, 100.5), bucket.available(90)) == (0.5, 0)
    assert bucket.take(11, 101) == float("inf")
    bucket.give(3, 101)
    assert (bucket.available(101), bucket.available(104), bucket.available(1e9)) == (3, 9, 10)
    bucket.give(5, 1e9)
    assert bucket.take(10, 1e9) == 0


@settings(max_examples=40)
@given(count=st.integers(1, 4), seed=st.integers(0, 2**32))
async def test_processes_together_admit_no_more_than_their_bound(count: int, seed: int) -> None:
    """N * capacity + rate * (time + 2 * N * lag), in any span of time: whatever is asked where, and whenever."""
    random = Random(seed)  # noqa: S311 - drawn by hypothesis one by one, so many requests are too much for it
    requests = [(random.randrange(count), random.randint(50, 1_000), random.random() * LAG / 4) for _ in range(150)]
    clock = Seconds()
    found = processes(count, clock, terms=FAST)
    admitted: list[tuple[float, float]] = []
    agreed = [clock()] * count
    for number, (at, cost, pause) in enumerate(requests):
        clock.now += pause
        for n, budgets in enumerate(found):
            if n == number % count or clock() - agreed[n] > LAG * 3 / 4:
                await budgets.agree()
                agreed[n] = clock()
        if not account(found[at]).take(cost):
            admitted.append((clock(), cost))
    for start, (began, _) in enumerate(admitted):
        total = 0.0
        for at, cost in admitted[start:]:
            total += cost
            assert total <= count * FAST.capacity + FAST.restore_rate * (at - began + 2 * count * LAG) + 1e-6


async def test_a_debt_is_paid_before_anything_is_admitted() -> None:
    """Three processes admitted three capacities at once: the next thing is admitted when two are restored."""
    clock = Seconds()
    found = processes(3, clock)
    assert [account(each).take(1_000) for each in found] == [0, 0, 0]
    for _ in range(2):
        for each in found:
            await each.agree()
    assert [account(each).take(100) for each in found] == [21, 21, 21]
    clock.now += 21
    for each in found:
        await each.agree()
    assert account(found[0]).take(100) == 0
    await found[0].agree()
    await found[1].agree()
    assert account(found[1]).take(100) == 1
    account(found[0]).give_back(60)  # what it did not use
    await found[0].agree()
    await found[1].agree()
    assert account(found[1]).take(100) == pytest.approx(0.4)
    clock.now += 1_000
    for each in found:
        await each.agree()
    assert (account(found[2]).available(), account(found[2]).is_open) == (1_000, False)


async def test_without_the_shared_bucket_a_view_goes_on_alone_and_agrees_afterwards() -> None:
    """What was restored here meanwhile is paid; the rest is charged, and nothing twice."""
    clock = Seconds()
    shared = BucketsInMemory(clock)
    one, other = processes(2, clock, shared)
    shared.is_away = True
    assert account(one).take(900) == 0
    with pytest.raises(Unavailable):
        await one.agree()
    clock.now += 3
    assert account(one).take(400) == 0
    assert account(one).take(1) == pytest.approx(0.01)
    with pytest.raises(Unavailable):
        await one.agree()
    shared.is_away = False
    await one.agree()
    await one.agree()
    assert account(other).take(1) == 0
    await other.agree()
    assert account(other).available() == pytest.approx(-1)
    # Of an outage in which all is restored nothing is left.
    clock.now += 100
    await one.agree()
    shared.is_away = True
    account(one).take(500)
    clock.now += 100
    with pytest.raises(Unavailable):
        await one.agree()
    assert not account(one).is_open


async def test_terms_are_the_principals_own_and_may_change() -> None:
    """A key with a budget of its own, which a change of the key raises; a server without authentication has none."""
    clock = Seconds()
    (budgets,) = processes(1, clock)
    assert budgets.of(TRUSTED) is None
    small = Principal(kind=TILL.kind, name="small", scopes=frozenset(), budget=Budget(capacity=10, restore_rate=1))
    larger = Principal(kind=TILL.kind, name="small", scopes=frozenset(), budget=Budget(capacity=20, restore_rate=5))
    assert [account(budgets, small).take(8), account(budgets, small).take(4)] == [0, 2]
    assert (account(budgets, small).maximum, account(budgets, TILL).maximum) == (10, 1_000)
    clock.now += 1
    assert account(budgets, larger).available() == 13
    assert account(budgets, larger).take(18) == 1
    assert account(budgets, small).take(11) == float("inf")


async def test_events_leave_half_to_operations() -> None:
    """A feed that waits catches up; a sale that is refused does not."""
    clock = Seconds()
    (budgets,) = processes(1, clock)
    assert account(budgets).event_wait() == 0
    account(budgets).spend(600)
    assert account(budgets).event_wait() == 1
    assert account(budgets).take(400) == 0
    account(budgets).spend(50)
    assert account(budgets).available() == -50
    clock.now += 5.5
    assert (account(budgets).event_wait(), account(budgets).take(500)) == (0, 0)


@pytest.fixture
async def shared(own_redis: RestartableRedis) -> AsyncIterator[RedisBudgets]:
    """Return the buckets of a Redis that the test may break."""
    shared = RedisBudgets(own_redis.url, namespace="shop")
    yield shared
    await shared.aclose()


async def test_redis_restores_charges_and_forgets(own_redis: RestartableRedis, shared: RedisBudgets) -> None:
    """By its own clock; a bucket that is full is no key, any other expires when it would be full."""
    slow = [SharedCharge(f"key:{n}", 0.001, n) for n in range(MAX_BUCKETS_AT_ONCE + 2)]
    assert await shared.charge(slow) == [float(n) for n in range(MAX_BUCKETS_AT_ONCE + 2)]
    assert await shared.charge([SharedCharge("key:5", 0.001, 2.5)]) == [pytest.approx(7.5, abs=0.1)]
    assert await shared.charge([SharedCharge("key:5", 0.001, -8)]) == [0]
    assert await shared.charge([SharedCharge("key:5", 0.001, -8)]) == [0]
    assert await shared.charge([SharedCharge("key:6", 1_000_000, 0)]) == [0]
    async with Redis.from_url(own_redis.url) as client:
        assert await client.exists("{shop}:budget:key:0", "{shop}:budget:key:5", "{shop}:budget:key:6") == 0
        assert 7_900_000 < await client.pttl("{shop}:budget:key:8") <= 8_001_000


async def test_processes_agree_over_redis_which_may_die(own_redis: RestartableRedis, shared: RedisBudgets) -> None:
    """What one process admits, another knows soon; without Redis both go on, and agree again when it is back."""
    slow = Budget(capacity=1_000, restore_rate=0.001)
    async with Budgets(shared, default=slow) as one, Budgets(shared, default=slow) as other:
        account(one).take(700)
        account(other).take(1)
        await eventually(lambda: round(account(other).available()) == round(account(one).available()) == 299)
        own_redis.kill()
        assert [account(one).take(100), account(other).take(200)] == [0, 0]
        await asyncio.sleep(0)
        await own_redis.start()
        # Redis has forgotten: what either charged since is known to both.
        await eventually(lambda: round(account(other).available()) == round(account(one).available()) == 700)
        assert [task.problem for task in (*one.tasks, *other.tasks)] == [None, None]
