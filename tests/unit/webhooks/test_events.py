"""What a webhook is told of what a read of the ledger found."""

from dataclasses import replace
from typing import Any

from app.domain.alerts.alert import AlertState
from app.domain.alerts.open_alert import AlertType
from app.domain.purchasing.purchase_order import PurchaseOrderState
from app.domain.reservations.reservation import ReservationState
from app.domain.stock.level import LevelKey
from app.domain.transfers.transfer import Transfer
from app.domain.webhooks.webhook import WebhookEventType
from tests.support.clock import START
from tests.support.webhook_entries import ALERT, BEFORE, CUP, EVERYTHING, ORDER, RESERVATION, a_line, an_operation, told


def types(messages: list[Any]) -> list[str]:
    """Return the types of messages."""
    return [message["type"] for message in messages]


def test_a_changed_level_is_told_whole_with_its_movement() -> None:
    """By the names of the API, and by ids that it knows."""
    [message] = told(a_line(1))
    counts = {"reserved": 2, "unavailable": 1, "incoming": 0, "backordered": 0}
    by = {"damaged": 1, "qualityControl": 0, "safety": 0, "other": 0}
    level = message["data"]["level"]
    assert (message["type"], message["timestamp"]) == ("level.changed", "2025-10-09T08:53:20.000001Z")
    assert {name: level[name] for name in counts} == counts
    assert (level["onHand"], level["available"], level["unavailableBy"]) == (7, 4, by)
    assert (level["item"], level["location"]) == ({"sku": "TEA-1"}, {"code": "MAIN"})
    assert (level["status"], level["version"], level["countedAt"]) == ("IN_STOCK", 3, None)
    movement = message["data"]["movement"]
    assert (movement["delta"], movement["change"]["reserved"], movement["reason"]) == (-1, -1, "SALE")
    assert (movement["reference"], movement["channel"], movement["version"]) == ("R", "web", 3)
    assert level["changedAt"] == movement["recordedAt"] == message["timestamp"]
    assert (message["data"]["id"], movement["id"]) == ("U3RvY2tMZXZlbDpNQUlOL1RFQS0x", "TW92ZW1lbnQ6TUFJTi9URUEtMSMz")


def test_an_event_has_one_id_however_it_is_found() -> None:
    """It is made of the level and its version, or of the document, its version and what happened to it."""
    [one] = told(a_line(1))
    [again] = told(a_line(1), webhook=replace(EVERYTHING, id="other"))
    assert one["id"] == again["id"]
    assert one["id"].startswith("msg_")
    others = told(a_line(1, version=4), a_line(2, CUP, version=3), an_operation(3, "x", ALERT))
    assert len({message["id"] for message in (one, *others)}) == 4


def test_ids_fit_into_a_header_whatever_an_item_is_called() -> None:
    """A SKU may hold any printable character."""
    [message] = told(a_line(1, LevelKey("Tee. grün #1", "MAIN")))
    assert message["id"].removeprefix("msg_").isalnum()
    assert message["id"].isascii()
    assert message["data"]["level"]["item"] == {"sku": "Tee. grün #1"}


def test_what_happened_is_told_in_the_order_of_the_ledger() -> None:
    """Lines and documents between each other, by their moments."""
    messages = told(
        a_line(1, version=1), a_line(4, version=2), an_operation(2, "reservationExpire", RESERVATION), a_line(5, CUP)
    )
    assert types(messages) == ["level.changed", "reservation.expired", "level.changed", "level.changed"]
    assert [message["subject"] for message in messages] == [
        "level MAIN/TEA-1",
        "RESERVATION r",
        "level MAIN/TEA-1",
        "level NORTH/CUP-1",
    ]


def test_what_was_handed_out_before_is_not_told_again() -> None:
    """A step may begin with entries that lie behind its position."""
    after = BEFORE.after(a_line(4))
    assert (
        told(a_line(3, version=1), a_line(4, version=2), a_line(5, version=3), after=after)[0]["data"]["level"][
            "version"
        ]
        == 3
    )
    assert types(told(a_line(3), a_line(4, writer="v"), after=after)) == ["level.changed"]


def test_an_expired_reservation_is_told_with_its_lines() -> None:
    """And no other change of one is."""
    [message] = told(an_operation(1, "reservationExpire", RESERVATION))
    reservation = message["data"]["reservation"]
    assert (reservation["state"], reservation["reference"], reservation["channel"]) == ("EXPIRED", "web-1", "web")
    assert (reservation["expiresAt"], reservation["version"]) == ("2025-10-09T08:53:20.000900Z", 2)
    first, second = reservation["lines"]
    assert (first["sku"], first["quantity"], first["released"], first["shortage"]) == ("TEA-1", 3, 2, 1)
    assert [hold["location"]["code"] for hold in first["holds"]] == ["MAIN", "SOUTH"]
    assert (first["location"], second["location"]) == (None, {"code": "NORTH"})
    for kind in ("reservationRelease", "reservationCreate"):
        assert told(an_operation(1, kind, replace(RESERVATION, state=ReservationState.RELEASED))) == []


def test_an_alert_is_told_when_it_opens_changes_and_closes() -> None:
    """The operation that did it says so; what opens and closes in one is told as both."""
    closed = replace(ALERT, version=3, state=AlertState.CLOSED, closed_by="third", closed_at=START)
    messages = told(
        an_operation(1, "stockAdjust", ALERT),
        an_operation(2, "stockAdjust", replace(ALERT, version=2, type=AlertType.OUT), identity="second"),
        an_operation(3, "stockAdjust", closed, identity="third"),
        an_operation(
            4, "stockAdjust", replace(closed, id="b", version=1, opened_by="both", closed_by="both"), identity="both"
        ),
    )
    assert types(messages) == ["alert.opened", "alert.changed", "alert.closed", "alert.opened", "alert.closed"]
    alert = messages[0]["data"]["alert"]
    assert (alert["type"], alert["state"], alert["threshold"], alert["available"]) == ("LOW", "OPEN", 5, 4)
    assert (alert["change"], messages[0]["data"]["id"]) == ("OPENED", "U3RvY2tBbGVydDpNQUlOL1RFQS0xIzMvU1RPQ0s=")
    assert (alert["item"], alert["location"]) == ({"sku": "TEA-1"}, {"code": "MAIN"})
    assert messages[2]["data"]["alert"]["closedAt"] == "2025-10-09T08:53:20Z"
    assert len({message["id"] for message in messages}) == 5


def test_a_submitted_order_is_told() -> None:
    """What happens to it before and after is not."""
    draft = replace(ORDER, version=1, state=PurchaseOrderState.DRAFT)
    confirmed = replace(ORDER, version=3, state=PurchaseOrderState.CONFIRMED)
    messages = told(
        an_operation(1, "purchaseOrderCreate", draft),
        an_operation(2, "purchaseOrderSubmit", ORDER),
        an_operation(3, "purchaseOrderConfirm", confirmed),
    )
    assert types(messages) == ["purchase_order.submitted"]
    order = messages[0]["data"]["purchaseOrder"]
    assert (order["supplier"], order["location"]) == ({"code": "ACME"}, {"code": "MAIN"})
    assert order["value"] == "30.00"
    assert [(line["item"]["sku"], line["quantity"], line["unitCost"]) for line in order["lines"]] == [
        ("TEA-1", 24, "1.25")
    ]


def test_a_webhook_is_told_of_what_it_is_for_alone() -> None:
    """By event, by location, by item, and by both of one level."""
    entries = (
        a_line(1),
        a_line(2, CUP),
        an_operation(3, "reservationExpire", RESERVATION),
        an_operation(4, "stockAdjust", ALERT),
        an_operation(5, "purchaseOrderSubmit", ORDER),
    )
    lines, rest = ["level.changed"], ["reservation.expired", "alert.opened", "purchase_order.submitted"]
    for narrowed, expected in (
        ({}, [*lines, *lines, *rest]),
        ({"events": (WebhookEventType.ALERT_OPENED,)}, ["alert.opened"]),
        ({"locations": ("MAIN",)}, [*lines, *rest]),
        ({"locations": ("NORTH", "EAST")}, [*lines, "reservation.expired"]),
        ({"skus": ("CUP-1",)}, [*lines, "reservation.expired"]),
        ({"skus": ("CUP-1",), "locations": ("MAIN",)}, []),
        ({"skus": ("TEA-1",), "locations": ("SOUTH",)}, ["reservation.expired"]),
    ):
        assert types(told(*entries, webhook=replace(EVERYTHING, **narrowed))) == expected, narrowed


def test_documents_that_no_event_is_about_are_passed_over() -> None:
    """And so is a reservation without a level, unless everything is of interest."""
    transfer = Transfer(id="t", source="A", destination="B", lines=())
    assert told(an_operation(1, "transferCreate", transfer)) == []
    bare = replace(RESERVATION, holds=())
    assert types(told(an_operation(1, "reservationExpire", bare))) == ["reservation.expired"]
    assert told(an_operation(1, "reservationExpire", bare), webhook=replace(EVERYTHING, skus=("TEA-1",))) == []
