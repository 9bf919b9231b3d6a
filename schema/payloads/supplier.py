"""Suppliers and their offers after a change."""

from typing import Self

import strawberry

from app.domain.fold import Outcome
from app.domain.supplier import Supplier as DomainSupplier
from app.domain.supplier import SupplierItem as DomainSupplierItem
from schema.payloads.payload import Payload
from schema.types.ledger import Operation
from schema.types.supplier import Supplier, SupplierItem


@strawberry.type(description="What became of `supplierUpsert` or `supplierArchive`.")
class SupplierPayload(Payload):
    """A supplier after the change."""

    supplier: Supplier | None = strawberry.field(default=None, description="The supplier right after the change.")

    @classmethod
    def from_outcome(cls, outcome: Outcome) -> Self:
        """Convert."""
        return cls(
            operation=Operation.from_domain(outcome.operation),
            replayed=outcome.replayed,
            supplier=Supplier.from_domain(outcome.operation.document(DomainSupplier)),
        )


@strawberry.type(description="What became of `supplierItemUpsert` or `supplierItemRemove`.")
class SupplierItemPayload(Payload):
    """An offer after the change."""

    supplier_item: SupplierItem | None = strawberry.field(default=None, description="The offer right after the change.")

    @classmethod
    def from_outcome(cls, outcome: Outcome) -> Self:
        """Convert."""
        return cls(
            operation=Operation.from_domain(outcome.operation),
            replayed=outcome.replayed,
            supplier_item=SupplierItem.from_domain(outcome.operation.document(DomainSupplierItem)),
        )
