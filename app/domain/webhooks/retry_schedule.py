"""Retry schedule of webhook deliveries: pauses that grow, with jitter, and the Retry-After that a receiver sends.

Rule: a message that is not accepted is tried again, ever more rarely, for more than a day. Then it is dead.
Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from collections.abc import Sequence

from app.domain.time import MICROSECONDS_PER_SECOND, Moment

RETRY_SECONDS: Sequence[int] = (5, 5 * 60, 30 * 60, 2 * 3_600, 5 * 3_600, 10 * 3_600, 10 * 3_600)
JITTER = 0.2  # of each pause at most, so that messages that failed together are not retried together
MAX_RETRY_AFTER_SECONDS = 10 * 3_600  # a receiver may ask for a longer pause, up to the longest of the schedule


def next_retry_at(attempts: int, *, now: Moment, retry_after_seconds: int | None, chance: float) -> Moment | None:
    """Return the earliest moment of the next attempt after so many; None where there is none: the message is dead.

    `chance`, from 0 to 1, is the part of the jitter that is added.
    """
    if attempts > len(RETRY_SECONDS):
        return None
    pause = RETRY_SECONDS[attempts - 1] * (1 + JITTER * chance)
    requested = min(retry_after_seconds or 0, MAX_RETRY_AFTER_SECONDS)
    return Moment(now + int(max(pause, requested) * MICROSECONDS_PER_SECOND))
