"""The base of the demo shop: 200 items at three locations, and two suppliers.

Rule: only an empty database is filled, and a seeding that was interrupted is completed at the next start.
"""

import asyncio
import random
from collections.abc import Container, Iterator, Mapping
from decimal import Decimal
from itertools import product
from typing import NamedTuple

from app.domain.catalog.catalog import LocationKind
from app.domain.catalog.commands.upsert_item import ItemChange
from app.domain.idempotency import operation_id_of_key
from app.domain.limits import MAX_LINES_PER_OPERATION
from app.domain.stock.commands.adjust_many import Adjustment
from app.domain.stock.level import LevelKey
from app.domain.stock.movement import MovementReason
from app.services.filters import ItemFilter
from app.services.request_info import RequestInfo
from app.services.use_cases import Services

ACTOR = "demo"
LOCATIONS = {
    "LONDON": ("London warehouse", LocationKind.WAREHOUSE, 1),
    "BRIGHTON": ("Brighton store", LocationKind.STORE, 2),
    "LEEDS": ("Leeds store", LocationKind.STORE, 2),
}
_RANGES = {
    "TEA": ("Tea", ["Assam", "Darjeeling", "Earl Grey", "Jasmine", "Lapsang", "Mint", "Oolong", "Rooibos"]),
    "COF": ("Coffee", ["Antigua", "Harrar", "House Blend", "Huila", "Java", "Mocha", "Sidamo", "Yirgacheffe"]),
    "CUP": ("Tableware", ["Blue", "Cream", "Forest", "Grey", "Indigo", "Ochre", "Rose", "White"]),
    "JAM": ("Preserves", ["Apricot", "Blackcurrant", "Damson", "Ginger", "Orange", "Plum", "Quince", "Raspberry"]),
    "BIS": ("Biscuits", ["Almond", "Butter", "Chocolate", "Ginger", "Hazelnut", "Lemon", "Oat", "Vanilla"]),
}
_SIZES = {"Tea": "Tin", "Coffee": "Bag", "Tableware": "Mug", "Preserves": "Jar", "Biscuits": "Box"}
_MEASURES = ["Mini", "Small", "Medium", "Large", "Family"]
_COSTS = {"Tea": "2.40", "Coffee": "4.75", "Tableware": "3.10", "Preserves": "1.85", "Biscuits": "1.20"}


class Vendor(NamedTuple):
    """A supplier and its terms: its price as a share of an item's cost, and whole packs."""

    name: str
    lead_time_days: int
    minimum_order_value: int
    pack_size: int
    price: str
    categories: Container[str]


VENDORS = {
    "ORCHARD": Vendor("Orchard & Sons", 10, 200, 24, "0.9", ("Tea", "Coffee", "Preserves")),
    "HARBOUR": Vendor("Harbour Wholesale", 3, 40, 6, "1", tuple(_COSTS)),
}
FIRST_KEY = "demo:location:LONDON"
_STOCKED_KEY = "demo:stock:LEEDS"
_LAST_KEY = "demo:offer:HARBOUR:BIS-040"


async def seed(services: Services) -> bool:
    """Seed an empty shop; return whether anything was left to seed."""
    if await is_recorded(services, _LAST_KEY):
        return False
    if not await is_recorded(services, _STOCKED_KEY):
        if await services.catalog.count_items(ItemFilter()) and not await is_recorded(services, FIRST_KEY):
            return False
        await _stock(services)
    for code, vendor in VENDORS.items():
        await _seed_supplier(services, code, vendor)
    return True


async def is_seeded(services: Services) -> bool:
    """Tell whether the database holds the demo shop."""
    return await is_recorded(services, _LAST_KEY)


async def _stock(services: Services) -> None:
    for code, (name, kind, priority) in LOCATIONS.items():
        await services.catalog.upsert_location(
            code, name=name, kind=kind, priority=priority, request=demo_request(f"demo:location:{code}")
        )
    skus = [sku for sku, *_ in base_items()]
    await asyncio.gather(  # so that they share transactions
        *(
            services.catalog.change_item(
                ItemChange(
                    sku=sku,
                    name=name,
                    category=category,
                    tags=(measure.lower(),),
                    barcodes=(barcode_of(number),),
                    unit_cost=cost_of(category, measure),
                    reorder_point=10,
                ),
                request=demo_request(f"demo:item:{sku}"),
            )
            for number, (sku, name, category, measure) in enumerate(base_items())
        )
    )
    assert len(skus) <= MAX_LINES_PER_OPERATION
    for code, units in base_units().items():
        lines = [Adjustment(key=LevelKey(sku, code), delta=units[sku], reason=MovementReason.RECEIPT) for sku in skus]
        await services.stock.adjust_many(lines, is_atomic=True, request=demo_request(f"demo:stock:{code}"))


async def _seed_supplier(services: Services, code: str, vendor: Vendor) -> None:
    await services.suppliers.upsert(
        code,
        name=vendor.name,
        email=f"orders@{code.lower()}.example",
        lead_time_days=vendor.lead_time_days,
        ordering_cost=Decimal(8),
        minimum_order_value=Decimal(vendor.minimum_order_value),
        request=demo_request(f"demo:supplier:{code}"),
    )
    await asyncio.gather(
        *(
            services.suppliers.upsert_item(
                code,
                sku,
                unit_cost=cost_of(category, measure) * Decimal(vendor.price),
                minimum_quantity=vendor.pack_size,
                pack_size=vendor.pack_size,
                request=demo_request(f"demo:offer:{code}:{sku}"),
            )
            for sku, _, category, measure in base_items()
            if category in vendor.categories
        )
    )


async def is_recorded(services: Services, key: str) -> bool:
    """Tell whether the demo has done what it does under a key."""
    return bool(await services.stock.operations([operation_id_of_key(actor=ACTOR, key=key)]))


def base_items() -> Iterator[tuple[str, str, str, str]]:
    """Yield the SKU, name, category and size of each item."""
    for prefix, (category, sorts) in _RANGES.items():
        for number, (sort, measure) in enumerate(product(sorts, _MEASURES), start=1):
            yield f"{prefix}-{number:03}", f"{sort} {category}, {measure} {_SIZES[category]}", category, measure


def base_units() -> Mapping[str, Mapping[str, int]]:
    """Return how many units of each SKU lie at each location at first."""
    chance = random.Random(1)  # noqa: S311 - the same shop for everyone
    skus = [sku for sku, *_ in base_items()]
    return {code: {sku: chance.randint(1, 6) * chance.randint(1, 30) for sku in skus} for code in LOCATIONS}


def cost_of(category: str, measure: str) -> Decimal:
    """Return what a unit costs."""
    return Decimal(_COSTS[category]) * (_MEASURES.index(measure) + 1)


def barcode_of(number: int) -> str:
    """Return an EAN-13 of the range that GS1 leaves to each company's own use (prefixes 20 to 29)."""
    digits = f"20{number:010}"
    weighted = sum(int(digit) * (1, 3)[index % 2] for index, digit in enumerate(digits))
    return f"{digits}{-weighted % 10}"


def demo_request(key: str) -> RequestInfo:
    """Return how the demo asks for something, once."""
    return RequestInfo(actor=ACTOR, idempotency_key=key, note="Part of the demo shop.")
