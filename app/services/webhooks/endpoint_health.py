"""Whether a receiver takes what it is sent, as its last answers show.

Rule: one that takes nothing is sent one message at a time, with ever longer pauses, so that it is not beaten while it
is down; the first that it takes makes it well again.
"""

from app.domain.time import MICROSECONDS_PER_SECOND, NEVER, Moment

FAILING_AFTER = 3  # attempts in a row that came to nothing; one or two may be about single messages
MAX_REST_SECONDS = 60  # a receiver that is back is noticed within a minute, if there is anything to send


class EndpointHealth:
    """What one receiver has answered lately."""

    def __init__(self) -> None:
        self._failures = 0
        self.rest_until: Moment = NEVER

    @property
    def is_failing(self) -> bool:
        """Whether several attempts in a row came to nothing."""
        return self._failures >= FAILING_AFTER

    def may_try(self, now: Moment) -> bool:
        """Tell whether something may be sent."""
        return now >= self.rest_until

    def taken(self) -> None:
        """Note that the receiver took a message."""
        self._failures, self.rest_until = 0, NEVER

    def failed(self, now: Moment) -> None:
        """Note that it did not."""
        self._failures += 1
        if self.is_failing:
            seconds = min(MAX_REST_SECONDS, 2 ** min(self._failures - FAILING_AFTER, 10))
            self.rest_until = Moment(now + seconds * MICROSECONDS_PER_SECOND)
