"""Texts in queries: an earlier version recorded them in the form in which they were sent."""

from app.domain.folding import decomposed
from app.store.client import BsonDocument


def in_any_form(text: str | None) -> str | BsonDocument | None:
    """Return what matches a text as it is recorded now, and as some keyboards sent it: decomposed."""
    sent = None if text is None else decomposed(text)
    return text if sent == text else {"$in": [text, sent]}
