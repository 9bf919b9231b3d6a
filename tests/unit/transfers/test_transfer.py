"""The arithmetic of a transfer, without any stock."""

from typing import Any

import pytest

from app.domain.document import DocumentKey, DocumentKind
from app.domain.stock.level import LevelKey
from app.domain.transfers.transfer import Transfer, TransferLine, TransferState, transfer_key

SHIPPED = TransferLine(sku="TEA-1", quantity=10, shipped=8)


def transfer(*lines: TransferLine, state: TransferState = TransferState.DRAFT) -> Transfer:
    """Return a transfer from MAIN to NORTH."""
    return Transfer(id="t", state=state, source="MAIN", destination="NORTH", lines=lines)


def test_what_was_shipped_is_outstanding_until_its_fate_is_known() -> None:
    """Received, lost and returned units are not outstanding; those that were never shipped, or are over, never were."""
    assert SHIPPED.outstanding == 8
    line = TransferLine(sku="TEA-1", quantity=10, shipped=8, received=4, lost=2, returned=1, over=5)
    assert line.outstanding == 1


@pytest.mark.parametrize(
    ("quantity", "received", "over", "outstanding"), [(0, 0, 0, 8), (3, 3, 0, 5), (8, 8, 0, 0), (11, 8, 3, 0)]
)
def test_units_that_arrive_beyond_what_is_outstanding_are_over(
    quantity: int, received: int, over: int, outstanding: int
) -> None:
    """They are counted apart, so that what was shipped stays accounted for."""
    line = SHIPPED.arrived(quantity)
    assert (line.received, line.over, line.outstanding) == (received, over, outstanding)
    assert (line.quantity, line.shipped) == (10, 8)


def test_a_line_may_arrive_in_parts() -> None:
    """Each part adds up; of the last one the units beyond are over."""
    line = SHIPPED.arrived(3).arrived(4).arrived(2).arrived(1)
    assert (line.received, line.over, line.outstanding) == (8, 2, 0)


def test_the_rest_of_a_line_is_lost_or_goes_back() -> None:
    """All of it, and nothing of what arrived."""
    assert SHIPPED.arrived(3).given_up() == TransferLine(sku="TEA-1", quantity=10, shipped=8, received=3, lost=5)
    assert SHIPPED.arrived(3).sent_back() == TransferLine(sku="TEA-1", quantity=10, shipped=8, received=3, returned=5)


@pytest.mark.parametrize(
    "counts",
    [
        {"shipped": 11},
        {"shipped": -1},
        {"received": 1},
        {"shipped": 5, "received": 3, "lost": 2, "returned": 1},
        {"shipped": 5, "received": -1},
        {"shipped": 5, "lost": -1},
        {"shipped": 5, "returned": -1},
        {"over": -1},
    ],
)
def test_a_line_that_does_not_add_up_cannot_be_made(counts: dict[str, Any]) -> None:
    """No more than asked for is shipped, and no more than shipped is received, lost or returned."""
    with pytest.raises(AssertionError):
        TransferLine(sku="TEA-1", quantity=10, **counts)


def test_of_lines_that_are_not_shipped_nothing_leaves() -> None:
    """The units that are named left; the transfer is on its way."""
    tea, cups = TransferLine(sku="TEA-1", quantity=10), TransferLine(sku="CUP-1", quantity=4)
    shipped = transfer(tea, cups).shipped({"CUP-1": 3})
    assert shipped.state is TransferState.IN_TRANSIT
    assert [(line.sku, line.quantity, line.shipped) for line in shipped.lines] == [("TEA-1", 10, 0), ("CUP-1", 4, 3)]


def test_a_transfer_is_received_when_nothing_is_outstanding() -> None:
    """Until then it is partially received."""
    cups = TransferLine(sku="CUP-1", quantity=4, shipped=4)
    sent = transfer(SHIPPED, cups, state=TransferState.IN_TRANSIT)
    partial = sent.received({"TEA-1": SHIPPED.arrived(8)})
    assert partial.state is TransferState.PARTIALLY_RECEIVED
    assert partial.lines == (SHIPPED.arrived(8), cups)
    whole = partial.received({"CUP-1": cups.arrived(1).given_up()})
    assert whole.state is TransferState.RECEIVED
    assert whole.lines == (SHIPPED.arrived(8), cups.arrived(1).given_up())


def test_a_cancelled_transfer_has_nothing_on_its_way() -> None:
    """What arrived stays; the rest went back. A draft has sent nothing."""
    part = transfer(SHIPPED.arrived(3), state=TransferState.PARTIALLY_RECEIVED).cancelled()
    assert part.state is TransferState.CANCELLED
    assert part.lines == (SHIPPED.arrived(3).sent_back(),)
    draft = transfer(TransferLine(sku="TEA-1", quantity=10)).cancelled()
    assert draft.lines == (TransferLine(sku="TEA-1", quantity=10),)


def test_a_transfer_may_change_the_levels_at_both_of_its_ends() -> None:
    """Those of its items, and no others."""
    both = transfer(SHIPPED, TransferLine(sku="CUP-1", quantity=4))
    assert set(both.level_keys) == {
        LevelKey("TEA-1", "MAIN"),
        LevelKey("TEA-1", "NORTH"),
        LevelKey("CUP-1", "MAIN"),
        LevelKey("CUP-1", "NORTH"),
    }
    assert (both.leaving("TEA-1"), both.arriving("TEA-1")) == (LevelKey("TEA-1", "MAIN"), LevelKey("TEA-1", "NORTH"))


def test_a_transfer_has_a_key_of_its_kind() -> None:
    """The same id may name a document of another kind."""
    assert transfer(SHIPPED).key == transfer_key("t") == DocumentKey(DocumentKind.TRANSFER, "t")
