"""URLs as they may be shown, in messages and to operators."""

import re

# From the user's name to the last @: a password that was not percent-encoded may itself hold an @ or a slash.
_PASSWORD_BEFORE_HOST = re.compile(r"(?<=://)([^:/@]*):.*@", re.DOTALL)
_SECRET_IN_QUERY = re.compile(
    r"(?<=[?&])([^=&]*(?:password|token|secret|authmechanismproperties)[^=&]*)=[^&]*", re.IGNORECASE
)


def without_secrets(url: str) -> str:
    """Return a URL that may be shown: passwords and tokens in it, or all of it if it is no URL, are replaced by ***."""
    if "://" not in url:
        return "***"
    return _SECRET_IN_QUERY.sub(r"\1=***", _PASSWORD_BEFORE_HOST.sub(r"\1:***@", url))
