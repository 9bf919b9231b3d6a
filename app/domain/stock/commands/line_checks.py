"""Checks that the commands about the lines of a document, such as a transfer, share."""

from collections.abc import Collection, Iterator, Sequence

from app.domain.command import View
from app.domain.errors import Field, InvalidValue, InventoryError
from app.domain.stock.level import LevelKey
from app.domain.stock.level_change import Allowance, LevelChange
from app.domain.validation import duplicate_errors


def named_line_errors(keys: Sequence[LevelKey], *, known: Collection[LevelKey], what: str) -> Iterator[InventoryError]:
    """Check that each line of an input names another line of the document; `what` is the document in messages."""
    yield from duplicate_errors(keys)
    yield from unknown_line_errors(keys, known=known, what=what)


def unknown_line_errors(
    keys: Sequence[LevelKey], *, known: Collection[LevelKey], what: str
) -> Iterator[InventoryError]:
    """Check that each line of an input names a line of the document; several may name the same one."""
    for index, key in enumerate(keys):
        if key not in known:
            rule = f"must be that of a line of the {what}"
            yield InvalidValue(what=f"The SKU {key.sku!r}", rule=rule, field=("lines", str(index), "sku"))


def stock_refusal(
    view: View,
    key: LevelKey,
    change: LevelChange,
    *,
    line: int | None,
    even_archived: bool = False,
    allowance: Allowance = Allowance.NONE,
) -> InventoryError | None:
    """Return the error of a change of a level, at the line of the input that requests it.

    Where no line does, or where the location is archived, the error is at the document's id.
    """
    try:
        error, name = view.stock(key, even_archived=even_archived).refusal(change, allowance), "quantity"
    except InventoryError as unusable:
        error, name = unusable, "sku"
    if error is None:
        return None
    if line is None or error.field == ("location",):
        return _moved(error, ("id",))
    return _moved(error, ("lines", str(line), name))


def _moved(error: InventoryError, field: Field) -> InventoryError:
    return error.with_field(field)
