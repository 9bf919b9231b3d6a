"""Lead times as measured: how long a supplier really took, and whether it kept what was promised.

An order's lead time is from its submission to its end: when its last unit arrived, or the rest was given up. It was
promised for the day on which it was expected, as last confirmed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from app.domain.day import day_of
from app.domain.purchasing.purchase_order import PurchaseOrder
from app.domain.time import MICROSECONDS_PER_DAY

MAX_MEASURED_ORDERS: Final = 100  # the newest: half a year of an order every other day


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadTimes:
    """Figures over so many received orders, in days of 24 hours; None without an order, or one with a promise."""

    orders: int
    mean_days: float | None = None
    fastest_days: float | None = None
    slowest_days: float | None = None
    mean_promised_days: float | None = None
    on_time_share: float | None = None


def lead_times_of(orders: Iterable[PurchaseOrder]) -> LeadTimes:
    """Return the figures of orders; those that have not been submitted and ended are left out."""
    taken: list[float] = []
    promised: list[float] = []
    kept: list[bool] = []
    for order in orders:
        submitted, ended, expected = order.submitted_at, order.closed_at, order.expected_at
        if submitted is None or ended is None:
            continue
        taken.append((ended - submitted) / MICROSECONDS_PER_DAY)
        if expected is not None:
            promised.append(max(0, expected - submitted) / MICROSECONDS_PER_DAY)
            kept.append(day_of(ended) <= day_of(expected))
    if not taken:
        return LeadTimes(orders=0)
    return LeadTimes(
        orders=len(taken),
        mean_days=sum(taken) / len(taken),
        fastest_days=min(taken),
        slowest_days=max(taken),
        mean_promised_days=sum(promised) / len(promised) if promised else None,
        on_time_share=sum(kept) / len(kept) if kept else None,
    )
