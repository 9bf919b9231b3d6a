"""Looks up an operation that is to be reversed. It never changes, so the look need not be part of a transaction."""

from collections.abc import Sequence

from app.domain.operation import Operation
from app.domain.stock.movement import Movement
from app.services.ports import LedgerReader


async def recorded(ledger: LedgerReader, identity: str, *, kind: str) -> tuple[Operation | None, Sequence[Movement]]:
    """Return an operation of a kind and its movements; None and nothing where there is no such operation.

    Raises Unavailable.
    """
    operation = (await ledger.operations([identity])).get(identity)
    if operation is None or operation.info.kind != kind:
        return None, ()
    (movements,) = await ledger.movements_of([operation])
    return operation, movements
