"""UNCHANGED: tells "leave it as it is" from "set it to null" in a partial update."""

from enum import Enum
from typing import Final, TypeVar

T = TypeVar("T")


class Unchanged(Enum):
    """The type of UNCHANGED."""

    UNCHANGED = "UNCHANGED"


UNCHANGED: Final = Unchanged.UNCHANGED


def updated(new: T | Unchanged, old: T) -> T:
    """Return the new value, or the old one where none was given."""
    return old if isinstance(new, Unchanged) else new


def given(new: T | Unchanged) -> tuple[T] | tuple[()]:
    """Return the given value for a fingerprint: empty, or one value, which may be None."""
    return () if isinstance(new, Unchanged) else (new,)
