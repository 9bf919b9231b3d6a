"""Keys as text, and their keyed hashes."""

from app.domain.access.api_key import ApiKey, KeySecret
from app.domain.access.grant import Grant
from app.domain.time import Moment
from app.security.key_hash import KeyHash
from app.security.master_keys import MasterKeys
from app.services.access.ports import PresentedKey

OLD, NEW = b"o" * 32, b"n" * 32
NOW = Moment(1_000)


def a_key(hasher: KeyHash, *presented: PresentedKey) -> ApiKey:
    """Return a key with these secrets."""
    secrets = tuple(KeySecret(hash=hasher.hash_of(each), made_at=Moment(1)) for each in presented)
    return ApiKey(name="till-7", prefix=presented[0].prefix, secrets=secrets, grant=Grant())


def test_a_new_key_is_read_and_matched() -> None:
    """Its two secrets are each recognised, and no other text is."""
    hasher = KeyHash(MasterKeys((NEW,)))
    first = hasher.new_key()
    second = hasher.with_new_secret(first.prefix)
    key = a_key(hasher, second, first)
    assert hasher.read(first.text) == first
    for place, presented in enumerate((second, first)):
        matched = hasher.match(presented, key, now=NOW)
        assert matched is not None
        assert matched == (key.secrets[place], None)
    assert hasher.match(hasher.with_new_secret(first.prefix), key, now=NOW) is None
    assert hasher.match(first, None, now=NOW) is None
    assert first.text not in repr(first)


def test_a_hash_by_a_former_master_key_is_recognised_and_made_anew() -> None:
    """So that the former one can be taken away once every key was used."""
    before = KeyHash(MasterKeys((OLD,)))
    presented = before.new_key()
    key = a_key(before, presented)
    matched = KeyHash(MasterKeys((NEW, OLD))).match(presented, key, now=NOW)
    after = KeyHash(MasterKeys((NEW,)))
    assert matched == (key.secrets[0], after.hash_of(presented))
    assert after.match(presented, key, now=NOW) is None


def test_what_has_not_the_form_of_a_key_is_none() -> None:
    """Tokens, short secrets, long texts and other alphabets."""
    hasher = KeyHash(MasterKeys((NEW,)))
    secret = "s" * 43
    assert hasher.read(f"sp_abcdefgh_{secret}") is not None
    for text in (
        "",
        "a.b.c",
        f"sp_abcdefg_{secret}",
        f"sp_abcdefgh_{secret[1:]}",
        f"sp_ABCDEFGH_{secret}",
        f"sp_abcdefgh_{secret}\n",
        f"sp_abcdefgh_{secret}é",
        f"sp_abcdefgh_{secret * 5}",
    ):
        assert hasher.read(text) is None
