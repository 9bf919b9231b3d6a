"""Authentication over a clock that stands still: what is cached, for how long, and what ends with it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence

import pytest

from app.domain.access.principal import Principal, PrincipalKind
from app.domain.access.scope import Scope
from app.domain.failures import Unauthenticated, Unavailable
from app.domain.time import Moment
from app.services.access.credentials.authentication import (
    MAX_UNKNOWN,
    RENEW_SECONDS,
    VALID_SECONDS,
    Authenticator,
    Ending,
)
from tests.support.clock import SECOND, StillClock
from tests.support.waiting import eventually

TILL = Principal(kind=PrincipalKind.KEY, name="till-7", scopes=frozenset({Scope.STOCK_READ}))
HEADER = b"Bearer sp_till_secret"
TEXT = "sp_till_secret"


class Keys:
    """What the database says, which may be away, and the batches that it was asked for."""

    def __init__(self) -> None:
        self.valid: dict[str, Principal] = {TEXT: TILL}
        self.is_away = False
        self.asked: list[list[str]] = []
        self.answers = asyncio.Event()
        self.answers.set()

    async def __call__(self, texts: Sequence[str]) -> list[Principal | None]:
        """Answer as the database does."""
        self.asked.append([*texts])
        found = [self.valid.get(text) for text in texts]
        await self.answers.wait()
        if self.is_away:
            raise Unavailable("it is away.")
        return found


class Time:
    """Both clocks of the authenticator, moved together."""

    def __init__(self) -> None:
        self.seconds = 1_000.0
        self.clock = StillClock()

    def move(self, seconds: float) -> None:
        """Move both."""
        self.seconds += seconds
        self.clock.now = Moment(self.clock.now + int(seconds * SECOND))


@pytest.fixture
def keys() -> Keys:
    """Return a database with one key."""
    return Keys()


@pytest.fixture
def time() -> Time:
    """Return the time."""
    return Time()


@pytest.fixture
async def authenticator(keys: Keys, time: Time) -> AsyncIterator[Authenticator]:
    """Return an authenticator at work."""
    async with Authenticator(keys=keys, clock=time.clock, monotonic=lambda: time.seconds) as authenticator:
        yield authenticator


async def endings(authenticator: Authenticator, while_open: Callable[[], None]) -> list[Ending]:
    """Open two websockets of a key, do something, and return how they end."""
    heard: list[Ending] = []
    principal = await authenticator.principal(HEADER)
    with (
        authenticator.watching(HEADER, principal, heard.append),
        authenticator.watching(HEADER, principal, heard.append),
    ):
        while_open()
        await eventually(lambda: len(heard) == 2)
    return heard


async def test_a_verified_credential_needs_no_wait_and_is_verified_again_in_the_background(
    authenticator: Authenticator, keys: Keys, time: Time
) -> None:
    """Callers at the same moment share one read; a busy key never waits for the next one."""
    assert authenticator.known(HEADER) is None
    assert await asyncio.gather(*[authenticator.principal(HEADER) for _ in range(3)]) == [TILL] * 3
    assert keys.asked == [[TEXT]]
    time.move(RENEW_SECONDS)
    assert authenticator.known(HEADER) == TILL
    await eventually(lambda: keys.asked == [[TEXT], [TEXT]])
    time.move(RENEW_SECONDS + 1)  # beyond the end of the first
    await eventually(lambda: authenticator.known(HEADER) == TILL)


async def test_without_the_database_what_was_verified_is_valid_to_its_end_and_then_nobody_can_tell(
    authenticator: Authenticator, keys: Keys, time: Time
) -> None:
    """Never is it called unauthenticated."""
    await authenticator.principal(HEADER)
    keys.is_away = True
    time.move(VALID_SECONDS - 0.1)
    assert await authenticator.principal(HEADER) == TILL
    time.move(0.1)
    with pytest.raises(Unavailable):
        await authenticator.principal(HEADER)


@pytest.mark.parametrize(
    "credential",
    [b"Bearer sp_till_wrong", b"Basic dDpz", b"", b"Bearer", b"Bearer sp_" + b"a" * 9_000, b"Bearer a.b.c", "session"],
)
async def test_what_is_not_valid_is_refused_without_a_reason(authenticator: Authenticator, credential: bytes) -> None:
    """Of whatever form; tokens and sessions are unknown here."""
    with pytest.raises(Unauthenticated, match="not valid"):
        await authenticator.principal(credential)


async def test_invented_credentials_take_neither_the_places_of_valid_ones_nor_memory_without_bound(
    authenticator: Authenticator, keys: Keys
) -> None:
    """They are read in batches, and a repeated one is not read again at once."""
    await authenticator.principal(HEADER)
    invented = [b"Bearer sp_%d" % number for number in range(MAX_UNKNOWN + 10)]
    found = await asyncio.gather(*map(authenticator.principal, invented), return_exceptions=True)
    assert all(isinstance(each, Unauthenticated) for each in found)
    assert len(keys.asked) <= 8
    assert len(authenticator._unknown) == MAX_UNKNOWN
    asked = len(keys.asked)
    with pytest.raises(Unauthenticated):
        await authenticator.principal(invented[-1])
    assert len(keys.asked) == asked
    assert authenticator.known(HEADER) == TILL


async def test_an_announced_revocation_counts_at_once(authenticator: Authenticator, keys: Keys) -> None:
    """For its own requests; others' credentials stay known."""
    keys.valid["sp_desk"] = desk = Principal(kind=PrincipalKind.KEY, name="desk", scopes=frozenset())
    await authenticator.principal(HEADER)
    await authenticator.principal(b"Bearer sp_desk")
    del keys.valid[TEXT]
    authenticator.changed(frozenset({"key:till-7"}))
    with pytest.raises(Unauthenticated):
        await authenticator.principal(HEADER)
    assert authenticator.known(b"Bearer sp_desk") == desk


async def test_what_was_read_before_a_change_was_heard_of_is_read_again(
    authenticator: Authenticator, keys: Keys
) -> None:
    """A read that a revocation has overtaken does not bring the key back."""
    keys.answers.clear()
    asking = asyncio.create_task(authenticator.principal(HEADER))
    await eventually(lambda: keys.asked)
    del keys.valid[TEXT]
    authenticator.changed(frozenset({"key:till-7"}))
    keys.answers.set()
    with pytest.raises(Unauthenticated):
        await asking


async def test_websockets_of_a_revoked_key_end(authenticator: Authenticator, keys: Keys, time: Time) -> None:
    """Without any announcement, after one read for all of them."""

    def revoke() -> None:
        del keys.valid[TEXT]
        time.move(RENEW_SECONDS)

    assert await endings(authenticator, revoke) == [Ending.REVOKED] * 2
    assert keys.asked == [[TEXT], [TEXT]]


async def test_websockets_end_at_once_where_a_change_is_announced(authenticator: Authenticator, keys: Keys) -> None:
    """The time stands still."""

    def change_role() -> None:
        keys.valid[TEXT] = Principal(kind=PrincipalKind.KEY, name="till-7", scopes=frozenset())
        authenticator.changed(frozenset({"role:clerk"}))

    assert await endings(authenticator, change_role) == [Ending.CHANGED] * 2


async def test_websockets_end_when_their_token_expires(authenticator: Authenticator, keys: Keys, time: Time) -> None:
    """Whether the database answers or not; and so do requests."""
    keys.valid[TEXT] = Principal(
        kind=PrincipalKind.PERSON, name="anna", scopes=frozenset(), expires_at=Moment(time.clock.now + SECOND)
    )

    def expire() -> None:
        keys.is_away = True
        time.move(1)

    assert await endings(authenticator, expire) == [Ending.CHANGED] * 2
    assert authenticator.known(HEADER) is None
    keys.is_away = False
    with pytest.raises(Unauthenticated):
        await authenticator.principal(HEADER)


async def test_websockets_end_when_nobody_confirms_their_key(
    authenticator: Authenticator, keys: Keys, time: Time
) -> None:
    """The database was away for as long as a credential is valid."""

    def lose_the_database() -> None:
        keys.is_away = True
        time.move(VALID_SECONDS)

    assert await endings(authenticator, lose_the_database) == [Ending.UNCONFIRMED] * 2
