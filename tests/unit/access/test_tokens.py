"""Tokens of an identity provider: which are valid, with which keys, and whom they stand for."""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

from app.domain.access.api_key import ApiKey
from app.domain.access.grant import Grant
from app.domain.access.principal import Principal
from app.domain.access.role import BUILT_IN_ROLES, Role
from app.domain.access.scope import Scope, expanded
from app.domain.access.user import User
from app.domain.access.visibility import Visibility
from app.domain.failures import ProviderUnavailable
from app.domain.time import MICROSECONDS_PER_SECOND, Moment
from app.security import tokens as tokens_module
from app.security.tokens import REFRESH_SECONDS, STALE_SECONDS, UNKNOWN_KEY_SECONDS, KeySet, TokenVerifier
from app.services.access.credentials.bearer_tokens import ClaimNames, TokenPrincipals
from tests.support.clock import START, StillClock
from tests.support.waiting import eventually

ISSUER, AUDIENCE = "https://login.example/shop", "stockpulse"
NOW = START // MICROSECONDS_PER_SECOND
SECRET = "s" * 64

RSA_KEY = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
EC_KEY = ec.generate_private_key(ec.SECP256R1())
ED_KEY = ed25519.Ed25519PrivateKey.generate()
OTHER_KEY = ed25519.Ed25519PrivateKey.generate()
KEYS: dict[str, Any] = {"RS256": RSA_KEY, "ES256": EC_KEY, "EdDSA": ED_KEY}

CLAIMS: dict[str, Any] = {"iss": ISSUER, "aud": AUDIENCE, "sub": "auth0|anna", "iat": NOW - 5, "exp": NOW + 300}


def jwk(algorithm: str, key: Any, **others: Any) -> dict[str, Any]:  # noqa: ANN401 - of any kind
    """Return a public key as a provider publishes it, under its algorithm's name."""
    kind: Any = {"RS256": RSAAlgorithm, "ES256": ECAlgorithm, "EdDSA": OKPAlgorithm}[algorithm]
    return {**json.loads(kind.to_jwk(key.public_key())), "kid": algorithm, **others}


PUBLISHED = {"keys": [jwk(algorithm, key) for algorithm, key in KEYS.items()]}


class Provider:
    """An identity provider that may be away."""

    def __init__(self, published: object = PUBLISHED) -> None:
        self.published, self.is_away, self.fetches = published, False, 0
        self.answers = asyncio.Event()  # while it does not, it hangs
        self.answers.set()

    async def __call__(self) -> object:
        """Return the key set."""
        self.fetches += 1
        await self.answers.wait()
        if self.is_away:
            raise ProviderUnavailable(details="refused")
        return self.published


class Time:
    """A monotonic clock that a test moves."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now


def verifier(
    provider: Provider, *, monotonic: Callable[[], float] | None = None, clock: StillClock | None = None
) -> TokenVerifier:
    """Return what verifies tokens by the keys of a provider."""
    keys = KeySet(provider, monotonic=monotonic or Time())
    return TokenVerifier(issuer=ISSUER, audience=(AUDIENCE, "other"), keys=keys, clock=clock or StillClock())


def token(algorithm: str = "EdDSA", *, key: Any = None, headers: Mapping[str, Any] | None = None, **claims: Any) -> str:  # noqa: ANN401
    """Return a signed token; a claim that is None is left out."""
    payload = {name: value for name, value in {**CLAIMS, **claims}.items() if value is not None}
    return jwt.encode(payload, key or KEYS[algorithm], algorithm, headers={"kid": algorithm, **(headers or {})})


@pytest.mark.parametrize("algorithm", KEYS)
async def test_a_token_is_valid_by_the_key_that_it_names(algorithm: str) -> None:
    """With the algorithm of that key."""
    claims = await verifier(Provider()).claims(token(algorithm, aud=["a", AUDIENCE]))
    assert claims is not None
    assert (claims.subject, claims.ends_at) == ("auth0|anna", (NOW + 300) * MICROSECONDS_PER_SECOND)


FORGED = {
    "signed by another": token(key=OTHER_KEY),
    "none": jwt.encode(CLAIMS, None, "none", headers={"kid": "EdDSA"}),
    "the algorithm of another key": token("ES256", headers={"kid": "EdDSA"}),
    "an unknown key": token(headers={"kid": "other"}),
    "no key of several": jwt.encode(CLAIMS, ED_KEY, "EdDSA"),
    "the public key as a secret": jwt.api_jws.encode(
        json.dumps(CLAIMS).encode(), b"x" * 32, "HS256", headers={"kid": "RS256"}
    ),
    "a longer digest": jwt.encode(CLAIMS, RSA_KEY, "RS512", headers={"kid": "RS256"}),
    "another issuer": token(iss="https://evil.example"),
    "another audience": token(aud="elsewhere"),
    "ended": token(exp=NOW),
    "issued later": token(iat=NOW + 31),
    "not yet": token(nbf=NOW + 31),
    "its end is no time": token(exp=True),
    "an empty subject": token(sub=""),
    "critical": token(headers={"crit": ["unknown"], "unknown": 1}),
    **{f"no {name}": token(**{name: None}) for name in CLAIMS},
    "garbled": token()[:-4],
    "no token": "a.b.c",
    "not ASCII": "ä.ö.ü",
}


@pytest.mark.parametrize("forged", FORGED.values(), ids=[*FORGED])
async def test_what_is_not_as_it_should_be_is_not_valid(forged: str) -> None:
    """And the reason is not given."""
    assert await verifier(Provider()).claims(forged) is None


async def test_clocks_may_differ_by_half_a_minute_but_a_token_ends_when_it_says() -> None:
    """By the clock of the database."""
    clock = StillClock()
    tokens = verifier(Provider(), clock=clock)
    early = token(iat=NOW + 29, nbf=NOW + 29, exp=NOW + 60)
    assert await tokens.claims(early) is not None
    clock.move(seconds=60)
    assert await tokens.claims(early) is None


async def test_a_secret_takes_the_place_of_public_keys() -> None:
    """And then no public key is accepted."""
    tokens = TokenVerifier(issuer=ISSUER, audience=(AUDIENCE,), secret=SECRET, clock=StillClock())
    assert await tokens.claims(jwt.encode(CLAIMS, SECRET, "HS256")) is not None
    assert await tokens.claims(jwt.encode(CLAIMS, "t" * 32, "HS256")) is None
    assert await tokens.claims(jwt.encode(CLAIMS, SECRET, "HS384")) is None
    assert await tokens.claims(token()) is None


async def test_a_new_key_is_fetched_once_and_a_withdrawn_one_is_forgotten() -> None:
    """Tokens with invented keys cause no more fetches than one in half a minute."""
    provider, time = Provider(), Time()
    tokens = verifier(provider, monotonic=time)
    assert await tokens.claims(token()) is not None
    provider.published = {"keys": [jwk("EdDSA", OTHER_KEY, kid="new"), jwk("RS256", RSA_KEY)]}
    fresh = token(key=OTHER_KEY, headers={"kid": "new"})
    assert await tokens.claims(fresh) is None
    time.now += UNKNOWN_KEY_SECONDS
    assert await tokens.claims(fresh) is not None
    assert provider.fetches == 2
    assert await tokens.claims(token()) is None  # though it was verified before
    for n in range(5):
        assert await tokens.claims(token(headers={"kid": f"{n}"})) is None
    assert provider.fetches == 2
    provider.published = PUBLISHED
    time.now += REFRESH_SECONDS + 1
    assert await tokens.claims(fresh) is not None  # fetched in the background
    await eventually(lambda: provider.fetches == 3)
    assert await tokens.claims(fresh) is None


async def test_without_the_provider_known_keys_are_used_for_a_day_and_no_token_is_called_invalid() -> None:
    """Before the first fetch, and after that day."""
    provider, time = Provider(), Time()
    tokens = verifier(provider, monotonic=time)
    provider.is_away = True
    with pytest.raises(ProviderUnavailable):
        await tokens.claims(token())
    provider.is_away = False
    assert await tokens.claims(token()) is not None
    provider.is_away = True
    time.now += STALE_SECONDS
    assert await tokens.claims(token("ES256")) is not None
    time.now += 1
    with pytest.raises(ProviderUnavailable):
        await tokens.claims(token("RS256"))


async def test_a_token_with_an_unknown_key_keeps_no_other_from_being_verified() -> None:
    """Not while the provider is away; and whether its key is new is not known then, so it is not called invalid."""
    provider, time = Provider(), Time()
    tokens = verifier(provider, monotonic=time)
    assert await tokens.claims(token()) is not None
    time.now += UNKNOWN_KEY_SECONDS
    provider.is_away = True
    both = TokenPrincipals(tokens=tokens, reader=People(), names=NAMES)
    for _ in range(2):
        unknown, known = await both([token(headers={"kid": "new"}), token()])
        assert isinstance(unknown, ProviderUnavailable)
        assert isinstance(known, Principal)
    assert provider.fetches == 2
    provider.is_away = False
    time.now += UNKNOWN_KEY_SECONDS
    assert await tokens.claims(token(headers={"kid": "new"})) is None


async def test_a_provider_that_hangs_keeps_tokens_with_known_keys_waiting_for_less_than_a_websocket_may(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its answer is used when it comes."""
    monkeypatch.setattr(tokens_module, "WAIT_SECONDS", 0.01)
    provider, time = Provider(), Time()
    tokens = verifier(provider, monotonic=time)
    assert await tokens.claims(token()) is not None
    time.now += UNKNOWN_KEY_SECONDS
    provider.published = {"keys": [jwk("EdDSA", OTHER_KEY, kid="new")]}
    provider.answers.clear()
    fresh = token(key=OTHER_KEY, headers={"kid": "new"})
    for _ in range(2):
        with pytest.raises(ProviderUnavailable):
            await tokens.claims(fresh)
    time.now += 1
    provider.answers.set()
    assert await tokens.claims(fresh) is not None


@pytest.mark.parametrize(
    "key",
    [
        {"kty": "oct", "k": "c2VjcmV0", "kid": "EdDSA"},
        jwk("EdDSA", ED_KEY, use="enc"),
        jwk("EdDSA", ED_KEY, key_ops=["sign"]),
        jwk("EdDSA", ED_KEY, alg="HS256"),
        jwk("RS256", rsa.generate_private_key(public_exponent=65_537, key_size=1_024)),  # noqa: S505 - too short
        {"kty": ["RSA"]},
        "no object",
    ],
)
async def test_keys_that_verify_no_token_here_are_left_out(key: object) -> None:
    """Of a set with nothing else, that is told."""
    with pytest.raises(ProviderUnavailable):
        await verifier(Provider({"keys": [key]})).claims(token())


# --- whom a token stands for ---


class People:
    """What the administration knows."""

    def __init__(self, *users: User) -> None:
        self._users = {user.name: user for user in users}

    async def keys(self, prefixes: Sequence[str]) -> Mapping[str, ApiKey]:
        """Return no key."""
        return {}

    async def users(self, names: Sequence[str]) -> Mapping[str, User]:
        """Return users by name."""
        return {name: self._users[name] for name in names if name in self._users}

    async def roles(self, names: Sequence[str]) -> Mapping[str, Role]:
        """Return roles by name."""
        return {name: BUILT_IN_ROLES[name] for name in names if name in BUILT_IN_ROLES}


NAMES = ClaimNames(roles="roles", scopes="scope", locations="shops", approval_limit="limit")


def principals(*users: User) -> TokenPrincipals:
    """Return what maps tokens to principals."""
    return TokenPrincipals(tokens=verifier(Provider()), reader=People(*users), names=NAMES)


async def test_claims_say_what_a_person_may_do_and_where() -> None:
    """Names of roles and scopes that are unknown here count for nothing."""
    claimed = {"roles": ["clerk", "unknown"], "scope": "openid insights:read", "shops": ["LEEDS"], "limit": "99.50"}
    [all_of_it, nothing] = await principals()([token(**claimed), token()])
    assert all_of_it is not None
    assert all_of_it.actor == "person:auth0|anna"
    assert all_of_it.scopes == expanded([*BUILT_IN_ROLES["clerk"].scopes, Scope.INSIGHTS_READ])
    assert all_of_it.visibility == Visibility(locations=frozenset({"LEEDS"}))
    assert all_of_it.approval_limit == Decimal("99.50")
    assert all_of_it.expires_at == Moment((NOW + 300) * MICROSECONDS_PER_SECOND)
    assert nothing is not None
    assert nothing.scopes == frozenset()


@pytest.mark.parametrize(
    "claimed",
    [
        {"shops": 5},
        {"shops": [5]},
        {"roles": {"admin": True}},
        {"scope": [[]]},
        {"limit": "much"},
        {"limit": -1},
        {"limit": True},
    ],
)
async def test_a_claim_that_cannot_be_read_makes_a_token_invalid(claimed: dict[str, Any]) -> None:
    """So that no mistake at the provider lifts a limit."""
    assert await principals()([token(**claimed)]) == [None]


async def test_what_the_administration_says_of_a_person_counts_instead_of_claims() -> None:
    """And who is disabled is refused."""
    anna = User(name="anna", display_name="Anna", grant=Grant(roles=frozenset({"viewer"})))
    gone = User(name="gone", display_name="Gone", grant=Grant(), disabled_at=Moment(1))
    tokens = [token(sub=name, roles=["admin"]) for name in ("anna", "gone", "line\nbreak")]
    [known, *others] = await principals(anna, gone)(tokens)
    assert known is not None
    assert known.scopes == expanded(BUILT_IN_ROLES["viewer"].scopes)
    assert others == [None, None]
