"""How long a session lasts, by a clock that stands still."""

from collections.abc import Mapping, Sequence

import pytest
from msgspec import structs

from app.domain.access.api_key import ApiKey, KeySecret
from app.domain.access.grant import Grant
from app.domain.access.role import Role
from app.domain.access.session import Session, SessionLimits, mark_of_user, marks_of_key
from app.domain.access.user import User
from app.domain.failures import Throttled
from app.domain.time import MICROSECONDS_PER_SECOND, Moment
from app.services.access.credentials.session_rate import AT_ONCE, SessionRate
from app.services.access.credentials.sessions import USE_SECONDS, Sessions
from tests.support.clock import StillClock
from tests.support.monotonic import Seconds

ANNA = User(name="anna", display_name="Anna", grant=Grant())
IDLE, LONGEST = 600, 3_600


class Kept:
    """Sessions, keys and users in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, Session] = {}
        self.people = {"anna": ANNA}
        self.programs: dict[str, ApiKey] = {}
        self.noted: list[Moment] = []

    async def put(self, session: Session) -> None:
        """Keep a session."""
        self.kept[session.id] = session

    async def sessions(self, ids: Sequence[str]) -> Mapping[str, Session]:
        """Return sessions."""
        return {each: self.kept[each] for each in ids if each in self.kept}

    async def note_uses(self, ids: Sequence[str], at: Moment) -> None:
        """Note a use of all of them."""
        self.noted.append(at)
        for each in ids:
            self.kept[each] = structs.replace(self.kept[each], used_at=at)

    async def remove(self, id: str) -> Session | None:
        """Remove a session."""
        return self.kept.pop(id, None)

    async def keys_named(self, names: Sequence[str]) -> Mapping[str, ApiKey]:
        """Return keys."""
        return {name: self.programs[name] for name in names if name in self.programs}

    async def users(self, names: Sequence[str]) -> Mapping[str, User]:
        """Return users."""
        return {name: self.people[name] for name in names if name in self.people}

    async def roles(self, names: Sequence[str]) -> Mapping[str, Role]:
        """Return no role."""
        return {}


@pytest.fixture
def clock() -> StillClock:
    """Return the clock."""
    return StillClock()


@pytest.fixture
def kept() -> Kept:
    """Return what is kept."""
    return Kept()


@pytest.fixture
def sessions(kept: Kept, clock: StillClock) -> Sessions:
    """Return the sessions."""
    limits = SessionLimits(idle_seconds=IDLE, max_seconds=LONGEST)
    return Sessions(store=kept, holders=kept, clock=clock, limits=limits, rate=SessionRate(monotonic=Seconds()))


async def lasts(sessions: Sessions, token: str) -> bool:
    """Tell whether a session lasts; its use is noted then."""
    [principal] = await sessions([token])
    await sessions.aclose()
    return principal is not None


async def test_a_session_ends_some_time_after_its_last_use(sessions: Sessions, kept: Kept, clock: StillClock) -> None:
    """Which is noted once a minute; a token that was never given out is none."""
    used, unused = await sessions.begin(ANNA, mark_of_user(ANNA)), await sessions.begin(ANNA, mark_of_user(ANNA))
    clock.move(seconds=USE_SECONDS - 1)
    assert await lasts(sessions, used)
    assert kept.noted == []
    clock.move(seconds=IDLE - USE_SECONDS)
    assert await lasts(sessions, used)
    assert kept.noted == [clock.now]
    clock.move(seconds=1)
    assert not await lasts(sessions, unused)
    clock.move(seconds=IDLE - 2)
    assert await lasts(sessions, used)
    clock.move(seconds=IDLE)
    assert not await lasts(sessions, used)
    assert not await lasts(sessions, "x" * 43)


async def test_one_user_begins_so_many_sessions(kept: Kept, clock: StillClock) -> None:
    """At once, and then one in a second; none is kept of those that are refused, and others begin theirs."""
    seconds, limits = Seconds(), SessionLimits(idle_seconds=IDLE, max_seconds=LONGEST)
    sessions = Sessions(store=kept, holders=kept, clock=clock, limits=limits, rate=SessionRate(monotonic=seconds))

    async def wait_of(user: User) -> float:
        try:
            await sessions.begin(user, mark_of_user(user))
        except Throttled as throttled:
            return throttled.retry_after_seconds
        return 0.0

    assert [await wait_of(ANNA) for _ in range(AT_ONCE + 2)] == [0] * AT_ONCE + [1, 1]
    assert await wait_of(structs.replace(ANNA, name="ben")) == 0
    assert len(kept.kept) == AT_ONCE + 1
    seconds.now += 1
    assert [await wait_of(ANNA) for _ in range(2)] == [0, 1]


async def test_a_session_ends_at_its_longest_however_it_is_used(sessions: Sessions, clock: StillClock) -> None:
    """And its principal says when, so that a websocket ends then."""
    token = await sessions.begin(ANNA, mark_of_user(ANNA))
    [principal] = await sessions([token])
    assert principal is not None
    assert principal.expires_at == clock.now + LONGEST * MICROSECONDS_PER_SECOND
    for _ in range(LONGEST // IDLE * 2 - 1):
        clock.move(seconds=IDLE // 2)
        assert await lasts(sessions, token)
    clock.move(seconds=IDLE // 2)
    assert not await lasts(sessions, token)


async def test_a_session_of_a_key_ends_with_the_secret_that_was_entered(
    sessions: Sessions, kept: Kept, clock: StillClock
) -> None:
    """Another secret of the key does not keep it."""
    secret = KeySecret(hash="a", made_at=clock.now)
    key = kept.programs["till"] = ApiKey(name="till", prefix="p", secrets=(secret,), grant=Grant())
    token = await sessions.begin(key, marks_of_key(key, clock.now)[0])
    clock.move(seconds=1)
    kept.programs["till"] = key.rotated("b", grace_seconds=60, now=clock.now)
    assert await lasts(sessions, token)
    clock.move(seconds=60)
    assert not await lasts(sessions, token)
