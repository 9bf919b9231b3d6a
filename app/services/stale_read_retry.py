"""Retries decisions on facts that are read outside of the transaction, and checked in it."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from app.domain.errors import Refused, StaleDocument, StaleLevel

T = TypeVar("T")

_ATTEMPTS = 5  # for one to fail, what was read must change before the decision each time


async def decided_on_fresh(run: Callable[[], Awaitable[T]]) -> T:
    """Run a read and its decision, again where a level or a document changed in between.

    Raises Refused, with StaleLevel or StaleDocument only where that happened every time.
    """
    for _ in range(_ATTEMPTS - 1):
        try:
            return await run()
        except Refused as refused:
            if not any(isinstance(error, StaleLevel | StaleDocument) for error in refused.errors):
                raise
    return await run()
