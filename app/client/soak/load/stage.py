"""The shop of a soak: its names, and what it is stocked with.

Rule: all of it has the run's name in its codes, so that no stock of another shop changes, and no run meets another.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from app.client.replay.ledger_walk import AccountCounts
from app.client.soak.load.caller import SoakCaller
from app.domain.stock.level import LevelKey

LOCATIONS, SPREAD, THIN, COUNTED = 4, 40, 8, 6
OPENING_UNITS = 1_000_000  # so many that no order is refused, however long the soak is
THIN_UNITS, THIN_REORDER_POINT = 10, 20
COUNTED_UNITS = 500
LINES_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class SoakShop:
    """What there is. `hot` is one level that changes most; `thin` ones cross their reorder point again and again."""

    run: str

    @property
    def locations(self) -> list[str]:
        """The codes of all locations."""
        return [f"{self.run}-{number}" for number in range(1, LOCATIONS + 1)]

    @property
    def spread(self) -> list[str]:
        """The items that are adjusted, ordered, moved and bought."""
        return [f"{self.run}-S{number:02}" for number in range(SPREAD)]

    @property
    def thin(self) -> list[str]:
        """The items of which there are few, with a reorder point."""
        return [f"{self.run}-T{number:02}" for number in range(THIN)]

    @property
    def counted(self) -> list[str]:
        """The items that only counts change."""
        return [f"{self.run}-C{number:02}" for number in range(COUNTED)]

    @property
    def hot(self) -> LevelKey:
        """The level that changes most."""
        return LevelKey(f"{self.run}-HOT", self.locations[0])

    @property
    def supplier(self) -> str:
        """The code of who is bought from."""
        return f"{self.run}-SUPPLIER"

    @property
    def levels(self) -> list[LevelKey]:
        """All levels."""
        skus = (*self.spread, *self.thin, *self.counted)
        return [self.hot, *(LevelKey(sku, code) for code in self.locations for sku in skus)]

    def opening(self) -> Iterator[tuple[LevelKey, int]]:
        """Yield what each level begins with."""
        thin, counted = frozenset(self.thin), frozenset(self.counted)
        for key in self.levels:
            units = THIN_UNITS if key.sku in thin else COUNTED_UNITS if key.sku in counted else OPENING_UNITS
            yield key, units


async def open_shop(shop: SoakShop, caller: SoakCaller) -> None:
    """Create everything, each level with its first line. Raises NotAnswered."""
    for code in shop.locations:
        await caller.change("locationUpsert", {"code": code, "name": code, "kind": "WAREHOUSE"}, effect={})
    items = [
        {"sku": sku, "name": sku, **({"reorderPoint": THIN_REORDER_POINT} if sku in shop.thin else {})}
        for sku in (shop.hot.sku, *shop.spread, *shop.thin, *shop.counted)
    ]
    await caller.change("itemsUpsertMany", {"items": items}, effect={})
    await caller.change("supplierUpsert", {"code": shop.supplier, "name": shop.supplier, "leadTimeDays": 2}, effect={})
    lines = list(shop.opening())
    for first in range(0, len(lines), LINES_AT_ONCE):
        some = lines[first : first + LINES_AT_ONCE]
        given = [{"sku": key.sku, "location": key.location, "delta": units, "reason": "RECEIPT"} for key, units in some]
        effect = {key: AccountCounts(units) for key, units in some}
        await caller.change("stockAdjustMany", {"lines": given}, effect=effect, kind="opening")
