"""The health of a receiver, as its last answers show.

Rule: a failing receiver gets one message at a time, with ever longer pauses (exponential backoff); the first success
makes it healthy again.
"""

from app.domain.time import MICROSECONDS_PER_SECOND, NEVER, Moment

FAILING_AFTER = 3  # failed attempts in a row; one or two may be about single messages
MAX_REST_SECONDS = 60  # a recovered receiver is noticed within a minute, if there is anything to send


class EndpointHealth:
    """The last answers of one receiver."""

    def __init__(self) -> None:
        self._failures = 0
        self.rest_until: Moment = NEVER

    @property
    def is_failing(self) -> bool:
        """Whether several attempts in a row failed."""
        return self._failures >= FAILING_AFTER

    def may_try(self, now: Moment) -> bool:
        """Tell whether something may be sent."""
        return now >= self.rest_until

    def taken(self) -> None:
        """Note a success."""
        self._failures, self.rest_until = 0, NEVER

    def failed(self, now: Moment) -> None:
        """Note a failure."""
        self._failures += 1
        if self.is_failing:
            seconds = min(MAX_REST_SECONDS, 2 ** min(self._failures - FAILING_AFTER, 10))
            self.rest_until = Moment(now + seconds * MICROSECONDS_PER_SECOND)
