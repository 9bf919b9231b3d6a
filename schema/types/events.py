"""What subscriptions send."""

from typing import Self

import strawberry

from app.domain.events import LevelEvent
from app.domain.events import MovementEvent as DomainMovementEvent
from schema.enums import LevelEventKind
from schema.types.ledger import Movement
from schema.types.level import StockLevel


@strawberry.type(description="A level, as it was at first or as it became.")
class StockLevelEvent:
    """An event of one level."""

    kind: LevelEventKind = strawberry.field(description="Why the level is sent.")
    level: StockLevel = strawberry.field(description="The level.")
    movement: Movement | None = strawberry.field(
        description="The latest movement, which led to this state; null in a snapshot."
    )

    @classmethod
    def from_domain(cls, event: LevelEvent) -> Self:
        """Convert."""
        return cls(
            kind=event.kind,
            level=StockLevel.from_domain(event.level),
            movement=None if event.movement is None else Movement.from_domain(event.movement),
        )


@strawberry.type(description="One line of the ledger, and where the feed stands after it.")
class MovementEvent:
    """An event of the ledger."""

    movement: Movement | None = strawberry.field(
        description="The line. Null in the first event of a feed that was started without a cursor: from there on "
        "nothing is missed."
    )
    cursor: str = strawberry.field(description="Where to go on: pass it as `after` when you subscribe again.")

    @classmethod
    def from_domain(cls, event: DomainMovementEvent) -> Self:
        """Convert."""
        movement = None if event.movement is None else Movement.from_domain(event.movement)
        return cls(movement=movement, cursor=event.cursor)
