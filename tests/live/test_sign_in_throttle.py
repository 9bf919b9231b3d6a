"""Failed sign-ins are slowed by address and by name, in every process, with Redis and without."""

from collections.abc import AsyncIterator

import pytest

from app.domain.access.slowing import BY_ADDRESS, BY_NAME, Slowing
from app.domain.failures import Throttled
from app.live.redis_sign_in_attempts import RedisSignInAttempts
from app.services.access.credentials.failed_keys import FREE_FAILURES, MAX_ADDRESSES, SECONDS_PER_FAILURE, FailedKeys
from app.services.access.sign_in.attempts import KNOWN_SECONDS, Counter, LocalSignInAttempts, SignInAttempts
from app.services.access.sign_in.throttle import SignInThrottle
from tests.live.redis_process import RestartableRedis
from tests.support.monotonic import Seconds

HERE, THERE = "203.0.113.9", "198.51.100.1"


@pytest.fixture
def clock() -> Seconds:
    """Return a clock of this test."""
    return Seconds()


@pytest.fixture(params=["memory", "redis"])
async def attempts(request: pytest.FixtureRequest) -> AsyncIterator[SignInAttempts]:
    """Return counters of each kind; those in Redis are new ones."""
    if request.param == "memory":
        yield LocalSignInAttempts()
        return
    shared = RedisSignInAttempts(request.getfixturevalue("redis_url"), namespace=request.node.name)
    yield shared
    await shared.aclose()


async def wait_of(throttle: SignInThrottle, name: str, address: str, *, browser: str | None = None) -> float:
    """Attempt to sign in; return how long it has to wait, 0 where it is admitted."""
    try:
        await throttle.attempt(name=name, address=address, browser=browser)
    except Throttled as throttled:
        return throttled.retry_after_seconds
    return 0.0


async def test_counters_admit_free_attempts_and_double_the_delay(attempts: SignInAttempts) -> None:
    """What is refused is counted in no counter, a success forgets, and an address is known afterwards."""
    slow = Slowing(free_attempts=2, first_seconds=300, max_seconds=500, forget_seconds=60)
    name, address, other = Counter("name", slow), Counter("address", slow), Counter("other", slow)
    assert [await attempts.attempt([name, address]) for _ in range(2)] == [0, 0]
    assert 290 < await attempts.attempt([name, other]) <= 300
    assert await attempts.attempt([other]) == 0
    assert not await attempts.is_known("known")
    await attempts.succeeded(reset=["name"], undone="address", known="known")
    assert await attempts.is_known("known")
    assert await attempts.attempt([name, address]) == 0  # the name has one, the address two again
    assert 290 < await attempts.attempt([address]) <= 300
    assert await attempts.attempt([name]) == 0
    await attempts.succeeded(reset=[], undone="absent", known="known")
    assert await attempts.attempt([Counter("absent", slow)]) == 0


def test_delays_double_up_to_a_bound() -> None:
    """In seconds, after so many attempts."""
    assert [BY_NAME.delay(n) for n in (0, 4, 5, 6, 10, 11, 12, 10_000)] == [0, 0, 1, 2, 32, 60, 60, 60]
    assert [BY_ADDRESS.delay(n) for n in (19, 20, 29, 30, 10_000)] == [0, 1, 512, 900, 900]


async def test_a_name_is_slowed_from_all_addresses_but_those_that_it_knows(clock: Seconds) -> None:
    """Strangers make each other wait, a minute at most; its owner, who signed in here before, waits for nothing."""
    throttle = SignInThrottle(LocalSignInAttempts(monotonic=clock), monotonic=clock)
    await throttle.attempt(name="anna", address=HERE)
    await throttle.succeeded(name="anna", address=HERE)
    waits = [await wait_of(throttle, " Anna", f"198.51.100.{n}") for n in range(7)]
    assert waits == [0, 0, 0, 0, 0, 1, 1]
    longest = 1.0
    for n in range(30):
        clock.now += longest
        assert await wait_of(throttle, "anna", f"192.0.2.{n}") == 0
        longest = await wait_of(throttle, "ANNA", THERE)
    assert longest == 60
    assert await wait_of(throttle, "anna", HERE) == 0
    assert await wait_of(throttle, "anna", THERE, browser="of anna") == 0
    assert await wait_of(throttle, "berta", THERE) == 0
    # Whether the name exists, the throttle does not even know; and a known address is slowed for its own failures.
    assert [await wait_of(throttle, "anna", HERE) for _ in range(5)] == [0, 0, 0, 0, 1]
    clock.now += KNOWN_SECONDS
    assert [await wait_of(throttle, "anna", HERE) for _ in range(6)] == [0] * 5 + [1]


async def test_an_address_is_slowed_whatever_names_it_tries(clock: Seconds) -> None:
    """IPv6 by its network; and an account of one's own buys no guesses at others."""
    throttle = SignInThrottle(LocalSignInAttempts(monotonic=clock), monotonic=clock)
    for n in range(20):
        assert await wait_of(throttle, f"name-{n}", f"2001:db8::{n}") == 0
    assert await wait_of(throttle, "name-20", "2001:db8::ffff") == 1
    assert await wait_of(throttle, "name-20", "2001:db8:0:1::1") == 0
    delays = []
    for n in range(21, 26):
        clock.now += await wait_of(throttle, "mine", "2001:db8::1")
        await throttle.attempt(name="mine", address="2001:db8::1")
        await throttle.succeeded(name="mine", address="2001:db8::1")
        await throttle.attempt(name=f"name-{n}", address="2001:db8::1")
        delays.append(await wait_of(throttle, "name-0", "2001:db8::1"))
    assert delays == [2, 4, 8, 16, 32]
    clock.now += 32 + BY_ADDRESS.forget_seconds
    assert await wait_of(throttle, "name-0", "2001:db8::1") == 0


async def test_a_known_browser_waits_for_its_own_failures_alone(attempts: SignInAttempts) -> None:
    """Not for strangers at its address, whose attempts its successes do not take back."""
    throttle = SignInThrottle(attempts)
    for n in range(20):
        assert await wait_of(throttle, f"name-{n}", HERE) == 0
    assert await wait_of(throttle, "anna", HERE) > 0
    for _ in range(2):
        assert [await wait_of(throttle, "anna", HERE, browser="of anna") for _ in range(5)] == [0] * 5
        assert await wait_of(throttle, "anna", HERE, browser="of anna") > 0
        await throttle.succeeded(name="anna", address=HERE, browser="of anna")
    assert await wait_of(throttle, "anna", HERE) > 0
    assert await wait_of(throttle, "anna", HERE, browser="another") == 0


async def test_processes_count_together_and_alone_without_redis(own_redis: RestartableRedis, clock: Seconds) -> None:
    """What one process admitted, another knows; while Redis is away each counts, and what it has counted stays."""
    shared = [RedisSignInAttempts(own_redis.url, namespace="shop") for _ in range(2)]
    one, other = (SignInThrottle(each, monotonic=clock) for each in shared)
    assert [await wait_of(each, "anna", HERE) for each in (one, other, one, other, one)] == [0] * 5
    assert 0 < await wait_of(other, "anna", HERE) <= 1
    own_redis.kill()
    assert await wait_of(other, "anna", HERE) == 0  # of the five it has seen two
    assert [await wait_of(one, "berta", HERE) for _ in range(6)] == [0, 0, 0, 0, 0, 1]
    await one.succeeded(name="carla", address=HERE)
    await own_redis.start()
    clock.now += 0.5
    assert await wait_of(one, "berta", HERE) == 0.5  # Redis has forgotten, this process has not
    assert await wait_of(one, "carla", THERE) == 0
    clock.now += 1
    await one.succeeded(name="carla", address=HERE)
    assert [await wait_of(other, "carla", f"192.0.2.{n}") for n in range(6)] == [0, 0, 0, 0, 0, 1]
    assert await wait_of(other, "carla", HERE) == 0
    for each in shared:
        await each.aclose()


def test_keys_that_are_not_valid_are_slowed_by_address_and_valid_ones_are_not(clock: Seconds) -> None:
    """A flood of wrong keys costs 20 reads, then one in two seconds; a till at the same address goes on."""
    keys = FailedKeys(monotonic=clock)
    keys.succeeded(credential="till")
    for n in range(FREE_FAILURES):
        keys.check(address=HERE, credential="of a hundred tills at the same moment")
        keys.failed(address=HERE, credential=f"wrong-{n}")
    for credential in ("wrong-0", "another", "right, but new here"):
        with pytest.raises(Throttled) as throttled:
            keys.check(address=HERE, credential=credential)
        assert throttled.value.retry_after_seconds == SECONDS_PER_FAILURE
    keys.check(address=HERE, credential="till")
    keys.check(address=THERE, credential="wrong-0")
    clock.now += SECONDS_PER_FAILURE
    keys.check(address=HERE, credential="wrong-0")
    keys.failed(address=HERE, credential="till")
    with pytest.raises(Throttled):
        keys.check(address=HERE, credential="till")
    for n in range(MAX_ADDRESSES):
        keys.failed(address=f"host-{n}", credential="x")
    keys.check(address=HERE, credential="forgotten with its bucket: the memory is bounded")
