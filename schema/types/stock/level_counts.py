"""The quantities of a level, now or at a past moment."""

from typing import Any, Self

import strawberry

from app.domain.stock.level import Level
from app.domain.stock.level_change import LevelChange
from schema.deprecations import former_name
from schema.enums.stock import LevelStatus
from schema.selections.derived import derived


@strawberry.type(description="Units on hand that may not be sold, by reason.")
class UnavailableUnits:
    """The parts of `unavailable`."""

    damaged: int = strawberry.field(description="Damaged units.")
    quality_control: int = strawberry.field(description="Units that await an inspection.")
    safety: int = strawberry.field(description="Units that are withheld as safety stock.")
    other: int = strawberry.field(description="Units that are unavailable for another reason.")

    @classmethod
    def from_domain(cls, units: Level | LevelChange) -> Self:
        return cls(damaged=units.damaged, quality_control=units.quality_control, safety=units.safety, other=units.other)


@strawberry.type(
    description="The quantities of a level at a past moment, in units. They are immutable and have no id; a "
    "`StockLevel` has one and shows the present."
)
class LevelCounts:
    """What a level and a state of its past have in common."""

    domain: strawberry.Private[Level]
    on_hand: int = strawberry.field(
        description="Units physically at the location. Below zero only by sales of more than is recorded, where the "
        "location's `oversellPolicy` allows them: see `oversold`."
    )
    reserved: int = strawberry.field(
        description="Units on hand that are allocated to orders. Up to `shortfall` of them may be missing."
    )
    unavailable: int = strawberry.field(description="Units on hand that may not be sold.")
    incoming: int = strawberry.field(description="Units in transit or on order to the location, not on hand yet.")
    planned: int = strawberry.field(
        description="Units on draft purchase orders and proposed transfers: neither submitted nor accepted yet."
    )
    transfer_committed: int = strawberry.field(
        description="Units that proposed transfers are to take from here. They may still be sold, but are proposed to "
        "no other location."
    )
    pledged: int = former_name("transfer_committed", int, now="transferCommitted")
    backordered: int = strawberry.field(description="Backordered units: promised to orders, and not on hand yet.")
    available: int = strawberry.field(
        description="Units that may be sold: on hand - reserved - unavailable - backordered, and at most 0 where the "
        "item or location is archived. Below zero, more is promised than is on hand."
    )
    reorder_point: int = strawberry.field(description="In units: at or below it, available stock is LOW.")
    backorder_limit: int = strawberry.field(description="The most units that may be backordered; 0 for none.")
    status: LevelStatus = strawberry.field(
        description="How the level stands against its reorder point; OUT where its item or location is archived."
    )

    @derived(
        "Units that are reserved or unavailable but no longer on hand: a count, a loss, damage or a sale "
        "took them. The newest orders are short of them, and receipts go to the oldest of those."
    )
    def shortfall(self) -> int:
        return self.domain.shortfall

    @derived(
        "Units sold beyond the record: by how many on hand is below zero. The record is wrong, and a count is due."
    )
    def oversold(self) -> int:
        return self.domain.oversold

    @derived(
        "The inventory position, in units: available + incoming + planned, as if nothing were archived. "
        "Policies compare it, so that what is on order is not ordered again."
    )
    def position(self) -> int:
        return self.domain.position

    @derived("The unavailable units by reason.")
    def unavailable_by(self) -> UnavailableUnits:
        return UnavailableUnits.from_domain(self.domain)

    @classmethod
    def of_the_past(cls, level: Level) -> Self:
        """Convert a level as it was."""
        return cls(**counted(level))


def counted(level: Level) -> dict[str, Any]:
    """Return the numbers of a level by the names of their fields."""
    return {
        "domain": level,
        "on_hand": level.on_hand,
        "reserved": level.reserved,
        "unavailable": level.unavailable,
        "incoming": level.incoming,
        "planned": level.planned,
        "transfer_committed": level.pledged,
        "backordered": level.backordered,
        "available": level.available,
        "reorder_point": level.reorder_point,
        "backorder_limit": level.backorder_limit,
        "status": level.status,
    }
