"""Token buckets: what may be spent at once, and what is restored in each second.

Rule: in any time t no more is taken than capacity + rate * t, whatever is tried.
"""

from msgspec import Struct


class TokenBucket(Struct):
    """One bucket, full at the beginning, which is at `at`. Moments are seconds of a clock that never goes back."""

    capacity: float
    rate: float  # per second
    at: float
    spent: float = 0.0  # of the capacity, at the moment `at`

    def take(self, amount: float, now: float) -> float:
        """Take an amount and return 0; or take nothing and return the seconds until so much is there.

        An amount above the capacity is never there: the seconds are infinite.
        """
        spent = self._restore(now)
        if spent + amount <= self.capacity:
            self.spent = spent + amount
            return 0.0
        if amount > self.capacity:
            return float("inf")
        return (spent + amount - self.capacity) / self.rate

    def give(self, amount: float, now: float) -> None:
        """Give back what was taken and not used."""
        self.spent = max(0.0, self._restore(now) - amount)

    def available(self, now: float) -> float:
        """Return how much may be taken; below 0 where more was charged than there was."""
        return self.capacity - self._restore(now)

    def _restore(self, now: float) -> float:
        """Bring the bucket up to a moment, and return what is spent of it."""
        self.spent = max(0.0, self.spent - self.rate * max(0.0, now - self.at))
        self.at = max(self.at, now)
        return self.spent
