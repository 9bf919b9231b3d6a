"""How failed sign-ins are slowed: the more have failed, the longer the next one waits, up to a bound.

Rule: a delay ends by itself. No number of failures shuts a name or an address out for good.
"""

from msgspec import Struct


class Slowing(Struct, frozen=True, kw_only=True):
    """The delays of one counter of attempts, in seconds."""

    free_attempts: int  # typing errors: these wait for nothing
    first_seconds: float
    max_seconds: float
    forget_seconds: float  # after so long without an attempt the counter starts again

    def delay(self, attempts: int) -> float:
        """Return how long the next attempt waits after so many."""
        doublings = attempts - self.free_attempts
        if doublings < 0:
            return 0.0
        # Beyond 60 doublings of a microsecond there is no delay that is not the longest.
        return min(self.max_seconds, self.first_seconds * 2.0 ** min(doublings, 60))


BY_NAME = Slowing(
    free_attempts=5,
    first_seconds=1,
    max_seconds=60,  # strangers may keep a new address of its owner waiting for no longer
    forget_seconds=900,
)
BY_ADDRESS = Slowing(
    free_attempts=20,  # a shop's people share an address
    first_seconds=1,
    max_seconds=900,
    forget_seconds=3_600,
)
