"""Reads visible items and locations, and the offers of items."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from app.domain.catalog.catalog import Item, Location
from app.domain.catalog.labels import LabelKind
from app.domain.purchasing.supplier import Supplier, SupplierItem
from app.services.filters import ItemFilter, ItemOrder, LocationFilter
from app.services.limited.sight import Sight, page_of_visible
from app.services.paging import Page, PageRequest, Row
from app.services.ports import CatalogReader
from app.services.purchasing.filters import OfferFilter, SupplierFilter
from app.services.purchasing.ports import SupplyReader

_MAX_PASSED_OVER = 20  # items that are not visible, until a look for one that resembles another is given up


class LimitedCatalog:
    """CatalogReader of visible items and locations."""

    def __init__(self, catalog: CatalogReader, *, sight: Sight) -> None:
        self._catalog = catalog
        self._sight = sight

    async def items(self, skus: Sequence[str]) -> Mapping[str, Item]:
        found = await self._catalog.items(skus)
        return {item.sku: item for item in self._seen(found.values())}

    async def item_by_barcode(self, barcode: str) -> Item | None:
        found = await self._catalog.item_by_barcode(barcode)
        return next(iter(self._seen(() if found is None else (found,))), None)

    async def uncomposed_skus(self) -> Sequence[str]:
        skus = await self._catalog.uncomposed_skus()
        seen = await self._sight.items(skus)
        return [sku for sku in skus if sku in seen]

    async def skus_in(self, categories: Collection[str], *, limit: int | None = None) -> frozenset[str]:
        seen = [each for each in categories if self._sight.visibility.shows_category(each)]
        return await self._catalog.skus_in(seen, limit=limit)

    async def labels(self, kind: LabelKind, *, beginning: str, within: Collection[str] | None = None) -> Sequence[str]:
        seen = self._sight.visibility.categories
        if within is not None:
            seen = frozenset(each for each in within if self._sight.visibility.shows_category(each))
        return await self._catalog.labels(kind, beginning=beginning, within=seen)

    async def items_alike(self, keys: Sequence[str]) -> Sequence[Item]:
        return self._seen(await self._catalog.items_alike(keys))

    async def item_with(self, entry: str, *, besides: Sequence[str]) -> Item | None:
        passed = list(besides)
        for _ in range(_MAX_PASSED_OVER):
            found = await self._catalog.item_with(entry, besides=passed)
            if found is None or self._seen((found,)):
                return found
            passed.append(found.sku)
        return None

    async def locations_alike(self, code: str) -> Sequence[Location]:
        found = await self._catalog.locations_alike(code)
        return [location for location in found if self._sight.visibility.shows_location(location.code)]

    async def locations(self, codes: Sequence[str]) -> Mapping[str, Location]:
        asked = [code for code in codes if self._sight.visibility.shows_location(code)]
        return await self._catalog.locations(asked) if asked else {}

    async def page_of_items(
        self, where: ItemFilter, *, order: ItemOrder = ItemOrder.SKU, page: PageRequest
    ) -> Page[Item]:
        return await self._catalog.page_of_items(await self._sight.narrowed(where), order=order, page=page)

    async def item_rows(
        self, where: ItemFilter, *, order: ItemOrder, page: PageRequest, attributes: tuple[str, ...]
    ) -> Page[Row]:
        narrowed = await self._sight.narrowed(where)
        return await self._catalog.item_rows(narrowed, order=order, page=page, attributes=attributes)

    async def page_of_locations(self, where: LocationFilter, *, page: PageRequest) -> Page[Location]:
        return await self._catalog.page_of_locations(await self._sight.narrowed(where), page=page)

    async def count_items(self, where: ItemFilter) -> int:
        return await self._catalog.count_items(await self._sight.narrowed(where))

    async def count_locations(self, where: LocationFilter) -> int:
        return await self._catalog.count_locations(await self._sight.narrowed(where))

    def _seen(self, items: Iterable[Item]) -> list[Item]:
        return [item for item in items if self._sight.visibility.shows_category(item.category)]


class LimitedSupplies:
    """SupplyReader of all suppliers, and of their offers of visible items."""

    def __init__(self, supplies: SupplyReader, *, sight: Sight) -> None:
        self._supplies = supplies
        self._sight = sight

    async def offers_of(self, skus: Sequence[str]) -> Mapping[str, Sequence[SupplierItem]]:
        seen = await self._sight.items(skus)
        return await self._supplies.offers_of([sku for sku in skus if sku in seen])

    async def page_of_offers(self, where: OfferFilter, *, page: PageRequest) -> Page[SupplierItem]:
        async def read(there: OfferFilter, asked: PageRequest) -> Page[SupplierItem]:
            return await self._supplies.page_of_offers(there, page=asked)

        async def keep(offers: Sequence[SupplierItem]) -> Sequence[SupplierItem]:
            items = await self._sight.items(offer.sku for offer in offers)
            return [offer for offer in offers if offer.sku in items]

        return await page_of_visible(read, where, page=page, sight=self._sight, keep=keep)

    async def count_offers(self, where: OfferFilter) -> int:
        return await self._supplies.count_offers(await self._sight.narrowed(where))

    async def page_of_suppliers(self, where: SupplierFilter, *, page: PageRequest) -> Page[Supplier]:
        return await self._supplies.page_of_suppliers(where, page=page)

    async def suppliers_alike(self, code: str) -> Sequence[Supplier]:
        return await self._supplies.suppliers_alike(code)

    async def count_suppliers(self, where: SupplierFilter) -> int:
        return await self._supplies.count_suppliers(where)
