"""Page cursors: a position in an ordered list as text that is opaque to clients.

A cursor holds the name of the order and the sort values of an entry, as JSON in base64.
"""

import base64
import binascii
import json

from app.domain.failures import BadArgument

MAX_CURSOR_LENGTH = 4_096  # base64 characters: a name, a SKU and a code, each character escaped
MAX_WHOLE = 2**63 - 1

KeysetPosition = tuple[str | int, ...]


def cursor_of(position: KeysetPosition, *, order: str) -> str:
    """Return the cursor of an entry of a list in this order."""
    return base64.urlsafe_b64encode(json.dumps([order, *position], separators=(",", ":")).encode()).decode()


def position_of(cursor: str, *, order: str, shape: tuple[type, ...]) -> KeysetPosition:
    """Return the position that a cursor holds. Raises BadArgument where it is none of a list in this order."""
    refusal = BadArgument("The cursor does not belong to this list and order.")
    if len(cursor) > MAX_CURSOR_LENGTH:
        raise refusal
    try:
        value = json.loads(base64.b64decode(cursor.encode(), altchars=b"-_", validate=True))
    except (binascii.Error, UnicodeError, ValueError, RecursionError) as error:
        raise refusal from error
    if not isinstance(value, list) or len(value) != len(shape) + 1 or value[0] != order:
        raise refusal
    position = tuple(value[1:])
    if not all(_can_be(kind, part) for part, kind in zip(position, shape, strict=True)):
        raise refusal
    return position


def _can_be(kind: type, part: object) -> bool:
    """Tell whether an entry may have this sort value: printable text, or a whole number that every store can hold."""
    if type(part) is not kind:
        return False
    return abs(part) <= MAX_WHOLE if isinstance(part, int) else isinstance(part, str) and part.isprintable()
