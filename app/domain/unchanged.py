"""Tells "leave it as it is" from "set it to nothing" in a partial update."""

from enum import Enum
from typing import Final, TypeVar

T = TypeVar("T")


class Unchanged(Enum):
    """The type of UNCHANGED."""

    UNCHANGED = "UNCHANGED"


UNCHANGED: Final = Unchanged.UNCHANGED


def updated(new: T | Unchanged, old: T) -> T:
    """Return the new value, or the old one where nothing was said."""
    return old if isinstance(new, Unchanged) else new


def given(new: T | Unchanged) -> tuple[T] | tuple[()]:
    """Return what was said of the field, for a fingerprint: nothing, or one value, whatever that value is."""
    return () if isinstance(new, Unchanged) else (new,)
