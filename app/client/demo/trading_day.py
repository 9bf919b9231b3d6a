"""The demo's time: trading days from opening to closing, without the nights, and how busy each of their hours is."""

from dataclasses import dataclass
from math import exp

OPENING_HOUR, CLOSING_HOUR = 8, 20
BUSY_DAYS = (0.85, 0.8, 0.9, 1.0, 1.2, 1.4, 1.05)  # Monday to Sunday; a week has the sum of seven usual days, or so

_QUIET = 0.45  # of a usual hour, when no rush is on
_RUSHES = ((0.13, 0.5, 0.05), (0.4, 1.5, 0.07), (0.8, 1.7, 0.08))  # on the way to work, at noon, after work


@dataclass(frozen=True, slots=True)
class DemoTime:
    """A moment in trading days since the demo began: 1.5 is the middle of the second day."""

    days: float

    @property
    def day(self) -> int:
        """The number of the day, from 0 on."""
        return int(self.days)

    @property
    def part(self) -> float:
        """How much of the day is over, from 0 to 1."""
        return self.days - self.day

    @property
    def busyness(self) -> float:
        """How busy the shops are; about 1 on average."""
        rushes = sum(height * exp(-(((self.part - at) / width) ** 2)) for at, height, width in _RUSHES)
        return (_QUIET + rushes) * BUSY_DAYS[self.day % len(BUSY_DAYS)]

    def __str__(self) -> str:
        minutes = int(self.part * (CLOSING_HOUR - OPENING_HOUR) * 60)
        return f"day {self.day + 1}, {OPENING_HOUR + minutes // 60:02}:{minutes % 60:02}"
