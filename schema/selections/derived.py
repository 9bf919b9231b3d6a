"""Fields that follow from their object alone: made when they are selected, and not for those who do not ask.

Rule: a derived field has no effect and reads nothing but its object, so that it may be read early, twice, or not at
all. Compiled execution reads it like an attribute, and it costs no more.
"""

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

import strawberry

from schema.core import StrawberryField
from schema.selections.rows import Columns

R = TypeVar("R")

_DERIVED = "derived"  # in the metadata of a field


class Derivation(NamedTuple):
    """What else is known of a derived field.

    `domain` returns the domain's object that the field shows, or None where the field is null; the columns say where
    the fields below find their values in it, so that no object is needed in between. There, an attribute may be a path,
    such as `change.on_hand`.
    """

    domain: Callable[[Any], object] | None = None
    columns: Columns | None = None


def derived(
    description: str, *, domain: Callable[[Any], object] | None = None, columns: Columns | None = None
) -> Callable[[Callable[[Any], R]], R]:
    """Return what makes a derived field of a method. See Derivation."""
    metadata = {_DERIVED: Derivation(domain, columns)}
    field: Any = strawberry.field(description=description, metadata=metadata)
    return field  # type: ignore[no-any-return] # it makes a field, which on an object is what the method returns


def derivation_of(field: StrawberryField) -> Derivation | None:
    """Return what is known of a derived field; None for another one."""
    found: Derivation | None = field.metadata.get(_DERIVED)
    return found
