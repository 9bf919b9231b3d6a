"""What subscriptions send."""

from typing import Self

import strawberry

from app.domain.events import DocumentEvent, LevelEvent
from app.domain.events import MovementEvent as DomainMovementEvent
from app.domain.reservation import Reservation as DomainReservation
from app.domain.transfer import Transfer as DomainTransfer
from schema.enums import DocumentEventKind, LevelEventKind
from schema.types.ledger import Movement
from schema.types.level import StockLevel
from schema.types.reservation import Reservation
from schema.types.transfer import Transfer

_CURSOR = "Where to go on: pass it as `after` when you subscribe again."


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
    cursor: str = strawberry.field(description=_CURSOR)

    @classmethod
    def from_domain(cls, event: DomainMovementEvent) -> Self:
        """Convert."""
        movement = None if event.movement is None else Movement.from_domain(event.movement)
        return cls(movement=movement, cursor=event.cursor)


@strawberry.type(description="A reservation, as it was at first or as it became, and where the feed stands after it.")
class ReservationEvent:
    """An event of one reservation."""

    kind: DocumentEventKind = strawberry.field(description="Why the reservation is sent.")
    reservation: Reservation = strawberry.field(
        description="The reservation as it was recorded. Of several events, the one with the highest version counts."
    )
    cause: str | None = strawberry.field(
        description="What changed it: a mutation such as `reservationFulfill`, or what the server does by itself: "
        "`reservationExpire`, `backordersAssign`. Null in a snapshot."
    )
    cursor: str = strawberry.field(description=_CURSOR)

    @classmethod
    def from_domain(cls, event: DocumentEvent[DomainReservation]) -> Self:
        """Convert."""
        reservation = Reservation.from_domain(event.document)
        return cls(kind=event.kind, reservation=reservation, cause=event.cause, cursor=event.cursor)


@strawberry.type(description="A transfer, as it was at first or as it became, and where the feed stands after it.")
class TransferEvent:
    """An event of one transfer."""

    kind: DocumentEventKind = strawberry.field(description="Why the transfer is sent.")
    transfer: Transfer = strawberry.field(
        description="The transfer. Of several events, the one with the highest version counts."
    )
    cause: str | None = strawberry.field(
        description="What changed it: a mutation such as `transferShip`. Null in a snapshot."
    )
    cursor: str = strawberry.field(description=_CURSOR)

    @classmethod
    def from_domain(cls, event: DocumentEvent[DomainTransfer]) -> Self:
        """Convert."""
        transfer = Transfer.from_domain(event.document)
        return cls(kind=event.kind, transfer=transfer, cause=event.cause, cursor=event.cursor)
