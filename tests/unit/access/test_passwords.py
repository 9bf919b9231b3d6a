"""Passwords."""

from argon2 import PasswordHasher

from app.security.passwords import Argon2Passwords

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
