"""Fields that follow from their object alone: made when they are selected, and not for those who do not ask.

Rule: a derived field has no effect and reads nothing but its object, so that it may be read early, twice, or not at
all. Compiled execution reads it like an attribute, and it costs no more.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import strawberry

from schema.core import StrawberryField

R = TypeVar("R")

_DERIVED = "derived"  # in the metadata of a field


def derived(description: str) -> Callable[[Callable[[Any], R]], R]:
    """Return what makes a derived field of a method."""
    field: Any = strawberry.field(description=description, metadata={_DERIVED: True})
    return field  # type: ignore[no-any-return] # it makes a field, which on an object is what the method returns


def is_derived(field: StrawberryField) -> bool:
    """Tell whether a field is derived."""
    return bool(field.metadata.get(_DERIVED))
