"""Adds to the base shop what the past of the demo needs: locations, ranges, suppliers, policies and opening stock.

Rule: each request has a key of its own, so that what was interrupted is completed.
"""

import asyncio
from collections.abc import Iterable, Mapping
from decimal import Decimal

from app.bootstrap.demo_shop.assortment import CATEGORY_NUMBERS, StockedPlace, is_of_base_shop, opening_stock
from app.bootstrap.demo_shop.base_shop import barcode_of, demo_request
from app.bootstrap.demo_shop.range import ADDED_LOCATIONS, STORES, SUPPLIERS, WAREHOUSE, range_items
from app.domain.catalog.commands.upsert_item import ItemChange
from app.domain.replenishment.policy import ReplenishmentMethod
from app.domain.replenishment.policy_change import NO_CHANGE, SettingsChange
from app.domain.replenishment.policy_defaults import PolicyScope
from app.domain.stock.commands.set_stock import StockSetting
from app.domain.stock.level import LevelKey
from app.domain.stock.movement import MovementReason
from app.services.use_cases import Services

FIRST_KEY = f"demo:location:{next(iter(ADDED_LOCATIONS))}"
_FIRST_BARCODE = 1_000  # the base items have those below


def _filled_up(category: str) -> SettingsChange:
    reorder_point, target = CATEGORY_NUMBERS[category]
    return SettingsChange(method=ReplenishmentMethod.MIN_MAX, reorder_point=reorder_point, target_level=target)


CATEGORIES: Mapping[str, SettingsChange] = {
    "Tea": SettingsChange(method=ReplenishmentMethod.MIN_MAX),
    "Coffee": SettingsChange(method=ReplenishmentMethod.FIXED_QUANTITY, order_quantity=48),
    "Tableware": SettingsChange(method=ReplenishmentMethod.DEMAND_BASED, service_level=0.97),
    # Reviewed each day: trading days of the demo pass in minutes, dates of reviews in days.
    "Preserves": SettingsChange(
        method=ReplenishmentMethod.PERIODIC, review_days=1, target_level=CATEGORY_NUMBERS["Preserves"][1]
    ),
    "Biscuits": SettingsChange(method=ReplenishmentMethod.MIN_MAX),
    "Chocolate": _filled_up("Chocolate"),
    "Teaware": SettingsChange(method=ReplenishmentMethod.MIN_MAX),
    "Spices": SettingsChange(method=ReplenishmentMethod.MIN_MAX, alert_margin=1),
    "Honey": _filled_up("Honey"),
    "Gifts": SettingsChange(method=ReplenishmentMethod.JUST_IN_TIME),
    "Packaging": SettingsChange(
        method=ReplenishmentMethod.FIXED_QUANTITY, order_quantity=5_000, reorder_point=CATEGORY_NUMBERS["Packaging"][0]
    ),
}


async def add_locations(services: Services) -> None:
    """Add the locations; the first of them marks that the past has begun."""
    for code, (name, kind, priority) in ADDED_LOCATIONS.items():
        await services.catalog.upsert_location(
            code, name=name, kind=kind, priority=priority, request=demo_request(f"demo:location:{code}")
        )


async def furnish(services: Services, places: Mapping[LevelKey, StockedPlace]) -> None:
    """Add all else. Raises Refused, Overloaded and Unavailable."""
    await _add_items(services)
    await _add_suppliers(services)
    await _set_policies(services, places.values())
    for code in sorted({place.key.location for place in places.values()}):
        await _open_stock(services, code, places)


async def _add_items(services: Services) -> None:
    await asyncio.gather(
        *(
            services.catalog.change_item(
                ItemChange(
                    sku=item.sku,
                    name=item.name,
                    category=item.category,
                    tags=item.tags,
                    barcodes=(barcode_of(_FIRST_BARCODE + number),),
                    unit_cost=item.cost,
                    backorder_limit=20 if item.category == "Gifts" else 0,
                ),
                request=demo_request(f"demo:item:{item.sku}"),
            )
            for number, item in enumerate(range_items())
        )
    )
    for item in range_items():
        if item.is_archived:
            await services.catalog.archive_item(
                item.sku, is_archived=True, request=demo_request(f"demo:archive:{item.sku}")
            )


async def _add_suppliers(services: Services) -> None:
    for code, supplier in SUPPLIERS.items():
        await services.suppliers.upsert(
            code,
            name=supplier.name,
            email=f"orders@{code.lower()}.example",
            lead_time_days=supplier.lead_days,
            ordering_cost=Decimal(8),
            minimum_order_value=Decimal(supplier.minimum_order),
            auto_submit=supplier.auto_submit,
            request=demo_request(f"demo:supplier:{code}"),
        )
    await asyncio.gather(
        *(
            services.suppliers.upsert_item(
                code,
                item.sku,
                supplier_sku=f"{code[0]}{number:04}",
                unit_cost=item.cost,
                minimum_quantity=supplier.pack_size,
                pack_size=supplier.pack_size,
                is_preferred=True,
                request=demo_request(f"demo:offer:{code}:{item.sku}"),
            )
            for code, supplier in SUPPLIERS.items()
            for number, item in enumerate(range_items(), start=1)
            if item.category in supplier.categories and not item.is_archived
        )
    )


async def _set_policies(services: Services, places: Iterable[StockedPlace]) -> None:
    examples = sorted({place.key.sku for place in places if place.is_example})
    by_hand = SettingsChange(method=ReplenishmentMethod.NONE)
    scopes = [
        (PolicyScope.EVERYTHING, "", SettingsChange(service_level=0.95)),
        *((PolicyScope.CATEGORY, name, change) for name, change in CATEGORIES.items()),
        *((PolicyScope.LOCATION, code, SettingsChange(resupply_from=WAREHOUSE, transfer_days=1)) for code in STORES),
        *((PolicyScope.ITEM, sku, by_hand) for sku in examples),
    ]
    await asyncio.gather(
        *(
            services.policies.set(scope, name, change, request=demo_request(f"demo:policy:{scope}:{name}"))
            for scope, name, change in scopes
        )
    )


async def _open_stock(services: Services, code: str, places: Mapping[LevelKey, StockedPlace]) -> None:
    """Stock the added levels of a location, and give each of all its levels its numbers."""
    opening = opening_stock(places)
    lines = [
        StockSetting(
            key=key,
            quantity=opening[key],
            reason=MovementReason.COUNT if is_of_base_shop(place) else MovementReason.RECEIPT,
            is_forced=True,
            reorder_point=place.reorder_point if _has_numbers(place) else None,
            settings=_numbers_of(place),
        )
        for key, place in places.items()
        if key.location == code and not place.is_example
    ]
    await services.stock.set_many(lines, is_atomic=True, request=demo_request(f"demo:opening:{code}"))


def _has_numbers(place: StockedPlace) -> bool:
    return place.category not in CATEGORY_NUMBERS


def _numbers_of(place: StockedPlace) -> SettingsChange:
    if not _has_numbers(place):
        return NO_CHANGE
    return SettingsChange(target_level=place.target, overstock_point=place.overstock_point)
