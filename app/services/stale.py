"""What is decided on facts that were read outside of the transaction, and are checked in it."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from app.domain.errors import Refused, StaleDocument, StaleLevel

T = TypeVar("T")

_ATTEMPTS = 5  # what was read must change before the decision each time for one to fail


async def decided_on_fresh(run: Callable[[], Awaitable[T]]) -> T:
    """Run what reads and then decides, again where a level or a document changed in between.

    Raises Refused, with StaleLevel or StaleDocument only where that happened every time.
    """
    for _ in range(_ATTEMPTS - 1):
        try:
            return await run()
        except Refused as refused:
            if not any(isinstance(error, StaleLevel | StaleDocument) for error in refused.errors):
                raise
    return await run()
