"""Suppliers and their offers as clients send them, and what lists of suppliers are narrowed to."""

from decimal import Decimal

import strawberry

from app.services.purchasing.filters import SupplierFilter
from schema.inputs.mutation_input import SKU, MutationInput

SUPPLIER = "The supplier: its code."
_MONEY = "in the installation's currency, with at most four decimals"


@strawberry.input(description="Creates a supplier, or changes what is given of it.")
class SupplierUpsertInput(MutationInput):
    """See UpsertSupplier."""

    code: str = strawberry.field(description="Its code: 1 to 32 letters, digits, dots, dashes or underscores.")
    name: str | None = strawberry.field(
        default=strawberry.UNSET, description="What it is called: 1 to 200 characters. Required for a new supplier."
    )
    email: str | None = strawberry.field(
        default=strawberry.UNSET, description="Where orders are sent: an e-mail address; null for none."
    )
    lead_time_days: int | None = strawberry.field(
        default=strawberry.UNSET,
        description="Days from ordering to arrival, 0 to 365, for what has no lead time of its own. Default 0.",
    )
    ordering_cost: Decimal | None = strawberry.field(
        default=strawberry.UNSET, description=f"What placing one order costs us, {_MONEY}; null where unknown."
    )
    minimum_order_value: Decimal | None = strawberry.field(
        default=strawberry.UNSET, description=f"What an order is worth at least, {_MONEY}; null for anything."
    )
    auto_submit: bool | None = strawberry.field(
        default=strawberry.UNSET,
        description="Whether automatic orders are submitted without approval. Default false.",
    )


@strawberry.input(
    description="Lets nothing be ordered from a supplier any more, or again. What is on its way still arrives."
)
class SupplierArchiveInput(MutationInput):
    """See ArchiveSupplier."""

    code: str = strawberry.field(description=SUPPLIER)
    is_archived: bool = strawberry.field(default=True, description="False restores it.")
    wind_down: bool = strawberry.field(
        default=False,
        description="True: archive it although something is on order from it, drafts included; that may still be "
        "received or cancelled. False: refuse, and name it.",
    )


@strawberry.input(
    description="Lets a supplier offer an item, or changes what is given of the offer. One that was removed begins "
    "anew."
)
class SupplierItemUpsertInput(MutationInput):
    """See UpsertSupplierItem."""

    supplier: str = strawberry.field(description=SUPPLIER)
    sku: str = strawberry.field(description=SKU)
    supplier_sku: str | None = strawberry.field(
        default=strawberry.UNSET, description="What the supplier calls the item: 1 to 64 characters; null for nothing."
    )
    unit_cost: Decimal | None = strawberry.field(
        default=strawberry.UNSET, description=f"What one unit costs, {_MONEY}; null where unknown."
    )
    minimum_quantity: int | None = strawberry.field(
        default=strawberry.UNSET, description="Units that are ordered at least. Default 1."
    )
    pack_size: int | None = strawberry.field(
        default=strawberry.UNSET, description="Units per pack; only whole packs are ordered. Default 1."
    )
    lead_time_days: int | None = strawberry.field(
        default=strawberry.UNSET,
        description="Days from ordering to arrival, 0 to 365; null for those of the supplier.",
    )
    is_preferred: bool | None = strawberry.field(
        default=strawberry.UNSET,
        description="Whether it is preferred to other suppliers' offers, whatever those cost. Of several preferred "
        "ones the cheapest is taken. Default false.",
    )


@strawberry.input(description="Lets a supplier offer an item no more. Orders that name it stay as they are.")
class SupplierItemRemoveInput(MutationInput):
    """See RemoveSupplierItem."""

    supplier: str = strawberry.field(description=SUPPLIER)
    sku: str = strawberry.field(description=SKU)


@strawberry.input(name="SupplierFilter", description="Narrows a list of suppliers. What is left out narrows nothing.")
class SupplierFilterInput:
    """See SupplierFilter."""

    is_archived: bool | None = strawberry.field(
        default=None, description="Only archived suppliers, or only the others."
    )

    def to_domain(self) -> SupplierFilter:
        """Convert."""
        return SupplierFilter(is_archived=self.is_archived)
