"""Suppliers and their offers after a change."""

from collections.abc import Sequence
from typing import Self

import strawberry

from app.domain.catalog.open_work import OpenWork as DomainOpenWork
from app.domain.catalog.warning import InputWarning
from app.domain.outcome import Outcome
from app.domain.purchasing.supplier import Supplier as DomainSupplier
from app.domain.purchasing.supplier import SupplierItem as DomainSupplierItem
from schema.payloads.payload import Payload
from schema.types.open_work import OpenWork
from schema.types.purchasing.supplier import Supplier, SupplierItem
from schema.types.warnings import user_warnings


@strawberry.type(description="The outcome of `supplierUpsert` or `supplierArchive`.")
class SupplierPayload(Payload):
    """A supplier after the change."""

    supplier: Supplier | None = strawberry.field(
        default=None, description="The supplier as it is now; null where the request was refused."
    )
    open_work: list[OpenWork] = strawberry.field(
        default_factory=list,
        description="The open work of what was archived, which may be completed; otherwise empty.",
    )

    @classmethod
    def from_outcome(
        cls,
        outcome: Outcome,
        *,
        open_work: Sequence[DomainOpenWork] = (),
        warnings: Sequence[InputWarning] = (),
    ) -> Self:
        supplier = Supplier.from_domain(outcome.document(DomainSupplier))
        work = list(map(OpenWork.from_domain, open_work))
        return cls.accepted(outcome, supplier=supplier, open_work=work, warnings=user_warnings(warnings))


@strawberry.type(description="The outcome of `supplierItemUpsert` or `supplierItemRemove`.")
class SupplierItemPayload(Payload):
    """An offer after the change."""

    supplier_item: SupplierItem | None = strawberry.field(
        default=None, description="The offer as it is now; null where the request was refused."
    )

    @classmethod
    def from_outcome(cls, outcome: Outcome) -> Self:
        offer = outcome.shown(DomainSupplierItem)
        return cls.accepted(outcome, supplier_item=offer and SupplierItem.from_domain(offer))
