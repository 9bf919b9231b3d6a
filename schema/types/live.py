"""What subscriptions send."""

from typing import Any, Self

import strawberry

from app.domain.alerts.alert import Alert as DomainAlert
from app.domain.live.events import DocumentEvent, LevelEvent
from app.domain.live.events import MovementEvent as DomainMovementEvent
from app.domain.purchasing.purchase_order import PurchaseOrder as DomainPurchaseOrder
from app.domain.reservations.reservation import Reservation as DomainReservation
from app.domain.transfers.transfer import Transfer as DomainTransfer
from schema.enums import (
    AlertChange,
    AlertState,
    AlertType,
    DocumentEventKind,
    LevelEventKind,
    PurchaseOrderState,
    ReservationState,
    TransferState,
)
from schema.types.alerts import StockAlert
from schema.types.purchasing.purchase_order import PurchaseOrder
from schema.types.reservations import Reservation
from schema.types.stock.ledger import Movement
from schema.types.stock.level import StockLevel
from schema.types.transfers import Transfer

_VERSION = "The version that this event tells of: each is told once, and those of a document in order."
_CURSOR = "Where to go on: pass it as `after` when you subscribe again."


@strawberry.type(description="A level that was there at first or was changed, as it is now.")
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
        if event.movement is None:
            return cls(movement=None, cursor=event.cursor)
        present = None if event.present is None else StockLevel.from_domain(event.present)
        return cls(movement=Movement.from_domain(event.movement, present=present), cursor=event.cursor)


@strawberry.type(
    description="A reservation that was there at first or was changed, and where the feed stands after it."
)
class ReservationEvent:
    """An event of one reservation."""

    kind: DocumentEventKind = strawberry.field(description="Why the reservation is sent.")
    reservation: Reservation = strawberry.field(
        description="The reservation as it is now: of an event that comes late, newer than what the event tells of."
    )
    version: int = strawberry.field(description=_VERSION)
    state: ReservationState = strawberry.field(description="The state that the reservation had in that version.")
    cause: str | None = strawberry.field(
        description="What changed it: a mutation such as `reservationFulfill`, or what the server does by itself: "
        "`reservationExpire`, `backordersAssign`. Null in a snapshot."
    )
    cursor: str = strawberry.field(description=_CURSOR)

    @classmethod
    def from_domain(cls, event: DocumentEvent[DomainReservation]) -> Self:
        """Convert."""
        return cls(reservation=Reservation.from_domain(event.document), **_facts(event, event.recorded.state))


@strawberry.type(description="A transfer that was there at first or was changed, and where the feed stands after it.")
class TransferEvent:
    """An event of one transfer."""

    kind: DocumentEventKind = strawberry.field(description="Why the transfer is sent.")
    transfer: Transfer = strawberry.field(
        description="The transfer as it is now: of an event that comes late, newer than what the event tells of."
    )
    version: int = strawberry.field(description=_VERSION)
    state: TransferState = strawberry.field(description="The state that the transfer had in that version.")
    cause: str | None = strawberry.field(
        description="What changed it: a mutation such as `transferShip`. Null in a snapshot."
    )
    cursor: str = strawberry.field(description=_CURSOR)

    @classmethod
    def from_domain(cls, event: DocumentEvent[DomainTransfer]) -> Self:
        """Convert."""
        return cls(transfer=Transfer.from_domain(event.document), **_facts(event, event.recorded.state))


@strawberry.type(description="An alert that was there at first or was changed, and where the feed stands after it.")
class StockAlertEvent:
    """An event of one alert."""

    kind: DocumentEventKind = strawberry.field(description="Why the alert is sent.")
    change: AlertChange | None = strawberry.field(description="What happened to it; null in a snapshot.")
    alert: StockAlert = strawberry.field(
        description="The alert as it is now: of an event that comes late, newer than what the event tells of."
    )
    version: int = strawberry.field(description=_VERSION)
    state: AlertState = strawberry.field(description="The state that the alert had in that version.")
    type: AlertType = strawberry.field(description="What was wrong with the level in that version.")
    cause: str | None = strawberry.field(
        description="What changed it: a mutation such as `saleRecord` or `alertSnooze`, or what the server does by "
        "itself, such as `alertWake`. Null in a snapshot."
    )
    cursor: str = strawberry.field(description=_CURSOR)

    @classmethod
    def from_domain(cls, event: DocumentEvent[DomainAlert]) -> Self:
        """Convert."""
        recorded, alert = event.recorded, StockAlert.from_domain(event.document)
        change = recorded.change if event.kind is DocumentEventKind.CHANGE else None
        return cls(change=change, alert=alert, type=recorded.type, **_facts(event, recorded.state))


@strawberry.type(
    description="A purchase order that was there at first or was changed, and where the feed stands after it."
)
class PurchaseOrderEvent:
    """An event of one purchase order."""

    kind: DocumentEventKind = strawberry.field(description="Why the purchase order is sent.")
    purchase_order: PurchaseOrder = strawberry.field(
        description="The purchase order as it is now: of an event that comes late, newer than what the event tells of."
    )
    version: int = strawberry.field(description=_VERSION)
    state: PurchaseOrderState = strawberry.field(description="The state that the purchase order had in that version.")
    cause: str | None = strawberry.field(
        description="What changed it: a mutation such as `purchaseOrderReceive`, or what the server does by itself. "
        "Null in a snapshot."
    )
    cursor: str = strawberry.field(description=_CURSOR)

    @classmethod
    def from_domain(cls, event: DocumentEvent[DomainPurchaseOrder]) -> Self:
        """Convert."""
        order = PurchaseOrder.from_domain(event.document)
        return cls(purchase_order=order, **_facts(event, event.recorded.state))


def _facts(event: DocumentEvent[Any], state: Any) -> dict[str, Any]:
    """Return what the events of all kinds of documents tell."""
    version = event.recorded.version
    return {"kind": event.kind, "version": version, "state": state, "cause": event.cause, "cursor": event.cursor}
