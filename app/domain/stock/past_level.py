"""Past levels: the state of a level at an earlier moment, read from the ledger.

Rule: the versions of a level are dense, and its moments grow with them. So the version at a moment is final once the
version after it is known to be later.
"""

from msgspec import Struct

from app.domain.errors import StaleLevel
from app.domain.stock.level import Level
from app.domain.time import Moment


class PastLevel(Struct, frozen=True, kw_only=True, gc=False):
    """A level at a moment, as it was read. `is_final` where each version after it is later, even one still to come."""

    on_hand: int
    version: int
    counted_at: Moment
    is_final: bool = False

    @classmethod
    def of(cls, level: Level, *, is_final: bool) -> "PastLevel":
        """Return the past level of a level."""
        return cls(on_hand=level.on_hand, version=level.version, counted_at=level.counted_at, is_final=is_final)


def level_at(moment: Moment, *, now: Level, past: PastLevel | None) -> PastLevel:
    """Return the level at a moment, given the present one and the one read for that moment.

    Raises StaleLevel where it may have changed both before and after the moment since it was read: it must be read
    again.
    """
    if now.changed_at <= moment:
        return PastLevel.of(now, is_final=False)
    if past is not None and (past.is_final or now.version == past.version + 1):
        return past
    raise StaleLevel(
        sku=now.key.sku,
        location=now.key.location,
        expected=past.version if past else 0,
        actual=now.version,
    )
