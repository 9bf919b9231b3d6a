"""The shelves of one side as the replay itself counts them, and what became of what customers wanted.

Rule: a sale takes what was there in the morning, in the order of the file, and no more; what is wanted beyond that is
lost. What comes back is sold from the next day on, and no more comes back than went out.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from app.client.replay.documents import Invoice, InvoiceLine
from app.client.replay.simulation.days import with_postings
from app.domain.stock.movement import MovementReason


@dataclass(slots=True)
class Trade:
    """What was wanted and done, in units and order lines; a line is one item of one invoice.

    `stock_outs` counts how often a shelf became empty. The sums over days are taken in the evening of each.
    """

    lines_wanted: int = 0
    lines_short: int = 0
    units_wanted: int = 0
    units_sold: int = 0
    units_returned: int = 0
    units_written_off: int = 0
    stock_outs: int = 0
    days: int = 0
    empty_shelf_days: int = 0
    unit_days: int = 0
    value_days: float = 0.0

    @property
    def units_lost(self) -> int:
        """Units that could not be sold, for they were not there."""
        return self.units_wanted - self.units_sold


class SimulatedShelf:
    """What one side has of each item, and its trade."""

    def __init__(self, opening: Mapping[str, int], prices: Mapping[str, float]) -> None:
        self.trade = Trade()
        self.units = dict(opening)
        self.ran_out: set[str] = set()  # once or more
        self._prices = prices
        self._with_customers: Counter[str] = Counter()

    @property
    def empty(self) -> int:
        """How many items have no unit left."""
        return sum(count == 0 for count in self.units.values())

    def take(self, document: Invoice) -> Invoice | None:
        """Take what is there of a document that takes units; return what it comes to, None for nothing."""
        return with_postings(document, [taken for each in document.postings if (taken := self._take(each)).units])

    def bring(self, document: Invoice) -> Invoice | None:
        """Take in what a document brings; return what it comes to, None for nothing."""
        return with_postings(document, [put for each in document.postings if (put := self._bring(each)).units])

    def deliver(self, units: Mapping[str, int]) -> None:
        """Take in what a supplier brought."""
        for sku, count in units.items():
            self.units[sku] += count

    def close(self) -> None:
        """Count what is there at the end of a day."""
        trade = self.trade
        trade.days += 1
        trade.empty_shelf_days += self.empty
        trade.unit_days += sum(self.units.values())
        trade.value_days += sum(count * self._prices.get(sku, 0.0) for sku, count in self.units.items())

    def _take(self, posting: InvoiceLine) -> InvoiceLine:
        wanted, there = -posting.units, self.units[posting.sku]
        taken = min(wanted, there)
        self.units[posting.sku] = there - taken
        if 0 < taken == there:
            self.trade.stock_outs += 1
            self.ran_out.add(posting.sku)
        if posting.reason is MovementReason.SALE:
            self.trade.lines_wanted += 1
            self.trade.lines_short += taken < wanted
            self.trade.units_wanted += wanted
            self.trade.units_sold += taken
            self._with_customers[posting.sku] += taken
        else:
            self.trade.units_written_off += taken
        return replace(posting, units=-taken)

    def _bring(self, posting: InvoiceLine) -> InvoiceLine:
        count = posting.units
        if posting.reason is MovementReason.RETURN:
            count = min(count, self._with_customers[posting.sku])
            self._with_customers[posting.sku] -= count
            self.trade.units_returned += count
        self.units[posting.sku] += count
        return replace(posting, units=count)
