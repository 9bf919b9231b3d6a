"""The id of one request in responses and logs.

Rule: a well-formed id from the caller is kept, so that one id follows a request through every service.
"""

import re
from secrets import token_hex

HEADER = b"x-request-id"

# No spaces, quotes or control characters: the id is written to logs and headers as it is.
_WELL_FORMED = re.compile(rb"[A-Za-z0-9._:=/+-]{1,128}")


def request_id_from(headers: list[tuple[bytes, bytes]]) -> str:
    """Return the caller's id, or a new one when there is none or it is not well-formed."""
    for name, value in headers:
        if name == HEADER and _WELL_FORMED.fullmatch(value):
            return value.decode("ascii")
    return new_request_id()


def new_request_id() -> str:
    """Return a fresh id of 32 hexadecimal digits."""
    return token_hex(16)
