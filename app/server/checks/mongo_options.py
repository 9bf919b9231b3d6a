"""Options of STOCKPULSE_MONGO_URL that would weaken what is promised of writes and reads (ADR 58).

Rule: the client overrides them all. The start refuses them nevertheless: an operator who wrote one expects it to work.
"""

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlsplit

# What may be said, as it changes nothing; of the others nothing may.
_ALLOWED: Mapping[str, frozenset[str]] = {
    "w": frozenset({"majority"}),
    "journal": frozenset({"true"}),
    "wtimeout": frozenset({"0"}),
    "wtimeoutms": frozenset({"0"}),
    "readconcernlevel": frozenset({"majority"}),
    "readpreference": frozenset({"primary"}),
    "readpreferencetags": frozenset(),
    "maxstalenessseconds": frozenset({"-1"}),
    "retrywrites": frozenset({"true"}),
    "retryreads": frozenset({"true"}),
}


def weakening_options(url: str) -> list[str]:
    """Return the options of a URL that are refused, as it has them."""
    return [
        f"{name}={value}"
        for name, value in parse_qsl(urlsplit(url).query, keep_blank_values=True)
        if (allowed := _ALLOWED.get(name.lower())) is not None and value.lower() not in allowed
    ]
