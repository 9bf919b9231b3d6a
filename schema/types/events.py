"""What subscriptions send."""

from typing import Self

import strawberry

from app.domain.alert import Alert as DomainAlert
from app.domain.events import DocumentEvent, LevelEvent
from app.domain.events import MovementEvent as DomainMovementEvent
from app.domain.purchase_order import PurchaseOrder as DomainPurchaseOrder
from app.domain.reservation import Reservation as DomainReservation
from app.domain.transfer import Transfer as DomainTransfer
from schema.enums import AlertChange, DocumentEventKind, LevelEventKind
from schema.types.alert import StockAlert
from schema.types.ledger import Movement
from schema.types.level import StockLevel
from schema.types.purchase_order import PurchaseOrder
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
        level = StockLevel.from_domain(event.level)
        return cls(
            kind=event.kind,
            level=level,
            movement=None if event.movement is None else Movement.from_domain(event.movement, present=level),
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


@strawberry.type(description="An alert, as it was at first or as it became, and where the feed stands after it.")
class StockAlertEvent:
    """An event of one alert."""

    kind: DocumentEventKind = strawberry.field(description="Why the alert is sent.")
    change: AlertChange | None = strawberry.field(description="What happened to it just now; null in a snapshot.")
    alert: StockAlert = strawberry.field(
        description="The alert. Of several events, the one with the highest version counts."
    )
    cause: str | None = strawberry.field(
        description="What changed it: a mutation such as `saleRecord` or `alertSnooze`, or what the server does by "
        "itself, such as `alertWake`. Null in a snapshot."
    )
    cursor: str = strawberry.field(description=_CURSOR)

    @classmethod
    def from_domain(cls, event: DocumentEvent[DomainAlert]) -> Self:
        """Convert."""
        change = event.document.change if event.kind is DocumentEventKind.CHANGE else None
        alert = StockAlert.from_domain(event.document)
        return cls(kind=event.kind, change=change, alert=alert, cause=event.cause, cursor=event.cursor)


@strawberry.type(
    description="A purchase order, as it was at first or as it became, and where the feed stands after it."
)
class PurchaseOrderEvent:
    """An event of one purchase order."""

    kind: DocumentEventKind = strawberry.field(description="Why the purchase order is sent.")
    purchase_order: PurchaseOrder = strawberry.field(
        description="The purchase order. Of several events, the one with the highest version counts."
    )
    cause: str | None = strawberry.field(
        description="What changed it: a mutation such as `purchaseOrderReceive`, or what the server does by itself. "
        "Null in a snapshot."
    )
    cursor: str = strawberry.field(description=_CURSOR)

    @classmethod
    def from_domain(cls, event: DocumentEvent[DomainPurchaseOrder]) -> Self:
        """Convert."""
        order = PurchaseOrder.from_domain(event.document)
        return cls(kind=event.kind, purchase_order=order, cause=event.cause, cursor=event.cursor)
