"""What a document's state refuses: named by its reference, with what to do next."""

import pytest

from app.domain.alerts.alert import AlertState
from app.domain.counting.count import CountState
from app.domain.errors import WrongState, restore_error
from app.domain.purchasing.purchase_order import PurchaseOrderState
from app.domain.reservations.reservation import OPEN, ReservationState
from app.domain.transfers.transfer import TransferState
from app.domain.webhooks.delivery import DeliveryState
from app.domain.webhooks.webhook import WebhookState
from app.domain.wrong_state_hints import NEXT_STEPS, NO_NEXT_STEP, next_step

STATES = {
    "RESERVATION": set(ReservationState) - OPEN,  # an open one is in nobody's way
    "TRANSFER": set(TransferState),
    "PURCHASE_ORDER": set(PurchaseOrderState),
    "PURCHASE_RECEIPT": {"REVERSED"},
    "COUNT": set(CountState),
    "ALERT": set(AlertState),
    "WEBHOOK": set(WebhookState),
    "WEBHOOK_DELIVERY": {DeliveryState.DELIVERED},  # what was not taken yet may be sent again
}


def test_every_state_of_every_kind_has_a_next_step() -> None:
    """And there is none for a state that does not exist."""
    assert set(NEXT_STEPS) == {(kind, str(state)) for kind, states in STATES.items() for state in states}
    assert next_step("RESERVATION", "HELD") == NO_NEXT_STEP


@pytest.mark.complaint("R7")
def test_a_document_is_named_by_its_reference() -> None:
    """By its id only where it has none; programs get the reference, too."""
    error = WrongState(kind="RESERVATION", id="85d3", state="EXPIRED", reference="web-1001")
    assert error.message == (
        "The reservation 'web-1001' is EXPIRED: its time ran out; reserve again under a new idempotency key."
    )
    assert restore_error(error.code, error.facts, error.field) == error
    old = restore_error("WRONG_STATE", {"kind": "COUNT", "id": "x", "state": "POSTED"}, ("id",))
    assert old.message == "The count 'x' is POSTED: it is part of the record already; open another count."
