"""The clock of the demo's past."""

from app.domain.time import MICROSECONDS_PER_SECOND, Moment


class PastClock:
    """Shows one moment until it is set to another; it begins at `beginning`."""

    def __init__(self, beginning: Moment) -> None:
        self._beginning = self._shown = beginning

    def __call__(self) -> Moment:
        """Return the moment that it shows."""
        return self._shown

    def show(self, seconds: float) -> None:
        """Show a moment so many seconds after the beginning."""
        self._shown = Moment(self._beginning + round(seconds * MICROSECONDS_PER_SECOND))

    def begin_at(self, beginning: Moment) -> None:
        """Begin at another moment, and show it."""
        self._beginning = self._shown = beginning
