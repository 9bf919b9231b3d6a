"""Looks up an operation that is to be reversed.

Only the archive changes it, so that the look need not be part of a transaction.
"""

from collections.abc import Sequence

from app.domain.operation import Operation
from app.domain.stock.movement import Movement
from app.services.ports import LedgerReader


async def recorded(ledger: LedgerReader, identity: str, *, kind: str) -> tuple[Operation | None, Sequence[Movement]]:
    """Return an operation of a kind and its movements; None and nothing where there is no such operation.

    There is none, either, where some of its movements are in the archive of the ledger (ADR 64). Raises Unavailable.
    """
    operation = (await ledger.operations([identity])).get(identity)
    if operation is None or operation.info.kind != kind or operation.archived_lines:
        return None, ()
    (movements,) = await ledger.movements_of([operation])
    if len(movements) != len(operation.levels):  # the archive took some between the two reads
        return None, ()
    return operation, movements
