"""The enums of levels and movements."""

from app.domain.stock.level import LevelStatus
from app.domain.stock.level_change import UnavailableReason
from app.domain.stock.movement import MovementReason
from app.services.filters import LevelOrder
from schema.enums.described import described

__all__ = ["LevelOrder", "LevelStatus", "MovementReason", "UnavailableReason"]

described(
    LevelStatus,
    name="StockStatus",
    description="How a level stands against its reorder point.",
    values={
        LevelStatus.IN_STOCK: "More units are available than the reorder point.",
        LevelStatus.LOW: "The available units are at or below the reorder point.",
        LevelStatus.OUT: "No unit is available.",
    },
)

described(
    LevelOrder,
    name="StockLevelOrder",
    description="How levels are ordered.",
    values={LevelOrder.SKU: "By SKU, then location.", LevelOrder.LOCATION: "By location, then SKU."},
)

described(
    MovementReason,
    name="MovementReason",
    description="Why units moved.",
    values={
        MovementReason.RECEIPT: "Units arrived from a supplier.",
        MovementReason.SALE: "Units were sold.",
        MovementReason.RETURN: "Units came back from a customer.",
        MovementReason.CORRECTION: "A record was wrong.",
        MovementReason.COUNT: "The units were counted.",
        MovementReason.DAMAGED: "Units became unfit for sale.",
        MovementReason.LOST: "Units are missing.",
        MovementReason.FOUND: "Units turned up.",
        MovementReason.OTHER: "Something else; say what in the note.",
        MovementReason.SETTINGS: "No unit moved: a setting of the level changed.",
        MovementReason.RESERVATION: "Units were set aside for an order.",
        MovementReason.RELEASE: "Units set aside for an order became free again.",
        MovementReason.EXPIRY: "Units set aside for an order became free again, because its time ran out.",
        MovementReason.BACKORDER: "Units that arrived were given to orders that waited for them.",
        MovementReason.TRANSFER: "Units left for another location, arrived from one, or came back.",
        MovementReason.RECLASSIFICATION: "Units became unavailable for a reason, or available again.",
        MovementReason.WRITE_OFF: "Unavailable units were given up.",
        MovementReason.PURCHASE: "Units were put on a purchase order, ordered from a supplier, or no longer are.",
    },
)

described(
    UnavailableReason,
    name="UnavailableReason",
    description="Why units on hand may not be sold.",
    values={
        UnavailableReason.DAMAGED: "They are damaged.",
        UnavailableReason.QUALITY_CONTROL: "They wait for an inspection.",
        UnavailableReason.SAFETY: "They are kept back for emergencies.",
        UnavailableReason.OTHER: "Something else.",
    },
)
