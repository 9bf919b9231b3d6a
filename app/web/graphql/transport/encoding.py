"""JSON in and out, by orjson.

Rule: malformed input raises one exception; a value that cannot be encoded is an error of the server, not the client's.
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
