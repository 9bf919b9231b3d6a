"""Use cases of suppliers and their offers."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from app.domain.catalog.open_work import OpenWork
from app.domain.catalog.warning import InputWarning, similar_code
from app.domain.limits import MAX_WARNINGS
from app.domain.outcome import Outcome
from app.domain.partial_update import UNCHANGED, Unchanged
from app.domain.purchasing.commands.supplier_items import RemoveSupplierItem, UpsertSupplierItem
from app.domain.purchasing.commands.suppliers import ArchiveSupplier, UpsertSupplier
from app.domain.purchasing.supplier import Supplier, SupplierItem
from app.services.command_bus import CommandBus
from app.services.paging import Page, page_request
from app.services.purchasing.filters import OfferFilter, SupplierFilter
from app.services.purchasing.open_orders import OpenOrders
from app.services.purchasing.ports import SupplyReader
from app.services.request_info import RequestInfo


class Suppliers:
    """Changes and reads suppliers and their offers. Every change raises Refused, Overloaded or Unavailable."""

    def __init__(
        self, *, bus: CommandBus, supplies: SupplyReader, open_orders: OpenOrders, all_orders: OpenOrders | None = None
    ) -> None:
        """Take `all_orders`, which finds also those that the caller does not see, where there may be some."""
        self._all_orders = all_orders
        self._bus = bus
        self._supplies = supplies
        self._open_orders = open_orders

    async def upsert(
        self,
        code: str,
        *,
        request: RequestInfo,
        name: str | Unchanged = UNCHANGED,
        email: str | Unchanged | None = UNCHANGED,
        lead_time_days: int | Unchanged = UNCHANGED,
        ordering_cost: Decimal | Unchanged | None = UNCHANGED,
        minimum_order_value: Decimal | Unchanged | None = UNCHANGED,
        auto_submit: bool | Unchanged = UNCHANGED,
    ) -> Outcome:
        """Create a supplier, or change what is given of it."""
        return await self._bus.run(
            "supplierUpsert",
            request,
            lambda info: UpsertSupplier(
                info=info,
                code=code,
                name=name,
                email=email,
                lead_time_days=lead_time_days,
                ordering_cost=ordering_cost,
                minimum_order_value=minimum_order_value,
                auto_submit=auto_submit,
                has_approval_limit=request.approval_limit is not None,
            ),
        )

    async def archive(self, code: str, *, is_archived: bool, winds_down: bool = True, request: RequestInfo) -> Outcome:
        """Archive a supplier or restore it: see ArchiveSupplier."""
        looks = is_archived and not winds_down
        found = tuple(await self._open_orders.from_supplier(code)) if looks else ()
        elsewhere = looks and self._all_orders is not None and bool(await self._all_orders.from_supplier(code))
        return await self._bus.run(
            "supplierArchive",
            request,
            lambda info: ArchiveSupplier(
                info=info,
                code=code,
                is_archived=is_archived,
                winds_down=winds_down,
                found=found,
                is_open_elsewhere=elsewhere,
            ),
        )

    async def warnings(self, code: str) -> tuple[InputWarning, ...]:
        """Return the warnings of a changed supplier: a new code that differs from another in case only."""
        found = await self._supplies.suppliers_alike(code)
        is_new = any(supplier.code == code and supplier.version == 1 for supplier in found)
        others = [supplier.code for supplier in found if supplier.code != code]
        return tuple(similar_code("supplier", code, other) for other in others if is_new)[:MAX_WARNINGS]

    async def open_work_of(self, code: str) -> Sequence[OpenWork]:
        """Return what is on order from a supplier, drafts included."""
        return await self._open_orders.from_supplier(code)

    async def upsert_item(
        self,
        supplier: str,
        sku: str,
        *,
        request: RequestInfo,
        supplier_sku: str | Unchanged | None = UNCHANGED,
        unit_cost: Decimal | Unchanged | None = UNCHANGED,
        minimum_quantity: int | Unchanged = UNCHANGED,
        pack_size: int | Unchanged = UNCHANGED,
        lead_time_days: int | Unchanged | None = UNCHANGED,
        is_preferred: bool | Unchanged = UNCHANGED,
    ) -> Outcome:
        """Create an offer of an item, or change what is given of it."""
        return await self._bus.run(
            "supplierItemUpsert",
            request,
            lambda info: UpsertSupplierItem(
                info=info,
                supplier=supplier,
                sku=sku,
                supplier_sku=supplier_sku,
                unit_cost=unit_cost,
                minimum_quantity=minimum_quantity,
                pack_size=pack_size,
                lead_time_days=lead_time_days,
                is_preferred=is_preferred,
            ),
        )

    async def remove_item(self, supplier: str, sku: str, *, request: RequestInfo) -> Outcome:
        """Remove an offer."""
        return await self._bus.run(
            "supplierItemRemove", request, lambda info: RemoveSupplierItem(info=info, supplier=supplier, sku=sku)
        )

    async def offers_of(self, skus: Sequence[str]) -> Mapping[str, Sequence[SupplierItem]]:
        """Return the offers of these items by SKU; see SupplyReader."""
        return await self._supplies.offers_of(skus)

    async def page_of_suppliers(self, where: SupplierFilter, *, first: int, after: str | None) -> Page[Supplier]:
        """Return a page of suppliers by code. Raises BadArgument."""
        page = page_request(order="CODE", shape=(str,), first=first, after=after)
        return await self._supplies.page_of_suppliers(where, page=page)

    async def count_suppliers(self, where: SupplierFilter) -> int:
        """Return how many suppliers match."""
        return await self._supplies.count_suppliers(where)

    async def page_of_offers(self, where: OfferFilter, *, first: int, after: str | None) -> Page[SupplierItem]:
        """Return a page of a supplier's offers, by SKU. Raises BadArgument."""
        page = page_request(order="SKU", shape=(str,), first=first, after=after)
        return await self._supplies.page_of_offers(where, page=page)

    async def count_offers(self, where: OfferFilter) -> int:
        """Return how many items a supplier offers."""
        return await self._supplies.count_offers(where)
