"""API keys as text, and their keyed hashes: a key in the database is worthless without the master key.

A key is `sp_<prefix>_<secret>`: the prefix finds it, the secret is 32 random bytes in base64url.

Rule: a comparison takes the same time whatever is wrong with a key, its prefix included.
"""

import re
import secrets
from collections.abc import Sequence
from hmac import compare_digest
from itertools import zip_longest
from typing import Final, Protocol

from app.domain.access.api_key import MAX_ACTIVE_SECRETS, ApiKey
from app.domain.time import Moment
from app.services.access.ports import MatchedSecret, PresentedKey

MARK: Final = "sp"  # so that scanners of sources find keys that were committed by mistake
PREFIX_LENGTH: Final = 10  # 50 bits: an index makes it unique, and one in 10,000 keys in a million years would collide
SECRET_BYTES: Final = 32
MAX_KEY_LENGTH: Final = 200
_PURPOSE: Final = "api key"
_PREFIX_SIGNS: Final = "abcdefghijkmnpqrstuvwxyz23456789"  # without those that are taken for each other
_FORM: Final = re.compile(rf"{MARK}_([a-z0-9]{{8,12}})_([A-Za-z0-9_-]{{43,}})", re.ASCII)
_NO_HASH: Final = "0" * 64  # of a secret that a key does not have; no text has it


class Macs(Protocol):
    """The authentication codes of a text, by each master key."""

    def mac(self, purpose: str, data: str | bytes) -> str:
        """Return the code by the current key."""

    def macs(self, purpose: str, data: str | bytes) -> Sequence[str]:
        """Return the codes by all keys, the current one first."""


class KeyHash:
    """A KeyHasher over the master keys."""

    def __init__(self, macs: Macs) -> None:
        self._macs = macs

    def new_key(self) -> PresentedKey:
        return self.with_new_secret("".join(secrets.choice(_PREFIX_SIGNS) for _ in range(PREFIX_LENGTH)))

    def with_new_secret(self, prefix: str) -> PresentedKey:
        return PresentedKey(prefix, f"{MARK}_{prefix}_{secrets.token_urlsafe(SECRET_BYTES)}")

    def read(self, text: str) -> PresentedKey | None:
        form = _FORM.fullmatch(text) if len(text) <= MAX_KEY_LENGTH else None
        return None if form is None else PresentedKey(form[1], text)

    def hash_of(self, presented: PresentedKey) -> str:
        return self._macs.mac(_PURPOSE, presented.text)

    def match(self, presented: PresentedKey, key: ApiKey | None, *, now: Moment) -> MatchedSecret | None:
        codes = self._macs.macs(_PURPOSE, presented.text)
        active = () if key is None else key.active_secrets(now)
        found: MatchedSecret | None = None
        for secret, _ in zip_longest(active, range(MAX_ACTIVE_SECRETS)):  # as many comparisons for every key
            stored = _NO_HASH if secret is None else secret.hash
            for place, code in enumerate(codes):
                if compare_digest(code, stored) and secret is not None:
                    found = MatchedSecret(secret, codes[0] if place else None)
        return found
