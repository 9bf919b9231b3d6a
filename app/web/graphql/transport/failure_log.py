"""A rate-limited log of requests that fail for an outside reason, such as a database that is away.

Rule: such a failure comes with every request, so some are logged, and the others are counted.
"""

import logging
from collections.abc import Sequence

from app.telemetry.log_burst import LogBurst

MAX_LOGGED = 20
IN_SECONDS = 10.0

logger = logging.getLogger(__name__)


class FailureLog:
    """The failure log of one process."""

    def __init__(self, *, max_logged: int = MAX_LOGGED, in_seconds: float = IN_SECONDS) -> None:
        self._burst = LogBurst(_log_more, max_logged=max_logged, in_seconds=in_seconds)

    def log(self, request_id: str, cause: Exception, notes: Sequence[str]) -> None:
        """Log the failure with its notes, which clients do not see, unless enough were logged lately."""
        if self._burst.is_due():
            logger.warning("Request %s: %s | %s", request_id, cause, " | ".join(notes))


def _log_more(count: int) -> None:
    logger.warning("%d more requests have failed like the last ones.", count)
