"""The port through which levels are found whose needs were declined until a time that is over."""

from collections.abc import Sequence
from typing import Protocol

from app.domain.stock.level import LevelKey
from app.domain.time import Moment


class NeedQueue(Protocol):
    """Reads keys of levels. Raises Unavailable."""

    async def needs_due(self, *, now: Moment, limit: int) -> Sequence[LevelKey]:
        """Return those for which something was declined until a time that is over, the earliest first."""
