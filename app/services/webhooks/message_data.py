"""The data of a message: the whole new value, by the names and in the shapes of the API.

So a receiver can read it with its types of the API. The `id` of what has changed stands beside that value: by the time
a message is read, the present value may be newer.
"""

import base64
from collections.abc import Mapping, Sequence
from typing import Any

from app.domain.alerts.alert import Alert
from app.domain.money import decimal_of
from app.domain.purchasing.purchase_order import PurchaseLine, PurchaseOrder, StruckLine
from app.domain.replenishment.declined import Declined
from app.domain.reservations.holds import Hold
from app.domain.reservations.reservation import RequestedLine, Reservation
from app.domain.stock.level import Level
from app.domain.stock.level_change import LevelChange
from app.domain.stock.movement import Movement
from app.domain.time import Moment, datetime_of

Data = Mapping[str, Any]


def level_data(line: Movement) -> Data:
    """Return a level as a movement left it, and the movement."""
    level = line.after
    identity = f"{level.key.location}/{level.key.sku}"
    return {
        "id": _global_id("StockLevel", identity),
        "level": {
            "item": {"sku": level.key.sku},
            "location": {"code": level.key.location},
            **_counts(level),
            "unavailableBy": _unavailable_by(level),
            "available": level.available,
            "position": level.position,
            "shortfall": level.shortfall,
            "oversold": level.oversold,
            "reorderPoint": level.reorder_point,
            "backorderLimit": level.backorder_limit,
            "status": level.status.value,
            "declined": _declined(level.declined),
            "version": level.version,
            "changedAt": time_text(level.changed_at),
            "countedAt": _maybe_time(level.counted_at or None),
        },
        "movement": {
            "id": _global_id("Movement", f"{identity}#{level.version}"),
            "operation": {"id": _global_id("Operation", line.operation_id)},
            "delta": line.change.on_hand,
            "change": {**_counts(line.change), "unavailableBy": _unavailable_by(line.change)},
            "reason": line.reason.value,
            "reference": line.reference,
            "channel": line.channel,
            "version": level.version,
            "recordedAt": time_text(line.recorded_at),
        },
    }


def reservation_data(reservation: Reservation) -> Data:
    """Return a reservation."""
    holds: dict[int, list[Hold]] = {}
    for hold in reservation.holds:
        holds.setdefault(hold.line, []).append(hold)
    lines = [
        _reservation_line(line, holds.get(index, ()), shortage=shortage)
        for index, (line, shortage) in enumerate(zip(reservation.lines, reservation.shortages, strict=True))
    ]
    return {
        "id": _global_id("Reservation", reservation.id),
        "reservation": {
            "state": reservation.state.value,
            "reference": reservation.reference,
            "channel": reservation.channel,
            "expiresAt": _maybe_time(reservation.expires_at),
            "createdAt": time_text(reservation.created_at),
            "updatedAt": time_text(reservation.changed_at),
            "version": reservation.version,
            "lines": lines,
        },
    }


def alert_data(alert: Alert) -> Data:
    """Return an alert."""
    closed_by = None if alert.closed_by is None else {"id": _global_id("Operation", alert.closed_by)}
    return {
        "id": _global_id("StockAlert", alert.id),
        "alert": {
            "item": {"sku": alert.sku},
            "location": {"code": alert.location},
            "type": alert.type.value,
            "state": alert.state.value,
            "change": alert.change.value,
            "threshold": alert.threshold,
            "available": alert.available,
            "onHand": alert.on_hand,
            "openedAt": time_text(alert.created_at),
            "openedBy": {"id": _global_id("Operation", alert.opened_by)},
            "escalatedAt": _maybe_time(alert.escalated_at),
            "closedAt": _maybe_time(alert.closed_at),
            "closedBy": closed_by,
            "acknowledgedAt": _maybe_time(alert.acknowledged_at),
            "acknowledgedBy": alert.acknowledged_by,
            "snoozedUntil": _maybe_time(alert.snoozed_until),
            "snoozedBy": alert.snoozed_by,
            "note": alert.note,
            "updatedAt": time_text(alert.changed_at),
            "version": alert.version,
        },
    }


def purchase_order_data(order: PurchaseOrder) -> Data:
    """Return a purchase order, without the reasons of automatic lines."""
    return {
        "id": _global_id("PurchaseOrder", order.id),
        "purchaseOrder": {
            "state": order.state.value,
            "supplier": {"code": order.supplier},
            "location": {"code": order.location},
            "reference": order.reference,
            "note": order.note,
            "isAutomatic": order.is_automatic,
            "setBy": order.set_last and order.set_last[1],
            "setAt": order.set_last and time_text(order.set_last[0]),
            "submittedAt": _maybe_time(order.submitted_at),
            "confirmedAt": _maybe_time(order.confirmed_at),
            "expectedAt": _maybe_time(order.expected_at),
            "closedAt": _maybe_time(order.closed_at),
            "createdAt": time_text(order.created_at),
            "updatedAt": time_text(order.changed_at),
            "version": order.version,
            "value": str(decimal_of(order.value)),
            "lines": [_purchase_line(line) for line in order.lines],
            "struckLines": [_struck_line(line) for line in order.struck],
        },
    }


def time_text(moment: Moment) -> str:
    """Return a moment as the API writes it."""
    return datetime_of(moment).isoformat().replace("+00:00", "Z")


def _maybe_time(moment: Moment | None) -> str | None:
    return None if moment is None else time_text(moment)


def _counts(counted: Level | LevelChange) -> Data:
    return {
        "onHand": counted.on_hand,
        "reserved": counted.reserved,
        "unavailable": counted.unavailable,
        "incoming": counted.incoming,
        "planned": counted.planned,
        "pledged": counted.pledged,
        "backordered": counted.backordered,
    }


def _unavailable_by(counted: Level | LevelChange) -> Data:
    return {
        "damaged": counted.damaged,
        "qualityControl": counted.quality_control,
        "safety": counted.safety,
        "other": counted.other,
    }


def _reservation_line(line: RequestedLine, holds: Sequence[Hold], *, shortage: int) -> Data:
    return {
        "sku": line.sku,
        "quantity": line.quantity,
        "location": None if line.location is None else {"code": line.location},
        **{name: sum(getattr(hold, name) for hold in holds) for name in _HOLD_COUNTS},
        "shortage": shortage,
        "holds": [
            {"location": {"code": hold.location}, **{name: getattr(hold, name) for name in _HOLD_COUNTS}}
            for hold in holds
        ],
    }


def _purchase_line(line: PurchaseLine) -> Data:
    return {
        "item": {"sku": line.sku},
        "quantity": line.quantity,
        "received": line.received,
        "short": line.short,
        "over": line.over,
        "outstanding": line.outstanding,
        "unitCost": None if line.unit_cost is None else str(decimal_of(line.unit_cost)),
        "setBy": line.set_by,
        "setAt": _maybe_time(line.set_at),
    }


def _struck_line(line: StruckLine) -> Data:
    return {
        "item": {"sku": line.sku},
        "quantity": line.quantity,
        "setBy": line.set_by,
        "setAt": time_text(line.set_at),
    }


def _declined(declined: Declined | None) -> Data | None:
    if declined is None:
        return None
    return {
        "reason": declined.reason.value,
        "by": declined.by,
        "at": time_text(declined.at),
        "note": declined.note,
        "quantity": declined.quantity,
        "purchaseOrderId": declined.order and _global_id("PurchaseOrder", declined.order),
        "transferId": declined.transfer and _global_id("Transfer", declined.transfer),
        "until": _maybe_time(declined.until),
        "position": declined.position,
        "wakesAtPosition": declined.wake_position,
    }


def _global_id(type_name: str, identity: str) -> str:
    """Return the API's id of a node, opaque as the Relay specification has it."""
    return base64.b64encode(f"{type_name}:{identity}".encode()).decode()


_HOLD_COUNTS = ("held", "waiting", "fulfilled", "released")
