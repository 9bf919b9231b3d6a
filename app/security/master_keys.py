"""The secret keys of an installation, and what is derived from them: codes and encryption at rest (ADR 44).

Rule: what is new is made with the first key; what was made with any of the keys is read and recognised.
"""

import base64
import binascii
import hmac
import os
from functools import lru_cache
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.security.secret_key import secret_keys_of

_MARK: Final = "sealed1"  # the first version of the form below
_NONCE_BYTES: Final = 12  # random: a key may encrypt 2**32 texts before one is likely to come twice
_KEY_ID_BYTES: Final = 5  # with it the form is no Base64 of any secret: see tests/live/test_webhook_secrets.py


class UndecipherableError(Exception):
    """A text was encrypted with a key that is not among the present ones, or was changed; the message is a sentence."""

    def __init__(self, key_id: str | None) -> None:
        self.key_id = key_id
        super().__init__(
            "It was changed after it was encrypted."
            if key_id is None
            else f"It was encrypted with the key {key_id}, which STOCKPULSE_SECRET_KEYS does not hold."
        )


class MasterKeys:
    """The keys of one installation. Every purpose has keys of its own, derived by HKDF (RFC 5869)."""

    def __init__(self, keys: tuple[bytes, ...]) -> None:
        assert keys, "the first key is the current one"
        self._keys = tuple(_Key(key) for key in keys)
        self._by_id = {key.id: key for key in self._keys}

    @classmethod
    def of_text(cls, text: str) -> "MasterKeys":
        """Return the keys of a setting. Raise SecretKeyError."""
        return cls(secret_keys_of(text))

    @property
    def ids(self) -> tuple[str, ...]:
        """Name each key without telling it, the current one first."""
        return tuple(key.id for key in self._keys)

    def mac(self, purpose: str, data: str | bytes) -> str:
        """Return the authentication code by the current key: HMAC-SHA256 in 64 hexadecimal digits."""
        return self._keys[0].mac(purpose, data)

    def macs(self, purpose: str, data: str | bytes) -> tuple[str, ...]:
        """Return the authentication code by each key, the current one first; compare them by compare_digest."""
        return tuple(key.mac(purpose, data) for key in self._keys)

    def encrypt(self, text: str) -> str:
        """Return the text encrypted with the current key, and the id of that key (AES-256-GCM)."""
        return self._keys[0].encrypt(text)

    def decrypt(self, sealed: str) -> str:
        """Return the text of `encrypt`. Raise UndecipherableError."""
        mark, key_id, data = _parts(sealed)
        key = self._by_id.get(key_id)
        if mark != _MARK or key is None:
            raise UndecipherableError(key_id or None)
        return key.decrypt(data)

    def is_current(self, sealed: str) -> bool:
        """Return whether it was encrypted with the current key; a text that is not encrypted was not."""
        return _parts(sealed)[:2] == (_MARK, self._keys[0].id)

    def __repr__(self) -> str:
        return f"MasterKeys({', '.join(self.ids)})"


def is_sealed(text: str) -> bool:
    """Return whether a text has the form that `encrypt` gives it."""
    return text.startswith(f"{_MARK}.")


class _Key:
    """One of the keys."""

    __slots__ = ("_cipher", "_key", "id")

    def __init__(self, key: bytes) -> None:
        self._key = key
        self.id = _derived(key, "id")[:_KEY_ID_BYTES].hex()
        self._cipher = AESGCM(_derived(key, "encryption"))

    def mac(self, purpose: str, data: str | bytes) -> str:
        octets = data.encode() if isinstance(data, str) else data
        return hmac.digest(_derived(self._key, f"mac {purpose}"), octets, sha256).hex()

    def encrypt(self, text: str) -> str:
        nonce = os.urandom(_NONCE_BYTES)
        data = nonce + self._cipher.encrypt(nonce, text.encode(), _MARK.encode())
        return f"{_MARK}.{self.id}.{_text_of(data)}"

    def decrypt(self, data: str) -> str:
        try:
            octets = base64.b64decode(data + "=" * (-len(data) % 4))
            if _text_of(octets) != data:
                raise UndecipherableError(None)  # other spellings of the same octets were not made here
            return self._cipher.decrypt(octets[:_NONCE_BYTES], octets[_NONCE_BYTES:], _MARK.encode()).decode()
        except (InvalidTag, binascii.Error, ValueError) as error:
            raise UndecipherableError(None) from error


@lru_cache(maxsize=256)  # purposes are few, and named in our code
def _derived(key: bytes, purpose: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"stockpulse {purpose}".encode()).derive(key)


def _text_of(octets: bytes) -> str:
    return base64.b64encode(octets).decode().rstrip("=")


def _parts(sealed: str) -> tuple[str, str, str]:
    mark, _, rest = sealed.partition(".")
    key_id, _, data = rest.partition(".")
    return mark, key_id, data
