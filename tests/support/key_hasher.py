"""Keys as the applications of the tests make and recognise them."""

from app.security.key_hash import KeyHash
from app.security.master_keys import MasterKeys
from tests.support.secret_keys import SECRET_KEYS


def hasher_of_tests() -> KeyHash:
    """Return what hashes keys with the master keys of the tests."""
    return KeyHash(MasterKeys.of_text(SECRET_KEYS.get_secret_value()))
