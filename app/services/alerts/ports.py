"""The port through which alerts are found whose time to sleep is over."""

from collections.abc import Sequence
from typing import Protocol

from app.domain.time import Moment


class AlertQueue(Protocol):
    """Reads ids of snoozed alerts. Raises Unavailable."""

    async def due_to_wake(self, *, now: Moment, limit: int) -> Sequence[str]:
        """Return those whose snooze is over, the earliest end first."""
