"""Window of insight: a number of days of 24 hours, counted back from a moment.

Rule: every day of a window is whole, also the last one. Calendar days would include the present one in part, with too
few sales for a day; without it, a shop that opened today would have no sales.
"""

from typing import NamedTuple

from app.domain.failures import BadArgument
from app.domain.time import MICROSECONDS_PER_DAY, Moment

MAX_WINDOW_DAYS = 730  # two years; older sales predict little, and all lines are read
SALES_DAYS = 90  # a season: long enough to even out weeks, short enough to follow the trade


class Window(NamedTuple):
    """The `days` days before `until`.

    A line recorded at `until` or later belongs to the last day: the clocks of processes differ a little, and a change
    that a client has just received must be included.
    """

    until: Moment
    days: int

    @property
    def since(self) -> Moment:
        """The first moment of the window."""
        return Moment(self.until - self.days * MICROSECONDS_PER_DAY)

    @property
    def span(self) -> int:
        """Its length in microseconds."""
        return self.days * MICROSECONDS_PER_DAY

    def place(self, moment: Moment) -> int:
        """Return the time from the window's beginning to a moment, in microseconds."""
        return min(moment, self.until) - self.since

    def day(self, moment: Moment) -> int:
        """Return the day of a moment within the window: 0 for the last one, `days` - 1 for the first."""
        return max(0, self.until - 1 - moment) // MICROSECONDS_PER_DAY


def window(*, until: Moment, days: int) -> Window:
    """Return a window. Raises BadArgument where it has too few or too many days."""
    if not 1 <= days <= MAX_WINDOW_DAYS:
        raise BadArgument(f"`days` must be between 1 and {MAX_WINDOW_DAYS}, not {days}.")
    return Window(until=until, days=days)
