"""The webhook events of a step of the ledger. Pure: the same entries give the same messages.

Rule: an event has one id, made of what happened, so that a receiver recognises a duplicate.
"""

import heapq
import json
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from operator import itemgetter
from typing import NamedTuple

from app.domain.access.visibility import Visibility
from app.domain.alerts.alert import Alert, AlertState
from app.domain.document import Document
from app.domain.operation import Operation
from app.domain.purchasing.purchase_order import PurchaseOrder, PurchaseOrderState
from app.domain.reservations.reservation import Reservation, ReservationState
from app.domain.stock.level import LevelKey
from app.domain.stock.movement import Movement
from app.domain.time import Moment
from app.domain.webhooks.delivery import WebhookMessage
from app.domain.webhooks.webhook import Webhook, WebhookEventType
from app.services.live.ledger.ledger_feed import LedgerStep
from app.services.live.ledger_offset import writer_and_moment
from app.services.webhooks.message_data import (
    Data,
    alert_data,
    level_data,
    purchase_order_data,
    reservation_data,
    time_text,
)

_EXPIRED, _SUBMITTED = "reservationExpire", "purchaseOrderSubmit"  # the kinds of operations that cause it


class LedgerEntry(NamedTuple):
    """One entry of the ledger, and the messages that it gives."""

    entry: Movement | Operation
    messages: Sequence[WebhookMessage]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Event:
    """What happened: to what, in which version, and which levels it touches. The data are built when they are sent."""

    type: WebhookEventType
    subject: str
    version: int
    levels: Sequence[LevelKey]
    data: Callable[[], Data]
    document: Document | None = None

    def message(self, at: Moment, *, trace: str | None) -> WebhookMessage:
        """Return the message. Its id holds nothing but hexadecimal digits, whatever names partners use."""
        named = f"{self.type}\0{self.subject}\0{self.version}"
        envelope = {"type": self.type.value, "timestamp": time_text(at), "data": self.data()}
        return WebhookMessage(
            id=f"msg_{blake2b(named.encode(), digest_size=16).hexdigest()}",
            type=self.type,
            subject=self.subject,
            occurred_at=at,
            body=json.dumps(envelope, ensure_ascii=False, separators=(",", ":")),
            trace=trace,
        )


def entries_of(step: LedgerStep, webhook: Webhook, *, seen: Collection[str] | None = None) -> Iterator[LedgerEntry]:
    """Yield the entries of a step that were not handed out before, in the order of their moments.

    `seen` are the items of the step that are visible to the webhook; None where all are.
    """
    found = heapq.merge(_marked(step.found.lines), _marked(step.found.operations), key=itemgetter(0))
    for moment, entry in found:
        if not step.after.is_past(entry):
            trace = entry.trace if isinstance(entry, Movement) else entry.info.trace
            wanted = [event for event in _events(entry) if _wants(webhook, event, seen)]
            yield LedgerEntry(entry, tuple(event.message(moment, trace=trace) for event in wanted))


def _marked(entries: Sequence[Movement] | Sequence[Operation]) -> Iterator[tuple[Moment, Movement | Operation]]:
    return ((writer_and_moment(entry)[1], entry) for entry in entries)


def items_of(step: LedgerStep) -> Collection[str]:
    """Return the items whose categories decide what of a step is visible."""
    about = (each.about_item for operation in step.found.operations for each in operation.documents)
    return {line.after.key.sku for line in step.found.lines} | {sku for sku in about if sku is not None}


def _wants(webhook: Webhook, event: _Event, seen: Collection[str] | None) -> bool:
    return (
        event.type in webhook.events
        and (not webhook.is_narrowed or any(map(webhook.is_about, event.levels)))
        and (webhook.owner is None or _may_have(webhook, event, seen))
    )


def _may_have(webhook: Webhook, event: _Event, seen: Collection[str] | None) -> bool:
    if not webhook.may_have(event.type):
        return False
    if event.document is None:
        return all(_shows(webhook.visibility, key, seen) for key in event.levels)
    about = event.document.about_item
    return event.document.is_within(webhook.visibility) and (seen is None or about is None or about in seen)


def _shows(visibility: Visibility, key: LevelKey, seen: Collection[str] | None) -> bool:
    return visibility.shows_location(key.location) and (seen is None or key.sku in seen)


def _events(entry: Movement | Operation) -> Iterator[_Event]:
    if isinstance(entry, Movement):
        yield _level_changed(entry)
        return
    for document in entry.documents:
        yield from _events_of(document, entry)


def _events_of(document: Document, operation: Operation) -> Iterator[_Event]:
    match document:
        case Reservation():
            yield from _reservation_events(document, operation)
        case Alert():
            yield from _alert_events(document, operation)
        case PurchaseOrder():
            yield from _order_events(document, operation)


def _level_changed(line: Movement) -> _Event:
    key = line.after.key
    subject = f"level {key.location}/{key.sku}"
    return _Event(
        type=WebhookEventType.LEVEL_CHANGED,
        subject=subject,
        version=line.after.version,
        levels=(key,),
        data=partial(level_data, line),
    )


def _reservation_events(reservation: Reservation, operation: Operation) -> Iterator[_Event]:
    if operation.info.kind == _EXPIRED and reservation.state is ReservationState.EXPIRED:
        yield _document_event(
            WebhookEventType.RESERVATION_EXPIRED,
            reservation,
            reservation.level_keys,
            partial(reservation_data, reservation),
        )


def _alert_events(alert: Alert, operation: Operation) -> Iterator[_Event]:
    """Yield the events of an alert. One that opens and closes within one operation gives both."""
    has_opened = alert.opened_by == operation.id
    has_closed = alert.state is AlertState.CLOSED and alert.closed_by == operation.id
    types = {
        WebhookEventType.ALERT_OPENED: has_opened,
        WebhookEventType.ALERT_CHANGED: not (has_opened or has_closed),
        WebhookEventType.ALERT_CLOSED: has_closed,
    }
    for type_, has_happened in types.items():
        if has_happened:
            yield _document_event(type_, alert, (alert.level_key,), partial(alert_data, alert))


def _order_events(order: PurchaseOrder, operation: Operation) -> Iterator[_Event]:
    if operation.info.kind == _SUBMITTED and order.state is PurchaseOrderState.SUBMITTED:
        yield _document_event(
            WebhookEventType.PURCHASE_ORDER_SUBMITTED, order, order.level_keys, partial(purchase_order_data, order)
        )


def _document_event(
    type_: WebhookEventType, document: Document, levels: Sequence[LevelKey], data: Callable[[], Data]
) -> _Event:
    subject = f"{document.kind.value} {document.id}"
    return _Event(type=type_, subject=subject, version=document.version, levels=levels, data=data, document=document)
