"""Passwords."""

import asyncio

from argon2 import PasswordHasher

from app.domain.failures import Overloaded
from app.security.passwords import MAX_WAITING, MAX_WAITING_KNOWN, Argon2Passwords

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


async def test_a_password_is_known_by_its_hash() -> None:
    """In either form in which a keyboard composes it; nobody's hash is nobody's password."""
    passwords = Argon2Passwords(CHEAP)
    hashed = await passwords.hash("correct horse caf\u00e9")
    assert hashed.startswith("$argon2id$")
    assert await passwords.verify("correct horse cafe\u0301", hashed)
    assert not await passwords.verify("correct horse cafe", hashed)
    assert not await passwords.verify("correct horse caf\u00e9", None)
    assert not await passwords.verify("anything", "no hash")


async def test_a_hash_with_other_parameters_is_outdated() -> None:
    """So that it is made anew at the next sign-in."""
    hashed = await Argon2Passwords(CHEAP).hash("correct horse battery")
    assert Argon2Passwords().is_outdated(hashed)
    assert not Argon2Passwords(CHEAP).is_outdated(hashed)


async def test_no_more_than_can_be_hashed_soon_wait() -> None:
    """The one beyond is refused at once, but for those whom we know; and the next after them is served."""
    passwords = Argon2Passwords(CHEAP)
    strangers = [passwords.verify("x", None) for _ in range(MAX_WAITING + 1)]
    known = [passwords.verify("x", None, is_known=True) for _ in range(MAX_WAITING_KNOWN - MAX_WAITING + 1)]
    results = await asyncio.gather(*strangers, *known, return_exceptions=True)
    refused = [place for place, result in enumerate(results) if isinstance(result, Overloaded)]
    assert refused == [MAX_WAITING, len(results) - 1]
    assert [result for result in results if result is False] == [False] * MAX_WAITING_KNOWN
    assert await passwords.verify("x", None) is False
