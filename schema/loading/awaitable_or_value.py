"""The return type of resolvers that need a loader only sometimes: the value, or an awaitable of it.

Rule: a resolver declares what it returns. Strawberry, which reads annotations at run time and lets its executor await
whatever is awaitable, finds the type of the value there.
"""

from collections.abc import Awaitable
from typing import TYPE_CHECKING, TypeAlias, TypeVar

if TYPE_CHECKING:
    T = TypeVar("T")
    AwaitableOrValue: TypeAlias = T | Awaitable[T]
else:

    class AwaitableOrValue:
        """Its own argument at run time."""

        def __class_getitem__(cls, value_type: object) -> object:
            """Return the type of the value."""
            return value_type
