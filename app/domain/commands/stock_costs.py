"""What units on hand are worth, as they are received: a moving weighted average per item, over all locations.

With q units on hand that cost c each, and n more that cost p each, each is worth (q c + n p) / (q + n) from then on.
That is the weighted average cost formula of IAS 2, 27, calculated as each shipment is received. Units that leave are
worth the average, and do not change it. A receipt that is taken back leaves the average as it would be without it.
"""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from app.domain.catalog import Item
from app.domain.command import View
from app.domain.money import MAX_MONEY, Money

Received = Mapping[str, tuple[int, Money | None]]  # by SKU, units that arrived and what one of them costs


def costed(view: View, received: Received) -> tuple[Item, ...]:
    """Return the items that are worth something else after units arrive, or leave again where they are below zero.

    Units of unknown cost are taken to cost the average. Where what is on hand has no known cost, it is taken to cost as
    much as what arrives.
    """
    changed = []
    for sku, (units, cost) in received.items():
        item = view.item(sku)
        if item is None or cost is None or not units:
            continue
        on_hand = sum(max(0, level.on_hand) for level in view.levels_of(sku))
        average = moving_average(item.unit_cost, on_hand=on_hand, units=units, cost=cost)
        if average != item.unit_cost:
            changed.append(replace(item, unit_cost=average, updated_at=view.now))
    return tuple(changed)


def moving_average(average: Money | None, *, on_hand: int, units: int, cost: Money) -> Money | None:
    """Return the average cost of one unit, to the nearest ten-thousandth, after `units` more at a cost.

    Below zero, as many are taken back: where none are left to average, or the rest would be worth less than nothing,
    the average stays.
    """
    left = on_hand + units
    if left <= 0:
        return average
    if average is None:
        return cost if units > 0 else None
    value = round(Fraction(on_hand * average + units * cost, left))
    return Money(value) if 0 <= value <= MAX_MONEY else average
