"""Suppliers and their offers."""

from functools import partial

from app.domain.purchasing.supplier import Supplier as DomainSupplier
from app.domain.purchasing.supplier import SupplierItem as DomainSupplierItem
from app.services.paging import DEFAULT_PAGE_SIZE
from app.services.purchasing.filters import SupplierFilter
from schema.arguments import After, First, Input, SupplierCode, SuppliersWhere
from schema.context import Info
from schema.inputs.given import given
from schema.inputs.purchasing.supplier import (
    SupplierArchiveInput,
    SupplierItemRemoveInput,
    SupplierItemUpsertInput,
    SupplierUpsertInput,
)
from schema.payloads.purchasing.supplier import SupplierItemPayload, SupplierPayload
from schema.types.connection import Connection
from schema.types.purchasing.supplier import Supplier, SupplierItem


async def supplier(info: Info, code: SupplierCode) -> Supplier | None:
    """Return one supplier."""
    found = await info.context.loaders.document(DomainSupplier, code)
    return None if found is None else Supplier.from_domain(found)


async def offer_of(info: Info, identity: str) -> SupplierItem | None:
    """Return one offer by the id behind its global id."""
    found = await info.context.loaders.document(DomainSupplierItem, identity)
    return None if found is None else SupplierItem.from_domain(found)


async def suppliers(
    info: Info, filter: SuppliersWhere = None, first: First = DEFAULT_PAGE_SIZE, after: After = None
) -> Connection[Supplier]:
    """Return a page of suppliers by code."""
    service = info.context.services.suppliers
    where = filter.to_domain() if filter else SupplierFilter()
    page = await service.page_of_suppliers(where, first=first, after=after)
    return Connection.of(page, Supplier.from_domain, counter=partial(service.count_suppliers, where), after=after)


async def upsert(info: Info, input: Input[SupplierUpsertInput]) -> SupplierPayload:
    """Create a supplier, or update the fields that are given."""
    outcome = await info.context.services.suppliers.upsert(
        input.code,
        name=given(input.name),
        email=given(input.email, null=None),
        lead_time_days=given(input.lead_time_days),
        ordering_cost=given(input.ordering_cost, null=None),
        minimum_order_value=given(input.minimum_order_value, null=None),
        auto_submit=given(input.auto_submit),
        request=input.request(info.context.principal),
    )
    warnings = await info.context.services.suppliers.warnings(input.code)
    return SupplierPayload.from_outcome(outcome, warnings=warnings)


async def archive(info: Info, input: Input[SupplierArchiveInput]) -> SupplierPayload:
    """Archive a supplier, or restore it."""
    outcome = await info.context.services.suppliers.archive(
        input.code,
        is_archived=input.is_archived,
        winds_down=input.wind_down,
        request=input.request(info.context.principal),
    )
    found = await info.context.services.suppliers.open_work_of(input.code) if input.is_archived else ()
    return SupplierPayload.from_outcome(outcome, open_work=found)


async def upsert_item(info: Info, input: Input[SupplierItemUpsertInput]) -> SupplierItemPayload:
    """Create a supplier's offer of an item, or update the fields that are given."""
    outcome = await info.context.services.suppliers.upsert_item(
        input.supplier,
        input.sku,
        supplier_sku=given(input.supplier_sku, null=None),
        unit_cost=given(input.unit_cost, null=None),
        minimum_quantity=given(input.minimum_quantity),
        pack_size=given(input.pack_size),
        lead_time_days=given(input.lead_time_days, null=None),
        is_preferred=given(input.is_preferred),
        request=input.request(info.context.principal),
    )
    return SupplierItemPayload.from_outcome(outcome)


async def remove_item(info: Info, input: Input[SupplierItemRemoveInput]) -> SupplierItemPayload:
    """Remove a supplier's offer of an item."""
    outcome = await info.context.services.suppliers.remove_item(
        input.supplier, input.sku, request=input.request(info.context.principal)
    )
    return SupplierItemPayload.from_outcome(outcome)
