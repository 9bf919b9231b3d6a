"""How inputs tell a field that was left out from one that is null.

Rule: what is left out stays unchanged. So does what is null, unless null stands for something: see `null`.
"""

from typing import TypeVar

from strawberry import UNSET

from app.domain.partial_update import UNCHANGED, Unchanged

T = TypeVar("T")
N = TypeVar("N")


def given(value: T | None, *, null: N | Unchanged = UNCHANGED) -> T | N | Unchanged:
    """Return a value of an input; where it is null, what null stands for."""
    if value is UNSET:
        return UNCHANGED
    return null if value is None else value


def given_list(value: list[T] | None, *, null: N | Unchanged = UNCHANGED) -> tuple[T, ...] | N | Unchanged:
    """Return a list of an input as a tuple; where it is null, what null stands for."""
    given_ = given(value, null=null)
    return tuple(given_) if isinstance(given_, list) else given_
