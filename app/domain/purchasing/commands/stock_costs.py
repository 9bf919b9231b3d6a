"""What units on hand are worth, as they are received: a moving weighted average per item, over all locations.

With q units on hand that cost c each, and n more that cost p each, each is worth (q c + n p) / (q + n) from then on.
That is the weighted average cost formula of IAS 2, 27, calculated as each shipment is received. Units that leave are
worth the average, and do not change it. A receipt that is taken back leaves the average as it would be without it.
"""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from app.domain.catalog.catalog import Item
from app.domain.command import View
from app.domain.money import MAX_MONEY, Money
from app.domain.purchasing.purchase_receipt import ReceivedLine, Valuation


def valued(view: View, line: ReceivedLine, cost: Money | None) -> ReceivedLine:
    """Return a line with what its units cost as they arrive, and what all units of the item are worth after it.

    Units of unknown cost are taken to cost the average. Where what is on hand has no known cost, it is taken to cost as
    much as what arrives.
    """
    if not line.units:
        return line
    item = view.item(line.sku)
    before, on_hand = (None if item is None else item.unit_cost), view.on_hand_of(line.sku)
    after = before if cost is None else moving_average(before, on_hand=on_hand, units=line.units, cost=cost)
    return replace(line, valued=Valuation(unit_cost=cost, on_hand=on_hand, before=before, after=after))


def valued_without(view: View, line: ReceivedLine, left: ReceivedLine, cost: Money | None) -> ReceivedLine:
    """Return what is `left` of a line with the average cost of its item without the units that are taken back.

    `cost` is what the order says, for receipts that did not note what their units cost.
    """
    if not line.units:
        return left
    item = view.item(line.sku)
    now, there = (None if item is None else item.unit_cost), view.on_hand_of(line.sku)
    noted = line.valued or Valuation(unit_cost=cost, on_hand=max(0, there - line.units), before=None, after=now)
    after = _without(noted, now, there=there, units=line.units, left=left.units)
    return replace(left, valued=replace(noted, after=after))


def costed(view: View, lines: Mapping[str, ReceivedLine]) -> tuple[Item, ...]:
    """Return the items that are worth something else from now on, by what lines of receipts say."""
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
    """Return the average cost of one unit after `units` of those on hand turned out never to have come at a cost.

    It moves no further than that cost is away, where fewer are left than are taken back: some were sold as if they had
    come. It stays where none are left, or where they would be worth less than nothing.
    """
    left = on_hand - units
    if left <= 0:
        return average
    value = average + round(Fraction((average - cost) * units, max(left, units)))
    return Money(value) if 0 <= value <= MAX_MONEY else average


def _without(noted: Valuation, now: Money | None, *, there: int, units: int, left: int) -> Money | None:
    """Return the average where only `left` of a line's units had arrived.

    Units that were sold since left at the average, so that the line weighs as much as when it came. Where no other
    receipt has moved the average since, it is averaged again from what it was before; else the line is taken out of it.
    """
    cost, weight = noted.unit_cost, noted.on_hand + units
    if cost is None or now is None or units == left:
        return now
    if weight == units - left and there <= weight:
        return now if noted.before is None else noted.before  # nothing else was there
    if now == noted.after and there <= weight and noted.before is not None:
        return moving_average(noted.before, on_hand=noted.on_hand, units=left, cost=cost)
    return average_without(now, on_hand=max(there, weight), units=units - left, cost=cost)
