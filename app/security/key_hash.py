"""The keyed hashes of API keys: what the database has of a key is worthless without the master key (ADR 37).

Rule: a comparison takes the same time whatever is wrong with a key, its prefix included.
"""

from hmac import compare_digest
from itertools import zip_longest
from typing import Final

from app.domain.access.api_key import MAX_ACTIVE_SECRETS, ApiKey
from app.domain.time import Moment
from app.security.key_form import key_parts, new_key_text, new_prefix
from app.services.access.ports import Macs, MatchedSecret, PresentedKey

_PURPOSE: Final = "api key"
_NO_HASH: Final = "0" * 64  # of a secret that a key does not have; no text has it


class KeyHash:
    """A KeyHasher over the master keys."""

    def __init__(self, macs: Macs) -> None:
        self._macs = macs

    def new_key(self) -> PresentedKey:
        return self.with_new_secret(new_prefix())

    def with_new_secret(self, prefix: str) -> PresentedKey:
        return PresentedKey(prefix, new_key_text(prefix))

    def read(self, text: str) -> PresentedKey | None:
        parts = key_parts(text)
        return None if parts is None else PresentedKey(parts.prefix, text)

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
