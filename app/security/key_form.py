"""The form of API keys: `sp_<prefix>_<secret>`, the secret in base64url.

Rule: a message never shows a key, not even a wrong one.
"""

import re
import secrets
from typing import Final, NamedTuple

MARK: Final = "sp"  # so that scanners of sources find keys that were committed by mistake
PREFIX_LENGTH: Final = 10  # 50 bits: an index makes it unique, and two are never alike by chance
SECRET_BYTES: Final = 32
MAX_KEY_LENGTH: Final = 200
MIN_DIFFERENT: Final = 16  # characters in a secret that an operator chose; of 43 random ones, fewer never come

_PREFIX_SIGNS: Final = "abcdefghijkmnpqrstuvwxyz23456789"  # without those that are taken for each other
_FORM: Final = re.compile(rf"{MARK}_([a-z0-9]{{8,12}})_([A-Za-z0-9_-]{{43,}})", re.ASCII)


class KeyFormError(ValueError):
    """A text is no API key that may be used; the message is one sentence for the operator."""


class KeyParts(NamedTuple):
    """A key taken apart."""

    prefix: str
    secret: str


def new_prefix() -> str:
    """Return a random prefix."""
    return "".join(secrets.choice(_PREFIX_SIGNS) for _ in range(PREFIX_LENGTH))


def new_key_text(prefix: str) -> str:
    """Return a key with this prefix and a random secret."""
    return f"{MARK}_{prefix}_{secrets.token_urlsafe(SECRET_BYTES)}"


def key_parts(text: str) -> KeyParts | None:
    """Return the parts of a key; None where the text has not the form of one."""
    form = _FORM.fullmatch(text) if len(text) <= MAX_KEY_LENGTH else None
    return None if form is None else KeyParts(form[1], form[2])


def check_chosen_key(text: str) -> None:
    """Raise KeyFormError unless a key that an operator chose is as strong as those that we make."""
    parts = key_parts(text)
    if parts is None or len(set(parts.secret)) < MIN_DIFFERENT:
        raise KeyFormError("is no API key as `stockpulse bootstrap-key` makes them: sp_, a prefix and a random secret")
