"""The enums of levels and movements."""

from app.domain.stock.availability import LevelStatus
from app.domain.stock.level_change import UnavailableReason
from app.domain.stock.movement import MovementReason
from app.services.filters import LevelSort
from schema.enums.described import described

__all__ = ["LevelSort", "LevelStatus", "MovementReason", "UnavailableReason"]

described(
    LevelStatus,
    name="StockStatus",
    description="The status of a level against its reorder point.",
    values={
        LevelStatus.IN_STOCK: "More units than the reorder point are available.",
        LevelStatus.LOW: "The available units are at or below the reorder point.",
        LevelStatus.OUT: "No unit is available.",
    },
)

described(
    LevelSort,
    name="StockLevelOrder",
    description="The order of levels. What changes with every movement orders at most 100,000 levels that match.",
    values={
        LevelSort.SKU: "By SKU, then location.",
        LevelSort.LOCATION: "By location, then SKU.",
        LevelSort.STATUS: "By status: OUT, LOW, IN_STOCK; then by SKU and location.",
        LevelSort.ON_HAND: "By units on hand, the fewest first; then by SKU and location. At most 100,000 levels.",
        LevelSort.AVAILABLE: "By units available, the fewest first; then by SKU and location. At most 100,000 levels.",
        LevelSort.CHANGED_AT: "By the last change, the oldest first; then by SKU and location. At most 100,000 levels.",
    },
)

described(
    MovementReason,
    name="MovementReason",
    description="The reason of a movement.",
    values={
        MovementReason.RECEIPT: "Units arrived from a supplier.",
        MovementReason.SALE: "Units were sold.",
        MovementReason.RETURN: "Units were returned by a customer.",
        MovementReason.CORRECTION: "The record was corrected.",
        MovementReason.COUNT: "The units were counted.",
        MovementReason.DAMAGED: "Units became unfit for sale.",
        MovementReason.LOST: "Units are missing.",
        MovementReason.FOUND: "Missing units were found.",
        MovementReason.OTHER: "Another reason: see the note.",
        MovementReason.SETTINGS: "No unit moved: a setting of the level changed.",
        MovementReason.RESERVATION: "Units were allocated to an order.",
        MovementReason.RELEASE: "Units allocated to an order were released.",
        MovementReason.EXPIRY: "Units allocated to an order were released, because it expired.",
        MovementReason.BACKORDER: "Received units were allocated to backorders.",
        MovementReason.TRANSFER: "Units were shipped to another location, received from one, or returned.",
        MovementReason.RECLASSIFICATION: "Units became unavailable for a reason, or available again.",
        MovementReason.WRITE_OFF: "Unavailable units were written off.",
        MovementReason.PURCHASE: "Units were added to a purchase order, submitted, or are no longer expected.",
    },
)

described(
    UnavailableReason,
    name="UnavailableReason",
    description="Why units on hand may not be sold.",
    values={
        UnavailableReason.DAMAGED: "They are damaged.",
        UnavailableReason.QUALITY_CONTROL: "They await an inspection.",
        UnavailableReason.SAFETY: "They are withheld as safety stock.",
        UnavailableReason.OTHER: "Something else.",
    },
)
