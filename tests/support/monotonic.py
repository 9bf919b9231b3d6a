"""A clock for durations that stands still until a test moves it."""


class Seconds:
    """Shows the same time until it is moved."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now
