"""How inputs tell "nothing was said" from a value."""

from typing import TypeVar

from strawberry import UNSET

from app.domain.unchanged import UNCHANGED, Unchanged

T = TypeVar("T")


def given(value: T | None) -> T | Unchanged:
    """Leave what cannot be empty as it is where nothing, or null, was said."""
    return UNCHANGED if value is UNSET or value is None else value


def given_or_none(value: T | None) -> T | Unchanged | None:
    """Leave what can be empty as it is where nothing was said; null empties it."""
    return UNCHANGED if value is UNSET else value


def listed(value: list[T] | None) -> tuple[T, ...] | Unchanged:
    """Take null for an empty list, and nothing for no change."""
    return UNCHANGED if value is UNSET else tuple(value or ())


def given_list(value: list[T] | None) -> tuple[T, ...] | Unchanged:
    """Leave a list that cannot be empty as it is where nothing, or null, was said."""
    return UNCHANGED if value is UNSET or value is None else tuple(value)


def given_list_or_none(value: list[T] | None) -> tuple[T, ...] | Unchanged | None:
    """Leave a list as it is where nothing was said; null removes it."""
    if value is UNSET:
        return UNCHANGED
    return None if value is None else tuple(value)
