"""The arithmetic of a purchase order, without any stock."""

from dataclasses import replace
from typing import Any

import pytest

from app.domain.document import DocumentKey, DocumentKind
from app.domain.money import Money
from app.domain.purchasing.commands.purchase_checks import approval_errors
from app.domain.purchasing.purchase_order import (
    NOT_ENDED,
    ON_ORDER,
    OrderDraft,
    PurchaseLine,
    PurchaseOrder,
    PurchaseOrderState,
    order_draft_id,
    order_draft_key,
    purchase_order_key,
)
from app.domain.replenishment.order_reason import MAX_REASONS, OrderReason
from app.domain.stock.level import Level, LevelKey
from app.domain.time import Moment

ORDERED = PurchaseLine(sku="TEA-1", quantity=8, unit_cost=Money(25_000))
CUPS = PurchaseLine(sku="CUP-1", quantity=4)
LATER = Moment(7)


def order(*lines: PurchaseLine, state: PurchaseOrderState = PurchaseOrderState.DRAFT) -> PurchaseOrder:
    """Return an order of MAIN from ACME."""
    return PurchaseOrder(id="p", state=state, supplier="ACME", location="MAIN", lines=lines)


def reason(wanted: int) -> OrderReason:
    """Return why so many units were ordered for an empty level."""
    return OrderReason.of(Level(key=LevelKey("TEA-1", "MAIN")), at=LATER, wanted=wanted, quantity=wanted)


@pytest.mark.parametrize(
    ("quantity", "received", "over", "outstanding"), [(0, 0, 0, 8), (3, 3, 0, 5), (8, 8, 0, 0), (11, 8, 3, 0)]
)
def test_units_that_arrive_beyond_what_is_outstanding_are_over(
    quantity: int, received: int, over: int, outstanding: int
) -> None:
    """They are counted apart, so that what was ordered stays accounted for."""
    line = ORDERED.arrived(quantity)
    assert (line.received, line.over, line.outstanding, line.quantity) == (received, over, outstanding, 8)


def test_the_rest_of_a_line_is_short() -> None:
    """All of it, and nothing of what arrived; what comes after that is over."""
    short = ORDERED.arrived(3).given_up()
    assert short == replace(ORDERED, received=3, short=5)
    assert short.arrived(2) == replace(short, over=2)


@pytest.mark.parametrize(
    "counts",
    [{"quantity": 0}, {"received": 9}, {"received": -1}, {"short": -1}, {"over": -1}, {"received": 5, "short": 4}],
)
def test_a_line_that_does_not_add_up_cannot_be_made(counts: dict[str, Any]) -> None:
    """No more than ordered is received or short."""
    with pytest.raises(AssertionError):
        replace(ORDERED, **counts)


def test_a_line_keeps_the_newest_reasons_of_its_units() -> None:
    """Each adds its units, and beyond the limit the oldest is forgotten."""
    line = ORDERED
    for wanted in range(1, MAX_REASONS + 3):
        line = line.with_more(wanted, reason=reason(wanted))
    assert line.quantity == 8 + sum(range(1, MAX_REASONS + 3))
    assert [each.wanted for each in line.reasons] == list(range(3, MAX_REASONS + 3))


def test_an_order_is_worth_what_its_units_cost() -> None:
    """Units of unknown cost are told apart."""
    assert (order(ORDERED, CUPS).value, order(ORDERED, CUPS).unvalued) == (Money(200_000), 4)


def test_the_lines_of_a_draft_are_replaced_added_and_taken_away() -> None:
    """One at a time each keeps its place, and there is one per item; or all of them at once."""
    draft = order(ORDERED, CUPS)
    more = replace(ORDERED, quantity=9)
    assert draft.with_line(more).lines == (more, CUPS)
    pot = PurchaseLine(sku="POT-1", quantity=1)
    assert draft.with_line(pot).lines == (ORDERED, CUPS, pot)
    assert draft.with_lines([CUPS]).lines == (CUPS,)


def test_the_lines_of_a_submitted_order_stand() -> None:
    """What was ordered is not ordered otherwise afterwards."""
    sent = order(ORDERED, state=PurchaseOrderState.SUBMITTED)
    with pytest.raises(AssertionError):
        sent.with_line(CUPS)
    with pytest.raises(AssertionError):
        sent.with_lines([])


def test_an_order_is_submitted_and_confirmed() -> None:
    """Each keeps its moment, and may say anew when the goods arrive."""
    sent = order(ORDERED).submitted(at=Moment(3), expected_at=Moment(10))
    assert (sent.state, sent.submitted_at, sent.expected_at) == (PurchaseOrderState.SUBMITTED, 3, 10)
    taken = sent.confirmed({}, at=Moment(4), expected_at=Moment(12))
    assert (taken.state, taken.submitted_at, taken.confirmed_at, taken.expected_at) == (
        PurchaseOrderState.CONFIRMED,
        3,
        4,
        12,
    )


def test_an_order_is_received_when_nothing_is_outstanding() -> None:
    """Until then it is partially received."""
    sent = order(ORDERED, CUPS, state=PurchaseOrderState.SUBMITTED)
    partial = sent.received({"TEA-1": ORDERED.arrived(8)}, at=LATER)
    assert (partial.state, partial.closed_at) == (PurchaseOrderState.PARTIALLY_RECEIVED, None)
    assert partial.lines == (ORDERED.arrived(8), CUPS)
    whole = partial.received({"CUP-1": CUPS.arrived(1).given_up()}, at=LATER)
    assert (whole.state, whole.closed_at) == (PurchaseOrderState.RECEIVED, LATER)
    assert whole.lines == (ORDERED.arrived(8), CUPS.arrived(1).given_up())


def test_nothing_more_comes_of_a_cancelled_order() -> None:
    """What arrived stays; the rest is short."""
    part = order(ORDERED.arrived(3), CUPS, state=PurchaseOrderState.PARTIALLY_RECEIVED).cancelled(at=LATER)
    assert (part.state, part.closed_at) == (PurchaseOrderState.CANCELLED, LATER)
    assert part.lines == (ORDERED.arrived(3).given_up(), CUPS.given_up())


def test_an_order_may_change_the_levels_of_its_items_where_they_arrive() -> None:
    """Those, and no others."""
    assert order(ORDERED, CUPS).level_keys == (LevelKey("TEA-1", "MAIN"), LevelKey("CUP-1", "MAIN"))
    assert order(ORDERED).arriving("TEA-1") == LevelKey("TEA-1", "MAIN")


def test_the_states_tell_what_an_order_does_to_stock() -> None:
    """A draft is planned, an order that is sent is incoming, and an ended one is neither."""
    ended = {PurchaseOrderState.RECEIVED, PurchaseOrderState.CANCELLED}
    assert set(PurchaseOrderState) == ON_ORDER | {PurchaseOrderState.DRAFT} | ended
    assert ended.isdisjoint(NOT_ENDED)


def test_an_order_and_the_pointer_to_a_draft_have_keys_of_their_kinds() -> None:
    """The pointer is one per location and supplier."""
    assert order(ORDERED).key == purchase_order_key("p") == DocumentKey(DocumentKind.PURCHASE_ORDER, "p")
    pointer = OrderDraft(id=order_draft_id("ACME", "MAIN"), order="p")
    assert pointer.key == order_draft_key("ACME", "MAIN") == DocumentKey(DocumentKind.ORDER_DRAFT, "MAIN/ACME")


@pytest.mark.parametrize(
    ("lines", "limit", "before", "is_refused"),
    [
        ((ORDERED,), None, None, False),
        ((ORDERED,), 200_000, None, False),
        ((ORDERED,), 199_999, None, True),
        ((ORDERED, CUPS), 200_000, None, True),
        ((ORDERED, CUPS), None, None, False),
        ((ORDERED,), 1, (ORDERED,), False),
        ((ORDERED, CUPS), 1, (ORDERED, CUPS), False),
        ((ORDERED, replace(CUPS, quantity=5)), 1, (ORDERED, CUPS), True),
        ((replace(ORDERED, quantity=9),), 200_000, (ORDERED,), True),
    ],
)
def test_an_approval_limit_bounds_what_is_known_of_the_value(
    lines: tuple[PurchaseLine, ...], limit: int | None, before: tuple[PurchaseLine, ...] | None, *, is_refused: bool
) -> None:
    """Units of unknown cost are above every limit; what was so before may stay."""
    errors = approval_errors(
        order(*lines),
        limit=None if limit is None else Money(limit),
        before=None if before is None else order(*before),
    )
    assert bool(list(errors)) is is_refused
