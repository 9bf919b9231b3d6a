"""What the demo's past knows of its own stock while it is planned: so it never plans what would be refused."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from app.bootstrap.demo_shop.assortment import StockedPlace
from app.bootstrap.demo_shop.deeds import Units
from app.domain.stock.level import LevelKey


@dataclass(slots=True)
class PastStock:
    """Units by level: free to take, aside (held for an order, or damaged), and on their way."""

    places: Mapping[LevelKey, StockedPlace]
    free: Counter[LevelKey]
    aside: Counter[LevelKey] = field(default_factory=Counter)
    coming: Counter[LevelKey] = field(default_factory=Counter)

    def take(self, key: LevelKey, wanted: int) -> int:
        """Take as many as there are, and return how many that is."""
        taken = min(wanted, self.free[key])
        self.free[key] -= taken
        return taken

    def add(self, location: str, units: Units) -> None:
        """Put units there."""
        for sku, count in units:
            self.free[LevelKey(sku, location)] += count

    def put_aside(self, location: str, units: Units) -> None:
        """Note units that lie there and are not free; below zero, they are gone."""
        for sku, count in units:
            self.aside[LevelKey(sku, location)] += count

    def expect(self, location: str, units: Units, *, sign: int = 1) -> None:
        """Note that units are on their way, or with a sign of -1 no longer."""
        for sku, count in units:
            self.coming[LevelKey(sku, location)] += sign * count

    def needs(self, places: Iterable[StockedPlace]) -> dict[LevelKey, int]:
        """Return how many units each level lacks of its target, where it is at its reorder point or below."""
        positions = {place.key: self.free[place.key] + self.coming[place.key] for place in places}
        return {
            key: self.places[key].target - position
            for key, position in positions.items()
            if position <= self.places[key].reorder_point
        }
