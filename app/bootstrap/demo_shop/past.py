"""Plans the demo's past: weeks in which a shop sells, orders, receives, moves, breaks and counts.

Pure, and the same for the same seed: how many days, what lies where, and chance decide all of it.
Rule: what is planned can be done, in this order; the examples' levels end as they began.
"""

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import count, takewhile

from app.bootstrap.demo_shop.assortment import StockedPlace
from app.bootstrap.demo_shop.deeds import (
    Adjusted,
    Counted,
    CountOpened,
    CountPosted,
    Deed,
    Held,
    Posted,
    Sold,
    Step,
)
from app.bootstrap.demo_shop.past_stock import PastStock
from app.bootstrap.demo_shop.past_supply import DeedNames, PastSupply, Planned
from app.bootstrap.demo_shop.range import WAREHOUSE, WEB
from app.client.demo.examples import is_example
from app.domain.stock.level import LevelKey
from app.domain.stock.movement import MovementReason

HOUR = 3_600.0
DAY = 24 * HOUR
PEOPLE = {
    "BRIGHTON": ("Amara Obi", "Tom Whitfield"),
    "LEEDS": ("Priya Raman", "Jack Holroyd"),
    "BRISTOL": ("Elin Davies", "Marcus Bell"),
    WAREHOUSE: ("Sofia Nowak", "Dev Patel"),
    WEB: (None,),
}
_RECEIPTS = {WEB: 14, "BRIGHTON": 9, "LEEDS": 8, "BRISTOL": 6, WAREHOUSE: 3}  # of a usual day
_BUSY = (0.8, 0.75, 0.85, 0.95, 1.25, 1.6, 1.1)  # Monday to Sunday
# The hours at which the tills send what they have, with their share of the day: lately more often than long ago.
_LATELY = ((9.6, 0.12), (11.8, 0.2), (13.4, 0.28), (15.9, 0.18), (18.2, 0.22))
_LONG_AGO = ((17.8, 1.0),)
_LATELY_DAYS = 14
_COUNT_EVERY_DAYS = 5
_MORNING, _EVENING = 8.5, 19.5  # what leaves and arrives, and what is planned for the next days
# How likely each is, of receipts, and of locations in a day.
_COMES_BACK, _IS_SPOILT = 0.03, 0.3
_LATE_ORDERS = 4  # of the web shop, a day


class Past:
    """The plan of so many days and the hours after them, from the units that lie there at first.

    `weekday` is that of the first day, 0 for Monday.
    """

    def __init__(
        self,
        places: Mapping[LevelKey, StockedPlace],
        opening: Mapping[LevelKey, int],
        *,
        days: int,
        hours: float,
        weekday: int,
        seed: int,
    ) -> None:
        self._places, self._opening, self._weekday = places, opening, weekday
        self._days, self._until = days, days * DAY + hours * HOUR
        self._chance = random.Random(seed)  # noqa: S311 - the same past for everyone
        self._stock = PastStock(places=places, free=Counter(opening))
        self._names = DeedNames()
        self._supply = PastSupply(self._stock, self._chance, self._names, weekday=weekday, days=days)
        self._sellers = {code: _sellers_of(code, places) for code in _RECEIPTS}

    def steps(self) -> Iterator[Step]:
        """Yield what happened, the earliest first."""
        yield from takewhile(lambda step: step.at < self._until, self._all_steps())
        yield Step(at=self._until, deeds=tuple(self._examples_restored()))

    def _all_steps(self) -> Iterator[Step]:
        for day in count():
            busy = _BUSY[(self._weekday + day) % 7]
            yield self._step(day, _MORNING, *self._supply.due(day))
            is_lately = day >= self._days - _LATELY_DAYS
            for hours, share in _LATELY if is_lately else _LONG_AGO:
                if self._is_over(day, hours):
                    return
                sold: list[Deed] = []
                for code, usual in _RECEIPTS.items():
                    receipts = list(self._sales(code, self._about(usual * busy * share)))
                    sold += receipts if is_lately else self._summed_up(code, receipts)
                yield self._step(day, hours, *sold, *self._packaging_used(busy * share))
            yield from self._counting(day)
            if self._is_over(day, _EVENING):
                return
            evening = (
                *self._mishaps(),
                *self._supply.accident(day),
                *self._web_orders(day),
                *self._supply.orders(day),
                *self._supply.transfers(day),
            )
            yield self._step(day, _EVENING, *evening)

    def _is_over(self, day: int, hours: float) -> bool:
        return day * DAY + hours * HOUR >= self._until

    def _step(self, day: int, hours: float, *deeds: Deed) -> Step:
        return Step(at=day * DAY + hours * HOUR, deeds=deeds)

    def _about(self, mean: float) -> int:
        """Return a number whose mean it is."""
        return max(0, round(self._chance.gauss(mean, mean**0.5)))

    def _sales(self, code: str, receipts: int) -> Iterator[Sold]:
        keys, weights = self._sellers[code]
        for _ in range(receipts):
            bought: Counter[str] = Counter()
            for key in self._chance.choices(keys, weights, k=self._chance.choice((1, 1, 2, 2, 3, 4))):
                bought[key.sku] += self._stock.take(key, self._chance.choice((1, 1, 1, 2, 3)))
            units = tuple((sku, number) for sku, number in bought.items() if number)
            if not units:
                continue
            is_back = self._chance.random() < _COMES_BACK and not is_example(units[0][0])
            if is_back:
                units = tuple((sku, -number) for sku, number in units[:1])
                self._stock.add(code, tuple(bought.items()))
                self._stock.add(code, tuple((sku, -number) for sku, number in units))
            yield Sold(
                key=self._names.new("return" if is_back else "sale"),
                location=code,
                units=units,
                person=self._chance.choice(PEOPLE[code]),
                channel=_channel_of(code),
            )

    def _summed_up(self, code: str, receipts: Sequence[Sold]) -> Iterator[Deed]:
        """Yield the sum of a day: the tills of long ago sent no more than that."""
        units: Counter[str] = Counter()
        for receipt in receipts:
            units.update(dict(receipt.units))
        if sold := tuple((sku, number) for sku, number in units.items() if number):
            yield Sold(key=self._names.new("day"), location=code, units=sold, person=None, channel=_channel_of(code))

    def _packaging_used(self, share: float) -> Iterator[Deed]:
        used: Counter[str] = Counter()
        for key, place in self._places.items():
            if place.category == "Packaging":
                wanted = self._about(place.daily * share)
                used[key.sku] += self._stock.take(key, wanted)
        units = tuple((sku, -number) for sku, number in used.items() if number)
        if units:
            yield Adjusted(
                key=self._names.new("packed"),
                location=WEB,
                units=units,
                reason=MovementReason.OTHER,
                note="Used for parcels",
            )

    def _web_orders(self, day: int) -> Iterator[Deed]:
        """Hold what late customers want, to go out in the morning."""
        keys, weights = self._sellers[WEB]
        for _ in range(self._about(_LATE_ORDERS)):
            wanted = {key.sku: key for key in self._chance.choices(keys, weights, k=2)}
            units = tuple((sku, 1) for sku, key in wanted.items() if not is_example(sku) and self._stock.take(key, 1))
            if units:
                order = self._names.new("web")
                yield Held(key=order, location=WEB, units=units)
                self._stock.put_aside(WEB, units)
                gone = tuple((sku, -number) for sku, number in units)
                self._supply.plan(day + 1, Planned(Posted(order=order), WEB, aside=gone))

    def _mishaps(self) -> Iterator[Deed]:
        for code in _RECEIPTS:
            key = self._chance.choice(self._sellers[code][0])
            if self._chance.random() < _IS_SPOILT and not self._places[key].is_example and self._stock.take(key, 1):
                reason, note = self._chance.choice(
                    (
                        (MovementReason.DAMAGED, "Dropped while unpacking"),
                        (MovementReason.DAMAGED, "Torn packaging"),
                        (MovementReason.OTHER, "Past its date"),
                        (MovementReason.LOST, "Not where it should be"),
                    )
                )
                units = ((key.sku, -1),)
                yield Adjusted(key=self._names.new("mishap"), location=code, units=units, reason=reason, note=note)

    def _counting(self, day: int) -> Iterator[Step]:
        """One location counts some of its items."""
        if day % _COUNT_EVERY_DAYS:
            return
        code = list(_RECEIPTS)[day // _COUNT_EVERY_DAYS % len(_RECEIPTS)]
        keys = [key for key in self._sellers[code][0] if not self._places[key].is_example]
        counted = self._chance.sample(keys, k=6)
        name, units = self._names.new("count"), []
        for key in counted:
            error = self._chance.choice((0, 0, 0, 0, 1, -1, -2))
            self._stock.free[key] = max(0, self._stock.free[key] + error)
            units.append((key.sku, self._stock.free[key] + self._stock.aside[key]))
        person = self._chance.choice(PEOPLE[code]) or "Hanna Fischer"
        yield self._step(day, 18.8, CountOpened(key=name, location=code, skus=tuple(key.sku for key in counted)))
        yield self._step(day, 19.0, Counted(count=name, units=tuple(units), person=person))
        yield self._step(day, 19.2, CountPosted(count=name))

    def _examples_restored(self) -> Iterator[Deed]:
        for code in _RECEIPTS:
            units = tuple(
                (key.sku, self._opening[key] - self._stock.free[key])
                for key, place in self._places.items()
                if place.is_example and key.location == code and self._opening[key] > self._stock.free[key]
            )
            if units:
                key = self._names.new("restored")
                yield Adjusted(key=key, location=code, units=units, reason=MovementReason.RECEIPT, note="Delivered")


def _sellers_of(code: str, places: Mapping[LevelKey, StockedPlace]) -> tuple[list[LevelKey], list[float]]:
    """Return the levels of a location that sell, and how well each does."""
    found = [place for place in places.values() if place.key.location == code and place.category != "Packaging"]
    selling = [place for place in found if place.daily]
    return [place.key for place in selling], [place.daily for place in selling]


def _channel_of(code: str) -> str:
    return "web" if code == WEB else "till"
