"""Which goods lie where, and how many of each are sold there: what both the past and the policies follow from."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

from app.bootstrap.demo_shop.base_shop import LOCATIONS, VENDORS, base_items, base_units
from app.bootstrap.demo_shop.range import STORES, WAREHOUSE, WEB, range_items, supplier_of
from app.client.demo.examples import is_example
from app.domain.stock.level import LevelKey

_SHARES = {WEB: 0.35, "BRIGHTON": 0.22, "LEEDS": 0.2, "BRISTOL": 0.15, WAREHOUSE: 0.08}
_STORE_SHARE = sum(_SHARES[code] for code in STORES)
_DAYS_AT_A_STORE, _DAYS_AT_A_WAREHOUSE = 4, 12  # of sales that the reorder point covers
_DAYS_IN_A_ROUND = 14  # of sales that are bought at once
_LEAST_IN_A_ROUND = 8
_MOST_DAILY, _HALVED_AT = 9.0, 14  # of the base item that sells best, and how many places on half of it is sold
_EXAMPLE_DAILY = 0.9
_OVERSTOCK, _OVERSTOCK_LEAST = 4, 50  # times the target, and units more

# Reorder point and target of the categories whose levels inherit their numbers.
CATEGORY_NUMBERS = {
    "Chocolate": (18, 64),
    "Gifts": (0, 12),
    "Honey": (6, 36),
    "Packaging": (2_000, 7_000),
    "Preserves": (10, 60),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StockedPlace:
    """An item at a location. `daily` units are sold there a day; at `reorder_point` it is filled up to `target`."""

    key: LevelKey
    category: str
    supplier: str | None
    daily: float
    reorder_point: int
    target: int
    is_base: bool
    is_example: bool = False

    @property
    def overstock_point(self) -> int:
        """From how many units on it has too many."""
        return _OVERSTOCK * self.target + _OVERSTOCK_LEAST


def places() -> Mapping[LevelKey, StockedPlace]:
    """Return every level of the shop."""
    found = [*_base_places(), *_added_places()]
    return {place.key: place for place in found}


def _base_places() -> list[StockedPlace]:
    ranked = [item for item in base_items() if not is_example(item[0])]
    random.Random(7).shuffle(ranked)  # noqa: S311 - the same shop for everyone
    daily = {sku: _MOST_DAILY / (1 + rank / _HALVED_AT) for rank, (sku, *_) in enumerate(ranked)}
    return [
        _place(sku, code, category, supplier=_vendor_of(category), daily=daily.get(sku, _EXAMPLE_DAILY), is_base=True)
        for sku, _, category, _ in base_items()
        for code in (*LOCATIONS, "BRISTOL", WEB)
        if code in LOCATIONS or not is_example(sku)
    ]


def _added_places() -> list[StockedPlace]:
    return [
        _place(item.sku, code, item.category, supplier=supplier_of(item.category), daily=item.daily, is_base=False)
        for item in range_items()
        if not item.is_archived
        for code in (WAREHOUSE, *STORES, WEB)
        if item.category not in ("Gifts", "Packaging") or code == WEB
    ]


def _place(sku: str, code: str, category: str, *, supplier: str | None, daily: float, is_base: bool) -> StockedPlace:
    here = daily if category == "Packaging" else daily * _SHARES[code]
    through = here + daily * _STORE_SHARE if code == WAREHOUSE else here
    own = max(2, ceil(through * (_DAYS_AT_A_STORE if code in STORES else _DAYS_AT_A_WAREHOUSE)))
    round_units = max(_LEAST_IN_A_ROUND, ceil(through * _DAYS_IN_A_ROUND))
    reorder_point, target = CATEGORY_NUMBERS.get(category, (own, own + round_units))
    return StockedPlace(
        key=LevelKey(sku, code),
        category=category,
        supplier=supplier,
        daily=here,
        reorder_point=reorder_point,
        target=target,
        is_base=is_base,
        is_example=is_example(sku),
    )


def _vendor_of(category: str) -> str:
    return next(code for code, vendor in VENDORS.items() if category in vendor.categories)


def opening_stock(places: Mapping[LevelKey, StockedPlace]) -> Mapping[LevelKey, int]:
    """Return with how many units each level begins."""
    base = base_units()
    return {
        key: base[key.location][key.sku] if is_of_base_shop(place) else opening_units(place)
        for key, place in places.items()
    }


def is_of_base_shop(place: StockedPlace) -> bool:
    """Tell whether the base shop has stocked a level."""
    return place.is_base and place.key.location in LOCATIONS


def opening_units(place: StockedPlace) -> int:
    """Return with how many units an added level begins."""
    return place.target + (9 if place.daily == 0 else 0)
