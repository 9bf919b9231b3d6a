"""JSON in and out, by orjson.

Rule: what cannot be decoded is one exception, what cannot be encoded is the server's fault and never the client's.
"""

import orjson


class MalformedJson(Exception):
    """The text is not JSON: bad syntax, bad UTF-8, or nested deeper than orjson's 1,024 levels."""


def decode(text: bytes | bytearray | str) -> object:
    """Decode JSON; raise MalformedJson."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise MalformedJson(str(error)) from None


def encode(value: object) -> bytes:
    """Encode to compact UTF-8; raise TypeError for values that JSON has no form for."""
    return orjson.dumps(value)
