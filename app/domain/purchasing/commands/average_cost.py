"""Stock valuation: a moving weighted average cost per item over all locations, updated by receipts.

With q units on hand that cost c each, and n more that cost p each, each is worth (q c + n p) / (q + n) from then on.
That is the weighted average cost formula of IAS 2, 27, calculated as each shipment is received. Units that leave are
worth the average, and do not change it. The reversal of a receipt restores the average as it would be without it.
"""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from app.domain.catalog.catalog import Item
from app.domain.command import View
from app.domain.money import MAX_MONEY, Money
from app.domain.purchasing.purchase_receipt import ReceivedLine, Valuation


def valued(view: View, line: ReceivedLine, cost: Money | None) -> ReceivedLine:
    """Return a received line with the cost of its units, and the average cost of the item after it.

    Units of unknown cost are valued at the average. Units on hand without a known cost are valued at that of the
    received ones.
    """
    if not line.units:
        return line
    item = view.item(line.sku)
    before, on_hand = (None if item is None else item.unit_cost), view.on_hand_of(line.sku)
    after = before if cost is None else moving_average(before, on_hand=on_hand, units=line.units, cost=cost)
    return replace(line, valued=Valuation(unit_cost=cost, on_hand=on_hand, before=before, after=after))


def valued_without(view: View, line: ReceivedLine, left: ReceivedLine, cost: Money | None) -> ReceivedLine:
    """Return what is `left` of a line, with the average cost of its item without the reversed units.

    `cost` is that of the order, for receipts that did not record the cost of their units.
    """
    if not line.units:
        return left
    item = view.item(line.sku)
    now, there = (None if item is None else item.unit_cost), view.on_hand_of(line.sku)
    noted = line.valued or Valuation(unit_cost=cost, on_hand=max(0, there - line.units), before=None, after=now)
    after = _without(noted, now, there=there, units=line.units, left=left.units)
    return replace(left, valued=replace(noted, after=after))


def costed(view: View, lines: Mapping[str, ReceivedLine]) -> tuple[Item, ...]:
    """Return the items whose average cost changes by lines of receipts."""
    changed = []
    for sku, line in lines.items():
        item = view.item(sku)
        if item is not None and line.valued is not None and line.valued.after != item.unit_cost:
            changed.append(replace(item, unit_cost=line.valued.after, updated_at=view.now))
    return tuple(changed)


def moving_average(average: Money | None, *, on_hand: int, units: int, cost: Money) -> Money | None:
    """Return the average cost of one unit, to the nearest ten-thousandth, after `units` more at a cost."""
    if not units:
        return average
    if average is None:
        return cost
    return Money(round(Fraction(on_hand * average + units * cost, on_hand + units)))


def average_without(average: Money, *, on_hand: int, units: int, cost: Money) -> Money:
    """Return the average cost of one unit after the reversal of `units` that were received at a cost.

    Where fewer units are left than are reversed, since some were sold, it moves by at most its distance from that cost.
    It does not change where none are left, or where their value would be below zero.
    """
    left = on_hand - units
    if left <= 0:
        return average
    value = average + round(Fraction((average - cost) * units, max(left, units)))
    return Money(value) if 0 <= value <= MAX_MONEY else average


def _without(noted: Valuation, now: Money | None, *, there: int, units: int, left: int) -> Money | None:
    """Return the average as if only `left` of a line's units had arrived.

    Units that were sold since left at the average, so that the line has the same weight as when it was received. Where
    no other receipt has moved the average since, it is averaged again from what it was before; else the line is taken
    out of it.
    """
    cost, weight = noted.unit_cost, noted.on_hand + units
    if cost is None or now is None or units == left:
        return now
    if weight == units - left and there <= weight:
        return now if noted.before is None else noted.before  # no other units were on hand
    if now == noted.after and there <= weight and noted.before is not None:
        return moving_average(noted.before, on_hand=noted.on_hand, units=left, cost=cost)
    return average_without(now, on_hand=max(there, weight), units=units - left, cost=cost)
