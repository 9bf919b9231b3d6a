"""Errors as a principal may read them that sees a part of the stock.

Rule: no error names, or counts, what is not visible. A location out of sight is unknown.
"""

from collections.abc import Callable, Iterable, Iterator

from app.domain.access.visibility import Visibility
from app.domain.errors import (
    Archived,
    BarcodeTaken,
    InsufficientStock,
    InvalidValue,
    InventoryError,
    NothingToChange,
    OrderIsShort,
    OversellUnconfirmed,
    StaleLevel,
    UnknownItem,
    UnknownLocation,
)

_OF_LEVELS = (InsufficientStock, StaleLevel, OversellUnconfirmed, OrderIsShort, NothingToChange)

ShowsItem = Callable[[str], bool]


def limited_error(error: InventoryError, visibility: Visibility, *, shows_item: ShowsItem) -> InventoryError:
    """Return the error, or in its place one that does not show more than may be seen."""
    match error:
        case Archived(kind="location") if not visibility.shows_location(error.name):
            return unseen_location(error.name)
        case BarcodeTaken() if not shows_item(error.sku):
            rule = "already stands for another item"
            return InvalidValue(what=f"The barcode {error.barcode!r}", rule=rule, field=error.field)
    if not isinstance(error, _OF_LEVELS):
        return error
    if error.location and not visibility.shows_location(error.location):
        return unseen_location(error.location)
    return error if shows_item(error.sku) else UnknownItem(sku=error.sku, field=error.field)


def limited_errors(
    errors: Iterable[InventoryError], visibility: Visibility, *, shows_item: ShowsItem
) -> Iterator[InventoryError]:
    """Yield the errors as they may be read, each once."""
    return iter(dict.fromkeys(limited_error(error, visibility, shows_item=shows_item) for error in errors))


def unseen_location(code: str) -> UnknownLocation:
    """Return the error of a step that would change, or depends on, stock out of sight at the end of a document."""
    return UnknownLocation(location=code, field=("id",))
