"""Plans the demo's past: weeks in which a shop sells, orders, receives, moves, breaks and counts.

Pure, and the same for the same seed: how many days, what lies where, and chance decide all of it.
Rule: what is planned can be done, in this order; the examples' levels end as they began.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import count, groupby, takewhile
from typing import NamedTuple

from app.bootstrap.demo_shop.assortment import StockedPlace
from app.bootstrap.demo_shop.base_shop import VENDORS
from app.bootstrap.demo_shop.deeds import (
    Adjusted,
    Arrived,
    Confirmed,
    Counted,
    CountOpened,
    CountPosted,
    Deed,
    Delivered,
    Held,
    OrderDrafted,
    Packed,
    Posted,
    Shipped,
    Sold,
    Step,
    Submitted,
    Units,
)
from app.bootstrap.demo_shop.past_stock import PastStock
from app.bootstrap.demo_shop.range import STORES, SUPPLIERS, WAREHOUSE, WEB
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
_COUNT_EVERY_DAYS = 3
_MORNING, _NOON, _EVENING = 7.5, 9.5, 19.5  # what leaves, what arrives, and what is planned for the next days
_SUPPLY_STOPS_DAYS = 30  # before the end, for some levels: they run out
_RUNS_OUT = frozenset({("CHO-004", "LEEDS"), ("COF-011", WEB), ("TEA-015", "BRIGHTON"), ("HON-003", "BRISTOL")})
_ORDER_DAYS = {"ORCHARD": (0,), "HARBOUR": (1, 4), "CACAO": (3,), "KILN": (2,), "MALABAR": (0,), "PARCEL": (0, 3)}
# How likely each is, of receipts, locations in a day, orders, deliveries and transfers.
_COMES_BACK, _IS_SPOILT, _COMES_IN_PARTS, _IS_DAMAGED, _IS_SHORT = 0.03, 0.3, 0.15, 0.1, 0.1
_LATE_ORDERS = 4  # of the web shop, a day
_VAN_DAYS = (0, 2, 4)  # Monday, Wednesday, Friday
_MOVED_PER_TRANSFER = 60  # lines; the rest goes with the next van


class _Planned(NamedTuple):
    """A deed of a later day, and what it changes at a location: free units that arrive, of those that were expected.

    `aside` come to lie there without being free; below zero, they leave.
    """

    hours: float
    deed: Deed
    location: str = ""
    arrived: Units = ()
    expected: Units = ()
    aside: Units = ()


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
        self._later: defaultdict[int, list[_Planned]] = defaultdict(list)  # by day
        self._numbers = count(1)
        self._sellers = {code: _sellers_of(code, places) for code in _RECEIPTS}

    def steps(self) -> Iterator[Step]:
        """Yield what happened, the earliest first."""
        yield from takewhile(lambda step: step.at < self._until, self._all_steps())
        yield Step(at=self._until, deeds=tuple(self._examples_restored()))

    def _all_steps(self) -> Iterator[Step]:
        for day in count():
            busy = _BUSY[(self._weekday + day) % 7]
            yield from self._arrivals(day)
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
            evening = (*self._mishaps(), *self._web_orders(day), *self._orders(day), *self._transfers(day))
            yield self._step(day, _EVENING, *evening)

    def _is_over(self, day: int, hours: float) -> bool:
        return day * DAY + hours * HOUR >= self._until

    def _step(self, day: int, hours: float, *deeds: Deed) -> Step:
        return Step(at=day * DAY + hours * HOUR, deeds=deeds)

    def _about(self, mean: float) -> int:
        """Return a number whose mean it is."""
        return max(0, round(self._chance.gauss(mean, mean**0.5)))

    def _key(self, kind: str) -> str:
        return f"{kind}-{next(self._numbers)}"

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
                key=self._key("return" if is_back else "sale"),
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
            yield Sold(key=self._key("day"), location=code, units=sold, person=None, channel=_channel_of(code))

    def _packaging_used(self, share: float) -> Iterator[Deed]:
        used: Counter[str] = Counter()
        for key, place in self._places.items():
            if place.category == "Packaging":
                wanted = self._about(place.daily * share)
                used[key.sku] += self._stock.take(key, wanted)
        units = tuple((sku, -number) for sku, number in used.items() if number)
        if units:
            yield Adjusted(
                key=self._key("packed"), location=WEB, units=units, reason=MovementReason.OTHER, note="Used for parcels"
            )

    def _web_orders(self, day: int) -> Iterator[Deed]:
        """Hold what late customers want, to go out in the morning."""
        keys, weights = self._sellers[WEB]
        for _ in range(self._about(_LATE_ORDERS)):
            wanted = {key.sku: key for key in self._chance.choices(keys, weights, k=2)}
            units = tuple((sku, 1) for sku, key in wanted.items() if not is_example(sku) and self._stock.take(key, 1))
            if units:
                order = self._key("web")
                yield Held(key=order, location=WEB, units=units)
                self._stock.put_aside(WEB, units)
                gone = tuple((sku, -number) for sku, number in units)
                self._later[day + 1].append(_Planned(_MORNING, Posted(order=order), WEB, aside=gone))

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
                yield Adjusted(key=self._key("mishap"), location=code, units=units, reason=reason, note=note)

    def _counting(self, day: int) -> Iterator[Step]:
        """One location counts some of its items."""
        if day % _COUNT_EVERY_DAYS:
            return
        code = list(_RECEIPTS)[day // _COUNT_EVERY_DAYS % len(_RECEIPTS)]
        keys = [key for key in self._sellers[code][0] if not self._places[key].is_example]
        counted = self._chance.sample(keys, k=6)
        name, units = self._key("count"), []
        for key in counted:
            error = self._chance.choice((0, 0, 0, 0, 1, -1, -2))
            self._stock.free[key] = max(0, self._stock.free[key] + error)
            units.append((key.sku, self._stock.free[key] + self._stock.aside[key]))
        person = self._chance.choice(PEOPLE[code]) or "Hanna Fischer"
        yield self._step(day, 18.8, CountOpened(key=name, location=code, skus=tuple(key.sku for key in counted)))
        yield self._step(day, 19.0, Counted(count=name, units=tuple(units), person=person))
        yield self._step(day, 19.2, CountPosted(count=name))

    def _orders(self, day: int) -> Iterator[Deed]:
        """Draft what the warehouses need of the suppliers whose day it is; the rest of its life is planned at once."""
        weekday = (self._weekday + day) % 7
        for code in (WAREHOUSE, WEB):
            needs = self._stock.needs(self._supplied(code, day))
            for supplier, days in _ORDER_DAYS.items():
                if weekday not in days:
                    continue
                units = tuple(
                    (key.sku, _packs(wanted, _pack_of(supplier)))
                    for key, wanted in needs.items()
                    if self._places[key].supplier == supplier
                )
                if not units:
                    continue
                order = self._key("order")
                self._stock.expect(code, units)
                yield OrderDrafted(key=order, supplier=supplier, location=code, units=units)
                self._plan_delivery(day, order, supplier, code, units)

    def _plan_delivery(self, day: int, order: str, supplier: str, code: str, units: Units) -> None:
        promised, late = _lead_days(supplier)
        arrives = day + max(2, promised + self._chance.randint(-1, late))
        self._later[day + 1].append(_Planned(_MORNING, Submitted(order=order)))
        self._later[day + 1].append(_Planned(_NOON, Confirmed(order=order, days=promised)))
        if self._chance.random() < _COMES_IN_PARTS and len(units) > 1:  # in two parts
            half = len(units) // 2
            first = Delivered(key=f"{order}/1", order=order, units=units[:half])
            self._later[arrives].append(_Planned(_NOON, first, code, units[:half], units[:half]))
            arrives, units = arrives + 3, units[half:]
        damaged = int(self._chance.random() < _IS_DAMAGED)
        last = Delivered(key=f"{order}/2", order=order, units=units, damaged=damaged)
        sound = ((units[0][0], units[0][1] - damaged), *units[1:])
        self._later[arrives].append(_Planned(_NOON, last, code, sound, units, ((units[0][0], damaged),)))

    def _transfers(self, day: int) -> Iterator[Deed]:
        """Fill the stores up from the warehouse."""
        if (self._weekday + day) % 7 not in _VAN_DAYS:
            return
        for code in STORES:
            needs = self._stock.needs(self._supplied(code, day))
            moved = [
                (key.sku, self._stock.take(LevelKey(key.sku, WAREHOUSE), wanted))
                for key, wanted in list(needs.items())[:_MOVED_PER_TRANSFER]
            ]
            units = tuple((sku, number) for sku, number in moved if number)
            if not units:
                continue
            transfer = self._key("transfer")
            self._stock.expect(code, units)
            yield Packed(key=transfer, source=WAREHOUSE, destination=code, units=units)
            arrived = units
            if self._chance.random() < _IS_SHORT:  # one is missing
                arrived = ((units[0][0], units[0][1] - 1), *units[1:])
            self._later[day + 1].append(_Planned(_MORNING, Shipped(transfer=transfer)))
            there = Arrived(transfer=transfer, units=arrived)
            self._later[day + 2].append(_Planned(_NOON, there, code, arrived, units))

    def _arrivals(self, day: int) -> Iterator[Step]:
        """Yield what was planned for the day, hour by hour, and note what it brings."""
        planned = sorted(self._later.pop(day, ()), key=lambda each: each.hours)
        for hours, together in groupby(planned, key=lambda each: each.hours):
            deeds = []
            for each in together:
                self._stock.add(each.location, each.arrived)
                self._stock.expect(each.location, each.expected, sign=-1)
                self._stock.put_aside(each.location, each.aside)
                deeds.append(each.deed)
            yield self._step(day, hours, *deeds)

    def _supplied(self, code: str, day: int) -> list[StockedPlace]:
        stops = day >= self._days - _SUPPLY_STOPS_DAYS
        return [
            place
            for key, place in self._places.items()
            if key.location == code
            and place.daily
            and not place.is_example
            and not (stops and (key.sku, key.location) in _RUNS_OUT)
        ]

    def _examples_restored(self) -> Iterator[Deed]:
        for code in _RECEIPTS:
            units = tuple(
                (key.sku, self._opening[key] - self._stock.free[key])
                for key, place in self._places.items()
                if place.is_example and key.location == code and self._opening[key] > self._stock.free[key]
            )
            if units:
                key = self._key("restored")
                yield Adjusted(key=key, location=code, units=units, reason=MovementReason.RECEIPT, note="Delivered")


def _sellers_of(code: str, places: Mapping[LevelKey, StockedPlace]) -> tuple[list[LevelKey], list[float]]:
    """Return the levels of a location that sell, and how well each does."""
    found = [place for place in places.values() if place.key.location == code and place.category != "Packaging"]
    selling = [place for place in found if place.daily]
    return [place.key for place in selling], [place.daily for place in selling]


def _channel_of(code: str) -> str:
    return "web" if code == WEB else "till"


def _lead_days(supplier: str) -> tuple[int, int]:
    """Return the days that a supplier promises, and by how many it may be late."""
    if supplier in SUPPLIERS:
        return SUPPLIERS[supplier].lead_days, SUPPLIERS[supplier].late_days
    return VENDORS[supplier].lead_time_days, 2


def _pack_of(supplier: str) -> int:
    return SUPPLIERS[supplier].pack_size if supplier in SUPPLIERS else VENDORS[supplier].pack_size


def _packs(units: int, size: int) -> int:
    """Return whole packs, in units."""
    return -(-units // size) * size
