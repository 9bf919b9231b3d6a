"""What the commands that change one transfer check alike."""

from collections.abc import Iterator, Sequence

from app.domain.command import View
from app.domain.errors import Field, InvalidValue, InventoryError, UnknownDocument, WrongState
from app.domain.level import LevelChange, LevelKey
from app.domain.transfer import Transfer, TransferState, transfer_key
from app.domain.validation import duplicate_faults


def known_transfer(view: View, identity: str, *, states: frozenset[TransferState]) -> Transfer:
    """Return a transfer that is in one of these states. Raises UnknownDocument or WrongState."""
    transfer = view.document(transfer_key(identity))
    if transfer is None:
        raise UnknownDocument(kind=Transfer.kind.value, id=identity)
    assert isinstance(transfer, Transfer)
    if transfer.state not in states:
        raise WrongState(kind=Transfer.kind.value, id=identity, state=transfer.state.value)
    return transfer


def named_line_faults(transfer: Transfer, keys: Sequence[LevelKey]) -> Iterator[InventoryError]:
    """Check that each line of an input names another line of the transfer."""
    yield from duplicate_faults(keys)
    known = transfer.lines_by_sku
    for index, key in enumerate(keys):
        if key.sku not in known:
            rule = "must be that of a line of the transfer"
            yield InvalidValue(what=f"The SKU {key.sku!r}", rule=rule, field=("lines", str(index), "sku"))


def stock_refusal(view: View, key: LevelKey, change: LevelChange, *, line: int | None) -> InventoryError | None:
    """Return why a level may not be changed like this, at the line of the input that asks for it.

    Where no line does, or where a whole location is archived, the transfer's own id is at fault.
    """
    try:
        error, name = view.stock(key).refusal(change), "quantity"
    except InventoryError as fault:
        error, name = fault, "sku"
    if error is None:
        return None
    if line is None or error.field == ("location",):
        return _moved(error, ("id",))
    return _moved(error, ("lines", str(line), name))


def _moved(error: InventoryError, field: Field) -> InventoryError:
    return InventoryError.restore(error.code, error.facts, field)
