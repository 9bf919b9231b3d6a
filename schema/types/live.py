"""The events of subscriptions."""

from typing import Any, Self

import strawberry

from app.domain.alerts.alert import Alert as DomainAlert
from app.domain.live.events import DocumentEvent, LevelEvent
from app.domain.live.events import MovementEvent as DomainMovementEvent
from app.domain.live.level_delta import LevelDelta
from app.domain.purchasing.purchase_order import PurchaseOrder as DomainPurchaseOrder
from app.domain.reservations.reservation import Reservation as DomainReservation
from app.domain.transfers.transfer import Transfer as DomainTransfer
from schema.enums.alerts import AlertChange, AlertState, AlertType
from schema.enums.live import DocumentEventKind, LevelEventKind
from schema.enums.purchasing import PurchaseOrderState
from schema.enums.reservations import ReservationState
from schema.enums.transfers import TransferState
from schema.selections.derived import derived
from schema.types.alerts import StockAlert
from schema.types.purchasing.purchase_order import PurchaseOrder
from schema.types.reservations import Reservation
from schema.types.stock.ledger import Movement
from schema.types.stock.level import StockLevel
from schema.types.transfers import Transfer

_CURSOR = "The position of the feed after this event: pass it as `after` to resume there."


def _present(document: str) -> Any:
    return strawberry.field(
        description=f"The {document} as it is now: in an event that is delivered late, newer than `version`."
    )


def _state(document: str) -> Any:
    return strawberry.field(description=f"The state that the {document} had in that version.")


@strawberry.type(
    description="What changed about a level from an earlier version to that of the event, in units; below zero, "
    "decreases. Who holds another version than `sinceVersion` takes the numbers of `level` instead."
)
class StockLevelDelta:
    """The difference of two versions of a level."""

    since_version: int = strawberry.field(description="The version from which it counts; 0 before the first.")
    on_hand: int = strawberry.field(description="Units physically at the location.")
    reserved: int = strawberry.field(description="Units on hand that are allocated to orders.")
    unavailable: int = strawberry.field(description="Units on hand that may not be sold.")
    incoming: int = strawberry.field(description="Units in transit or on order to the location, not on hand yet.")
    backordered: int = strawberry.field(description="Units promised to orders beyond what is on hand.")
    available: int = strawberry.field(description="Units that may be sold.")

    @classmethod
    def from_domain(cls, delta: LevelDelta) -> Self:
        return cls(
            since_version=delta.since,
            on_hand=delta.on_hand,
            reserved=delta.reserved,
            unavailable=delta.unavailable,
            incoming=delta.incoming,
            backordered=delta.backordered,
            available=delta.available,
        )


@strawberry.type(description="A level of the snapshot or one that changed, as it is now.")
class StockLevelEvent:
    """An event of one level."""

    domain: strawberry.Private[LevelEvent]
    kind: LevelEventKind = strawberry.field(description="Why the level is sent.")
    level: StockLevel = strawberry.field(description="The level.")
    movement: Movement | None = strawberry.field(
        description="The latest movement, which led to this state; null in a SNAPSHOT and a RESYNC."
    )

    @derived("What changed since an earlier version, usually the one before; null in a SNAPSHOT and a RESYNC.")
    def delta(self) -> StockLevelDelta | None:
        delta = self.domain.delta
        return None if delta is None else StockLevelDelta.from_domain(delta)

    @classmethod
    def from_domain(cls, event: LevelEvent) -> Self:
        level = StockLevel.from_domain(event.level)
        return cls(
            domain=event,
            kind=event.kind,
            level=level,
            movement=None if event.movement is None else Movement.from_domain(event.movement, present=level),
        )


@strawberry.type(description="One line of the ledger, and where the feed stands after it.")
class MovementEvent:
    """An event of the ledger."""

    movement: Movement | None = strawberry.field(
        description="The line. Null in the first event of a feed that was started without a cursor: its cursor marks "
        "the beginning."
    )
    cursor: str = strawberry.field(description=_CURSOR)

    @classmethod
    def from_domain(cls, event: DomainMovementEvent) -> Self:
        if event.movement is None:
            return cls(movement=None, cursor=event.cursor)
        present = None if event.present is None else StockLevel.from_domain(event.present)
        return cls(movement=Movement.from_domain(event.movement, present=present), cursor=event.cursor)


@strawberry.type
class DocumentFeedEvent:
    """What the events of all kinds of documents have in common."""

    kind: DocumentEventKind = strawberry.field(description="Why the document is sent.")
    version: int = strawberry.field(
        description="The version of the document that this event reports: each once, and those of a document in order."
    )
    cause: str | None = strawberry.field(
        description="What changed it: a mutation, such as `transferShip`, or what the server does automatically: "
        "`reservationExpire`, `backordersAssign`, `alertWake`. Null in a snapshot."
    )
    cursor: str = strawberry.field(description=_CURSOR)

    @classmethod
    def of(cls, event: DocumentEvent[Any], **own: Any) -> Self:
        """Convert, with the fields of the kind."""
        recorded = event.recorded
        return cls(
            kind=event.kind,
            version=recorded.version,
            state=recorded.state,  # type: ignore[call-arg]  # each kind has states of its own
            cause=event.cause,
            cursor=event.cursor,
            **own,
        )


@strawberry.type(
    description="A reservation of the snapshot, or one that has changed, with the feed's position after it."
)
class ReservationEvent(DocumentFeedEvent):
    """An event of one reservation."""

    reservation: Reservation = _present("reservation")
    state: ReservationState = _state("reservation")

    @classmethod
    def from_domain(cls, event: DocumentEvent[DomainReservation]) -> Self:
        return cls.of(event, reservation=Reservation.from_domain(event.document))


@strawberry.type(description="A transfer of the snapshot or one that changed, and the feed's position after it.")
class TransferEvent(DocumentFeedEvent):
    """An event of one transfer."""

    transfer: Transfer = _present("transfer")
    state: TransferState = _state("transfer")

    @classmethod
    def from_domain(cls, event: DocumentEvent[DomainTransfer]) -> Self:
        return cls.of(event, transfer=Transfer.from_domain(event.document))


@strawberry.type(
    description="A purchase order of the snapshot, or one that has changed, with the feed's position after it."
)
class PurchaseOrderEvent(DocumentFeedEvent):
    """An event of one purchase order."""

    purchase_order: PurchaseOrder = _present("purchase order")
    state: PurchaseOrderState = _state("purchase order")

    @classmethod
    def from_domain(cls, event: DocumentEvent[DomainPurchaseOrder]) -> Self:
        return cls.of(event, purchase_order=PurchaseOrder.from_domain(event.document))


@strawberry.type(description="An alert of the snapshot or one that changed, and the feed's position after it.")
class StockAlertEvent(DocumentFeedEvent):
    """An event of one alert."""

    alert: StockAlert = _present("alert")
    state: AlertState = _state("alert")
    type: AlertType = strawberry.field(description="The type that the alert had in that version.")
    change: AlertChange | None = strawberry.field(description="What happened to it; null in a snapshot.")

    @classmethod
    def from_domain(cls, event: DocumentEvent[DomainAlert]) -> Self:
        change = event.recorded.change if event.kind is DocumentEventKind.CHANGE else None
        return cls.of(event, alert=StockAlert.from_domain(event.document), type=event.recorded.type, change=change)
