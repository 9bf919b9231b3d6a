"""How inputs tell a field that was left out from one that is null.

Rule: what is left out stays unchanged. So does what is null, unless null stands for something: see `null`.
"""

from collections.abc import Iterable
from typing import TypeVar

from strawberry import UNSET

from app.domain.partial_update import UNCHANGED, Unchanged

T = TypeVar("T")
N = TypeVar("N")
S = TypeVar("S", bound=str)


def given(value: T | None, *, null: N | Unchanged = UNCHANGED) -> T | N | Unchanged:
    """Return a value of an input; where it is null, what null stands for."""
    if value is UNSET:
        return UNCHANGED
    return null if value is None else value


def given_list(value: list[T] | None, *, null: N | Unchanged = UNCHANGED) -> tuple[T, ...] | N | Unchanged:
    """Return a list of an input as a tuple; where it is null, what null stands for."""
    given_ = given(value, null=null)
    return tuple(given_) if isinstance(given_, list) else given_


def each_once(values: Iterable[S] | None) -> tuple[S, ...] | None:
    """Return what a filter names in order and each once: filters that mean the same are equal, and share a feed."""
    return None if values is None else tuple(sorted(set(values)))
