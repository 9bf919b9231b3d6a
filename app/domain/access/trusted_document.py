"""Trusted documents: GraphQL documents that an administrator registered, known by the hash of their text.

Rule: a hash stands for one text for ever, so a document is never changed, only registered and removed.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

from app.domain.errors import InvalidValue, InventoryError, TooManyLines
from app.domain.limits import MAX_DOCUMENT_CHARACTERS, MAX_LINES_PER_OPERATION
from app.domain.time import Moment

_HASH = re.compile(r"[0-9a-f]{64}")


class TrustedDocument(Struct, frozen=True, kw_only=True):
    """A registered document. `hash` is the SHA-256 of its text in UTF-8, in lower-case hexadecimal digits."""

    hash: str
    text: str
    registered_at: Moment
    registered_by: str


class Registered(Struct, frozen=True, kw_only=True):
    """The documents that a request named, as they were left; one that is not registered is not among them."""

    documents: tuple[TrustedDocument, ...]


def hash_of(text: str) -> str:
    """Return the hash under which a text is registered."""
    return hashlib.sha256(text.encode()).hexdigest()


def is_hash(text: str) -> bool:
    """Tell whether a text has the form of a hash."""
    return _HASH.fullmatch(text) is not None


def registration_errors(texts: Sequence[str]) -> Iterator[InventoryError]:
    """Yield what is wrong with documents whatever the schema says."""
    if not 1 <= len(texts) <= MAX_LINES_PER_OPERATION:
        yield TooManyLines(count=len(texts), maximum=MAX_LINES_PER_OPERATION, field=("documents",))
        return
    for index, text in enumerate(texts):
        if len(text) > MAX_DOCUMENT_CHARACTERS:
            yield text_error(index, f"must have at most {MAX_DOCUMENT_CHARACTERS} characters")


def text_error(index: int, rule: str) -> InvalidValue:
    """Return the error of the text of a document, by its place in the request."""
    return InvalidValue(what="A document", rule=rule, field=("documents", str(index), "text"))


def removal_errors(hashes: Sequence[str]) -> Iterator[InventoryError]:
    """Yield what is wrong with hashes that are to be removed."""
    if not 1 <= len(hashes) <= MAX_LINES_PER_OPERATION:
        yield TooManyLines(count=len(hashes), maximum=MAX_LINES_PER_OPERATION, field=("hashes",))
        return
    for index, each in enumerate(hashes):
        if not is_hash(each):
            rule = "must be 64 lower-case hexadecimal digits"
            yield InvalidValue(what="A hash", rule=rule, field=("hashes", str(index)))
