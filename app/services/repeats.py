"""What happens again and again, and is to be told now and then.

Rule: what goes on is told at once and once a minute, so that an outage of an hour does not fill the log.
"""

from time import monotonic

REPEAT_SECONDS = 60.0


class Repeats:
    """One complaint, such as that the database is away."""

    def __init__(self, *, repeat_seconds: float = REPEAT_SECONDS) -> None:
        self._repeat_seconds = repeat_seconds
        self._told_at = float("-inf")

    def is_to_be_told(self) -> bool:
        """Tell whether it is to be told now; then it is not again for a while."""
        now = monotonic()
        if now - self._told_at < self._repeat_seconds:
            return False
        self._told_at = now
        return True

    def are_over(self) -> None:
        """Note that all is well, so that the next time is told at once."""
        self._told_at = float("-inf")
