"""The ledger: one immutable line per change of a level, with the level after it.

Rule: the changes of all movements of a level add up to the level, and its version counts them.
"""

from enum import StrEnum

from msgspec import Struct

from app.domain.stock.level import Level
from app.domain.stock.level_change import Allowance, LevelChange
from app.domain.time import Moment


class MovementReason(StrEnum):
    """Why units moved."""

    RECEIPT = "RECEIPT"
    SALE = "SALE"
    RETURN = "RETURN"
    CORRECTION = "CORRECTION"
    COUNT = "COUNT"
    DAMAGED = "DAMAGED"
    LOST = "LOST"
    FOUND = "FOUND"
    OTHER = "OTHER"
    SETTINGS = "SETTINGS"
    RESERVATION = "RESERVATION"
    RELEASE = "RELEASE"
    EXPIRY = "EXPIRY"
    BACKORDER = "BACKORDER"
    TRANSFER = "TRANSFER"
    RECLASSIFICATION = "RECLASSIFICATION"
    WRITE_OFF = "WRITE_OFF"
    PURCHASE = "PURCHASE"


REASONS_OF_OUR_OWN = frozenset(
    {
        MovementReason.SETTINGS,
        MovementReason.RESERVATION,
        MovementReason.RELEASE,
        MovementReason.EXPIRY,
        MovementReason.BACKORDER,
        MovementReason.TRANSFER,
        MovementReason.RECLASSIFICATION,
        MovementReason.WRITE_OFF,
        MovementReason.PURCHASE,
    }
)  # each is recorded by a mutation of its own

_REASONS_OF_LOSS = frozenset({MovementReason.COUNT, MovementReason.DAMAGED, MovementReason.LOST})


def allowance_of(reason: MovementReason) -> Allowance:
    """Return the allowance of a reason: units that are gone are recorded, even if they are promised."""
    return Allowance.SHORTFALL if reason in _REASONS_OF_LOSS else Allowance.NONE


class Movement(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One line of the ledger. It is also the event of its change: it carries the whole level after it.

    `writer` names the writer process that committed it; `recorded_at` is unique and grows per writer, and grows per
    level over all writers: it is later than `changed_at` of the level before. That of `after` may be later, see
    CommandBatch.seal. `trace` is that of its command, where that is traced: what follows from the line goes on with it.
    """

    operation_id: str
    writer: str
    recorded_at: Moment
    reason: MovementReason
    change: LevelChange
    after: Level
    reference: str | None = None
    channel: str | None = None
    trace: str | None = None


def is_loss_of_units(delta: int, reason: MovementReason) -> bool:
    """Tell whether a movement records a loss, which is possible for archived items and locations, too."""
    return delta < 0 and reason is not MovementReason.SALE
