"""Checks of names of items, locations and suppliers."""

from collections.abc import Iterator

from app.domain.errors import Field, InvalidValue, InventoryError
from app.domain.limits import MAX_NAME_LENGTH
from app.domain.partial_update import Unchanged
from app.domain.validation import text_errors


def name_errors(name: str, *, prefix: Field = ()) -> Iterator[InventoryError]:
    """Check a name: see text_errors."""
    yield from text_errors(name, what="A name", maximum=MAX_NAME_LENGTH, field=(*prefix, "name"))


def required_name(name: str | Unchanged) -> str:
    """Return the name of something new. Raises InvalidValue where none is given."""
    if isinstance(name, Unchanged):
        raise InvalidValue(what="The name", rule="is required for what does not exist yet", field=("name",))
    return name
