"""Days as whole numbers since 1970, in UTC: 1970-01-01 is day 0, and each lasts from midnight to midnight."""

from datetime import date

from app.domain.time import MICROSECONDS_PER_DAY, Moment

_EPOCH = date(1970, 1, 1).toordinal()


def day_of(now: Moment) -> int:
    """Return the number of the day of a moment."""
    return now // MICROSECONDS_PER_DAY


def start_of(day: int) -> Moment:
    """Return the midnight at which a day begins."""
    return Moment(day * MICROSECONDS_PER_DAY)


def day_number(of: date) -> int:
    """Return the number of a calendar date; below zero before 1970."""
    return of.toordinal() - _EPOCH


def date_of(day: int) -> date:
    """Return the calendar date of a day's number."""
    return date.fromordinal(day + _EPOCH)
