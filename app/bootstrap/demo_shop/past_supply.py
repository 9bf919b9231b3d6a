"""Plans how the demo's past supplies its shops: orders and their deliveries, transfers, and what is due on a day.

Pure, as the rest of the past is.
"""

import random
from collections import defaultdict
from collections.abc import Iterator
from itertools import count
from typing import NamedTuple

from app.bootstrap.demo_shop.assortment import StockedPlace
from app.bootstrap.demo_shop.base_shop import VENDORS
from app.bootstrap.demo_shop.deeds import (
    Adjusted,
    Arrived,
    Confirmed,
    Deed,
    Delivered,
    OrderDrafted,
    Packed,
    Shipped,
    Submitted,
    Units,
)
from app.bootstrap.demo_shop.past_stock import PastStock
from app.bootstrap.demo_shop.range import STORES, SUPPLIERS, WAREHOUSE, WEB
from app.domain.limits import MAX_QUANTITY
from app.domain.stock.level import LevelKey
from app.domain.stock.movement import MovementReason

_SUPPLY_STOPS_DAYS, _ACCIDENT_DAYS = 14, 3  # before the end, for some levels: they are out of stock
_RUNS_OUT = frozenset({("BAR-004", "LEEDS"), ("COF-011", WEB), ("TEA-015", "BRIGHTON"), ("HON-003", "BRISTOL")})
_ORDER_DAYS = {
    "ORCHARD": (0,),
    "HARBOUR": (1, 4),
    "CACAO": (3,),
    "KILN": (2,),
    "MALABAR": (0,),
    "PARCEL": (0, 3),
    "HAMPER": (4,),
}
_VAN_DAYS = (0, 2, 4)  # Monday, Wednesday, Friday
_MOVED_PER_TRANSFER = 60  # lines; the rest goes with the next van
# How likely each is, of orders, deliveries and transfers.
_COMES_IN_PARTS, _IS_DAMAGED, _IS_SHORT = 0.15, 0.1, 0.1


class DeedNames:
    """Gives each deed a name of its own."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def new(self, kind: str) -> str:
        """Return the next name of a kind."""
        return f"{kind}-{next(self._numbers)}"


class Planned(NamedTuple):
    """A deed of a later day, and what it changes at a location: free units that arrive, of those that were expected.

    `aside` come to lie there without being free; below zero, they leave.
    """

    deed: Deed
    location: str = ""
    arrived: Units = ()
    expected: Units = ()
    aside: Units = ()


class PastSupply:
    """The supply of so many days. `weekday` is that of the first day, 0 for Monday."""

    def __init__(self, stock: PastStock, chance: random.Random, names: DeedNames, *, weekday: int, days: int) -> None:
        self._stock, self._chance, self._names = stock, chance, names
        self._weekday, self._days = weekday, days
        self._later: defaultdict[int, list[Planned]] = defaultdict(list)  # by day

    def orders(self, day: int) -> Iterator[Deed]:
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
                    if self._stock.places[key].supplier == supplier
                )
                if not units:
                    continue
                order = self._names.new("order")
                self._stock.expect(code, units)
                yield OrderDrafted(key=order, supplier=supplier, location=code, units=units)
                self._plan_delivery(day, order, supplier, code, units)

    def _plan_delivery(self, day: int, order: str, supplier: str, code: str, units: Units) -> None:
        promised, late = _lead_days(supplier)
        arrives = day + max(3, promised + self._chance.randint(-1, late))
        self._later[day + 1].append(Planned(Submitted(order=order)))
        self._later[day + 2].append(Planned(Confirmed(order=order, days=promised)))
        if self._chance.random() < _COMES_IN_PARTS and len(units) > 1:  # in two parts
            half = len(units) // 2
            first = Delivered(key=f"{order}/1", order=order, units=units[:half])
            self._later[arrives].append(Planned(first, code, units[:half], units[:half]))
            arrives, units = arrives + 3, units[half:]
        damaged = int(self._chance.random() < _IS_DAMAGED)
        last = Delivered(key=f"{order}/2", order=order, units=units, damaged=damaged)
        sound = ((units[0][0], units[0][1] - damaged), *units[1:])
        self._later[arrives].append(Planned(last, code, sound, units, ((units[0][0], damaged),)))

    def transfers(self, day: int) -> Iterator[Deed]:
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
            transfer = self._names.new("transfer")
            self._stock.expect(code, units)
            yield Packed(key=transfer, source=WAREHOUSE, destination=code, units=units)
            arrived = units
            if self._chance.random() < _IS_SHORT:  # one is missing
                arrived = ((units[0][0], units[0][1] - 1), *units[1:])
            self._later[day + 1].append(Planned(Shipped(transfer=transfer)))
            there = Arrived(transfer=transfer, units=arrived)
            self._later[day + 2].append(Planned(there, code, arrived, units))

    def accident(self, day: int) -> Iterator[Deed]:
        """Yield what water has spoilt shortly before the end, where nothing is supplied any more."""
        if day != self._days - _ACCIDENT_DAYS:
            return
        for key in sorted(_RUNS_OUT):
            spoilt = self._stock.take(LevelKey(*key), MAX_QUANTITY)
            if spoilt:
                yield Adjusted(
                    key=self._names.new("accident"),
                    location=key[1],
                    units=((key[0], -spoilt),),
                    reason=MovementReason.DAMAGED,
                    note="Water came through the roof",
                )

    def due(self, day: int) -> Iterator[Deed]:
        """Yield what was planned for the day, and note what it brings."""
        for planned in self._later.pop(day, ()):
            self._stock.add(planned.location, planned.arrived)
            self._stock.expect(planned.location, planned.expected, sign=-1)
            self._stock.put_aside(planned.location, planned.aside)
            yield planned.deed

    def plan(self, day: int, planned: Planned) -> None:
        """Plan something for a later day."""
        self._later[day].append(planned)

    def _supplied(self, code: str, day: int) -> list[StockedPlace]:
        stops = day >= self._days - _SUPPLY_STOPS_DAYS
        return [
            place
            for key, place in self._stock.places.items()
            if key.location == code
            and place.daily
            and not place.is_example
            and not (stops and (key.sku, key.location) in _RUNS_OUT)
        ]


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
