"""Browsers in which a user has signed in before: there the failures of others do not keep that user waiting.

Rule: what such a browser keeps opens nothing, and stands for one name; it says only whose failures count.
"""

import re
import secrets
from hmac import compare_digest
from typing import Final

from app.domain.time import MICROSECONDS_PER_SECOND
from app.services.access.ports import Macs
from app.services.ports import Clock

KNOWN_BROWSER_SECONDS: Final = 90 * 86_400  # from the last time that the name signed in there
FORM: Final = r"[0-9a-f]{32}\.[0-9]{1,12}\.[0-9a-f]{64}"  # of a token
_TOKEN: Final = re.compile(r"([0-9a-f]{32})\.([0-9]{1,12})\.([0-9a-f]{64})")
_PURPOSE: Final = "known browser"
_ID_BYTES: Final = 16


class KnownBrowsers:
    """Makes and recognises the tokens that browsers keep: an id, when it ends, and our code of both and the name."""

    def __init__(self, *, macs: Macs, clock: Clock) -> None:
        self._macs, self._clock = macs, clock

    def new_token(self, name: str) -> str:
        """Return a token for the browser in which a user of this name has just signed in."""
        ends_at = self._clock() // MICROSECONDS_PER_SECOND + KNOWN_BROWSER_SECONDS
        place = f"{secrets.token_hex(_ID_BYTES)}.{ends_at}"
        return f"{place}.{self._macs.mac(_PURPOSE, _signed(place, name))}"

    def id(self, token: str | None, name: str) -> str | None:
        """Return the id of the browser; None without a token that was made here for this name and has not ended."""
        parts = _TOKEN.fullmatch(token or "")
        if parts is None:
            return None
        identity, ends_at, code = parts.groups()
        codes = self._macs.macs(_PURPOSE, _signed(f"{identity}.{ends_at}", name))
        if not any(compare_digest(code, each) for each in codes):
            return None
        return identity if self._clock() < int(ends_at) * MICROSECONDS_PER_SECOND else None


def _signed(place: str, name: str) -> str:
    return f"{place}.{name}"
