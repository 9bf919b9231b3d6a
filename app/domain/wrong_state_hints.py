"""Next steps for a document in the wrong state: one sentence for each kind and state."""

from collections.abc import Mapping
from typing import Final

NEXT_STEPS: Final[Mapping[tuple[str, str], str]] = {
    ("RESERVATION", "EXPIRED"): "its time ran out; reserve again under a new idempotency key",
    ("RESERVATION", "RELEASED"): "its units were given back; reserve again under a new idempotency key",
    ("RESERVATION", "FULFILLED"): "it has gone out; record what comes back as a return, or reverse its fulfilment",
    ("TRANSFER", "DRAFT"): "it has not left yet; ship it first",
    ("TRANSFER", "IN_TRANSIT"): "it has left already; receive or cancel it",
    ("TRANSFER", "PARTIALLY_RECEIVED"): "part of it has arrived already; receive or cancel the rest",
    ("TRANSFER", "RECEIVED"): "it is complete; reverse its loss if lost units turn up, or adjust the stock",
    ("TRANSFER", "CANCELLED"): "its units went back; create another transfer",
    ("PURCHASE_ORDER", "DRAFT"): "it was not sent to the supplier yet; submit it first",
    (
        "PURCHASE_ORDER",
        "SUBMITTED",
    ): "it was sent to the supplier already; confirm what comes otherwise, receive or cancel it",
    (
        "PURCHASE_ORDER",
        "CONFIRMED",
    ): "the supplier has confirmed it already; confirm what it revises, receive or cancel it",
    (
        "PURCHASE_ORDER",
        "PARTIALLY_RECEIVED",
    ): "part of it has arrived already; receive, confirm otherwise, or cancel the rest",
    ("PURCHASE_ORDER", "RECEIVED"): "it is complete; reverse its receipt if that was wrong, or create another order",
    ("PURCHASE_ORDER", "CANCELLED"): "nothing of it is expected any more; create another order",
    ("PURCHASE_RECEIPT", "REVERSED"): "this receipt was taken back already; receive it again if it was right",
    ("COUNT", "OPEN"): "people are still counting; post it first",
    ("COUNT", "POSTING"): "it is being posted; post it again to go on",
    ("COUNT", "POSTED"): "it is part of the record already; open another count",
    ("COUNT", "CANCELLED"): "it was given up; open another count",
    ("ALERT", "OPEN"): "the level is still beyond its threshold; acknowledge or snooze it",
    ("ALERT", "CLOSED"): "the level has come back; nothing needs to be done",
    ("WEBHOOK", "ACTIVE"): "it is being sent to; pause it first",
    ("WEBHOOK", "PAUSED"): "nothing is sent to it; resume it first",
    ("WEBHOOK", "GONE"): "its receiver said that it is gone; update its address to resume it",
    ("WEBHOOK", "DELETED"): "it was deleted; create another webhook",
    ("WEBHOOK_DELIVERY", "DELIVERED"): "its receiver has taken it; leave it out",
}
NO_NEXT_STEP: Final = "look at it again and try what its state allows"


def next_step(kind: str, state: str) -> str:
    """Return why the state does not allow the request and what to do next, for people."""
    return NEXT_STEPS.get((kind, state), NO_NEXT_STEP)
