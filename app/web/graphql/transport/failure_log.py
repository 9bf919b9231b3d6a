"""A rate-limited log of requests that fail for an outside reason, such as a database that is away.

Rule: such a failure comes with every request, so some are logged, and the others are counted.
"""

import logging
from collections.abc import Sequence
from time import monotonic

MAX_LOGGED = 20
IN_SECONDS = 10.0

logger = logging.getLogger(__name__)


class FailureLog:
    """The failure log of one process."""

    def __init__(self, *, max_logged: int = MAX_LOGGED, in_seconds: float = IN_SECONDS) -> None:
        self._max_logged, self._in_seconds = max_logged, in_seconds
        self._began_at = float("-inf")
        self._logged = self._more = 0

    def log(self, request_id: str, cause: Exception, notes: Sequence[str]) -> None:
        """Log the failure with its notes, which clients do not see, unless enough were logged lately."""
        if monotonic() - self._began_at >= self._in_seconds:
            if self._more:
                logger.warning("%d more requests have failed like the last ones.", self._more)
            self._began_at, self._logged, self._more = monotonic(), 0, 0
        if self._logged < self._max_logged:
            self._logged += 1
            logger.warning("Request %s: %s | %s", request_id, cause, " | ".join(notes))
        else:
            self._more += 1
