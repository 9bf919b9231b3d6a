"""Entries of the ledger of which webhooks are told, and what they are told."""

import json
from collections.abc import Collection
from dataclasses import replace
from typing import Any

from app.domain.alerts.alert import Alert
from app.domain.alerts.open_alert import AlertType
from app.domain.document import Document
from app.domain.money import Money
from app.domain.operation import CommandInfo, Operation
from app.domain.purchasing.purchase_order import PurchaseLine, PurchaseOrder, PurchaseOrderState, StruckLine
from app.domain.replenishment.declined import Declined, DeclineReason
from app.domain.reservations.holds import Hold
from app.domain.reservations.reservation import RequestedLine, Reservation, ReservationState
from app.domain.stock.level import Level, LevelKey
from app.domain.stock.level_change import LevelChange
from app.domain.stock.movement import Movement, MovementReason
from app.domain.time import Moment
from app.domain.webhooks.webhook import Webhook, WebhookEventType
from app.services.live.ledger.ledger_feed import LedgerStep
from app.services.live.ledger_offset import LedgerBatch, LedgerOffset
from app.services.webhooks.events import entries_of
from tests.support.clock import START
from tests.support.webhooks import a_webhook

TEA, CUP = LevelKey("TEA-1", "MAIN"), LevelKey("CUP-1", "NORTH")
BEFORE = LedgerOffset(base=START, reached={})
EVERYTHING = a_webhook(events=tuple(WebhookEventType))


DECLINED = Declined(
    reason=DeclineReason.QUANTITY_SET, by="ann", at=START, order="p", quantity=24, position=28, wake_position=14
)


def a_line(moment: int, key: LevelKey = TEA, *, version: int = 3, writer: str = "w") -> Movement:
    """Return a movement so many microseconds after the start."""
    after = Level(
        key=key,
        on_hand=7,
        reserved=2,
        damaged=1,
        declined=DECLINED,
        version=version,
        changed_at=Moment(START + moment),
    )
    change = LevelChange(on_hand=-1, reserved=-1)
    reason = MovementReason.SALE
    return Movement(
        operation_id="op",
        writer=writer,
        recorded_at=after.changed_at,
        reason=reason,
        change=change,
        after=after,
        reference="R",
        channel="web",
    )


def an_operation(moment: int, kind: str, *documents: Document, identity: str = "op") -> Operation:
    """Return an operation that tells of documents so many microseconds after the start."""
    published_at = Moment(START + moment)
    return Operation(
        info=CommandInfo(operation_id=identity, kind=kind, actor="a"),
        recorded_at=START,
        documents=tuple(replace(document, changed_at=published_at) for document in documents),
        published_at=published_at,
        writer="w",
    )


def told(
    *entries: Movement | Operation,
    webhook: Webhook = EVERYTHING,
    after: LedgerOffset = BEFORE,
    seen: Collection[str] | None = None,
) -> list[Any]:
    """Return the messages of these entries as receivers read them, each with its id and subject."""
    lines = tuple(entry for entry in entries if isinstance(entry, Movement))
    operations = tuple(entry for entry in entries if isinstance(entry, Operation))
    found = LedgerBatch(lines=lines, operations=operations, size=0, offset=after, is_complete=True)
    given = entries_of(LedgerStep(after, found, is_late=False), webhook, seen=seen)
    return [
        {**json.loads(message.body), "id": message.id, "subject": message.subject}
        for entry in given
        for message in entry.messages
    ]


RESERVATION = Reservation(
    id="r",
    version=2,
    state=ReservationState.EXPIRED,
    reference="web-1",
    channel="web",
    expires_at=Moment(START + 900),
    created_at=START,
    lines=(RequestedLine(sku="TEA-1", quantity=3), RequestedLine(sku="CUP-1", quantity=1, location="NORTH")),
    holds=(
        Hold(line=0, sku="TEA-1", location="MAIN", released=1),
        Hold(line=0, sku="TEA-1", location="SOUTH", released=1, fulfilled=0),
        Hold(line=1, sku="CUP-1", location="NORTH", released=1),
    ),
)
ALERT = Alert(
    id="MAIN/TEA-1#3/STOCK",
    version=1,
    created_at=START,
    sku="TEA-1",
    location="MAIN",
    type=AlertType.LOW,
    threshold=5,
    available=4,
    on_hand=6,
    opened_by="op",
)
ORDER = PurchaseOrder(
    id="p",
    version=2,
    created_at=START,
    state=PurchaseOrderState.SUBMITTED,
    supplier="ACME",
    location="MAIN",
    lines=(PurchaseLine(sku="TEA-1", quantity=24, unit_cost=Money(12_500), set_by="ann", set_at=START),),
    struck=(StruckLine(sku="CUP-1", quantity=6, set_by="ann", set_at=START),),
)
