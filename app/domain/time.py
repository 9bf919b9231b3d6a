"""Moments as whole microseconds since 1970 in UTC: exact, ordered, and the same in every store.

A float would lose digits and a BSON date keeps only milliseconds; two changes of one level may lie closer than that.
"""

from datetime import UTC, datetime, timedelta
from typing import NewType

Moment = NewType("Moment", int)

MICROSECONDS_PER_SECOND = 1_000_000
SECONDS_PER_DAY = 86_400
MICROSECONDS_PER_DAY = SECONDS_PER_DAY * MICROSECONDS_PER_SECOND
DAYS_PER_YEAR = 365
NEVER = Moment(0)  # before every change

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def moment_of(value: datetime) -> Moment:
    """Return the moment of an aware datetime."""
    return Moment((value - _EPOCH) // _MICROSECOND)


def datetime_of(moment: Moment) -> datetime:
    """Return the aware UTC datetime of a moment."""
    return _EPOCH + timedelta(microseconds=moment)
