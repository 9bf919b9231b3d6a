"""The log of what fails for a reason outside of the requests, such as a database that is away.

Rule: such a failure comes with every request, so some are told, and of the others how many there were.
"""

import logging
from collections.abc import Sequence
from time import monotonic

MAX_TOLD = 20
IN_SECONDS = 10.0

logger = logging.getLogger(__name__)


class FailureLog:
    """Of one process."""

    def __init__(self, *, max_told: int = MAX_TOLD, in_seconds: float = IN_SECONDS) -> None:
        self._max_told, self._in_seconds = max_told, in_seconds
        self._began_at = float("-inf")
        self._told = self._more = 0

    def tell(self, request_id: str, cause: Exception, notes: Sequence[str]) -> None:
        """Log what failed and the notes that are not for clients, unless that was told often enough lately."""
        if monotonic() - self._began_at >= self._in_seconds:
            if self._more:
                logger.warning("%d more requests have failed like the last ones.", self._more)
            self._began_at, self._told, self._more = monotonic(), 0, 0
        if self._told < self._max_told:
            self._told += 1
            logger.warning("Request %s: %s | %s", request_id, cause, " | ".join(notes))
        else:
            self._more += 1
