"""Conditions that the filters of several kinds share. A field that a filter does not set is None, and no condition."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from app.domain.folding import decomposed
from app.domain.time import Moment
from app.store.driver.client import BsonDocument


def all_of(conditions: Mapping[str, Any]) -> BsonDocument:
    """Return the query of the conditions that are set."""
    return {name: condition for name, condition in conditions.items() if condition is not None}


def at_visible(name: str | None, visible: Iterable[str] | None) -> str | BsonDocument | None:
    """Return what matches a name, any where it is None, if it is visible."""
    if visible is None or (name is not None and name in visible):
        return name
    return {"$in": list(visible) if name is None else []}


def named(names: Iterable[str] | None) -> BsonDocument | None:
    """Return what matches any of these names."""
    return None if names is None else {"$in": list(dict.fromkeys(names))}


def one_of(values: Iterable[StrEnum] | None) -> BsonDocument | None:
    """Return what matches any of these values."""
    return None if values is None else {"$in": [value.value for value in values]}


def between(since: Moment | None, until: Moment | None) -> BsonDocument | None:
    """Return what matches a moment from `since` until before `until`, where either is set."""
    return all_of({"$gte": since, "$lt": until}) or None


def in_any_form(text: str | None) -> str | BsonDocument | None:
    """Return what matches a text in normal form C, and decomposed, as an earlier version recorded what was sent so."""
    sent = None if text is None else decomposed(text)
    return text if sent == text else {"$in": [text, sent]}
