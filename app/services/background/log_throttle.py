"""Limits how often a repeated failure is logged.

Rule: a failure that goes on is logged at once and then once a minute, so that an outage of an hour does not fill the
log.
"""

import time

from app.services.ports import Monotonic

REPEAT_SECONDS = 60.0


class LogThrottle:
    """The throttle of one message, such as that the database is not available."""

    def __init__(self, *, repeat_seconds: float = REPEAT_SECONDS, monotonic: Monotonic = time.monotonic) -> None:
        self._monotonic = monotonic
        self._repeat_seconds = repeat_seconds
        self._logged_at = float("-inf")

    def is_due(self) -> bool:
        """Tell whether to log the message now. A True starts the next interval."""
        now = self._monotonic()
        if now - self._logged_at < self._repeat_seconds:
            return False
        self._logged_at = now
        return True

    def reset(self) -> None:
        """Note that the failure has ended, so that the next one is logged at once."""
        self._logged_at = float("-inf")
