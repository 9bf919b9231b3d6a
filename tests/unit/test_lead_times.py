"""How long a supplier took, worked out by hand."""

from app.domain.purchasing.lead_times import LeadTimes, lead_times_of
from app.domain.purchasing.purchase_order import PurchaseLine, PurchaseOrder, PurchaseOrderState
from app.domain.time import MICROSECONDS_PER_DAY, Moment


def order(submitted: float | None, ended: float | None, expected: float | None = None) -> PurchaseOrder:
    """Return an order by the days of its moments."""
    return PurchaseOrder(
        id="order",
        supplier="ACME",
        location="MAIN",
        state=PurchaseOrderState.RECEIVED,
        lines=(PurchaseLine(sku="TEA-1", quantity=1, received=1),),
        created_at=Moment(0),
        submitted_at=moment(submitted),
        closed_at=moment(ended),
        expected_at=moment(expected),
    )


def moment(day: float | None) -> Moment | None:
    """Return the moment of a day."""
    return None if day is None else Moment(int(day * MICROSECONDS_PER_DAY))


def test_lead_times_run_from_submission_to_the_end() -> None:
    """An order that ends on its day is on time, however late in it."""
    orders = [order(1, 3, 3.5), order(2.5, 8.9, 8), order(1, 9, 4), order(1, 2), order(None, 2), order(1, None, 2)]
    found = lead_times_of(orders)
    assert (found.orders, found.fastest_days, found.slowest_days) == (4, 1, 8)
    assert found.mean_days == (2 + 6.4 + 8 + 1) / 4
    assert found.mean_promised_days == (2.5 + 5.5 + 3) / 3
    assert found.on_time_share == 2 / 3


def test_without_an_order_nothing_is_known() -> None:
    """Not even the share on time."""
    assert lead_times_of([]) == LeadTimes(orders=0)
    assert lead_times_of([order(1, 2)]).on_time_share is None
