"""Inputs of suppliers and their offers, and the filter of suppliers."""

from decimal import Decimal

import strawberry

from app.domain.limits import MAX_SEARCH_LENGTH
from app.services.filters import MAX_SEARCH_WORDS
from app.services.purchasing.filters import SupplierFilter
from schema.inputs.filters import words_of
from schema.inputs.mutation_input import SKU, MutationInput

SUPPLIER = "The supplier: its code."
_MONEY = "in the installation's currency, with at most four decimals"


@strawberry.input(description="Creates a supplier, or updates the fields that are given.")
class SupplierUpsertInput(MutationInput):
    code: str = strawberry.field(description="Its code: 1 to 32 letters, digits, dots, dashes or underscores.")
    name: str | None = strawberry.field(
        default=strawberry.UNSET, description="Its name: 1 to 200 characters. Required for a new supplier."
    )
    email: str | None = strawberry.field(
        default=strawberry.UNSET, description="The e-mail address for orders; null for none."
    )
    lead_time_days: int | None = strawberry.field(
        default=strawberry.UNSET,
        description="Lead time in days, 0 to 365, of offers that have none of their own. Default 0.",
    )
    ordering_cost: Decimal | None = strawberry.field(
        default=strawberry.UNSET, description=f"The fixed cost of placing one order, {_MONEY}; null where unknown."
    )
    minimum_order_value: Decimal | None = strawberry.field(
        default=strawberry.UNSET, description=f"The minimum value of an order, {_MONEY}; null for none."
    )
    auto_submit: bool | None = strawberry.field(
        default=strawberry.UNSET,
        description="Whether automatic orders are submitted without approval. Default false.",
    )


@strawberry.input(description="Archives a supplier, or restores it. Submitted orders can still be received.")
class SupplierArchiveInput(MutationInput):
    code: str = strawberry.field(description=SUPPLIER)
    is_archived: bool = strawberry.field(default=True, description="False restores it.")
    wind_down: bool = strawberry.field(
        default=False,
        description="True: archive it although it has open purchase orders, drafts included, which may still be "
        "received or cancelled. False: refuse, and list them.",
    )


@strawberry.input(
    description="Creates a supplier's offer of an item, or updates the fields that are given. An offer that was "
    "removed starts from the defaults."
)
class SupplierItemUpsertInput(MutationInput):
    supplier: str = strawberry.field(description=SUPPLIER)
    sku: str = strawberry.field(description=SKU)
    supplier_sku: str | None = strawberry.field(
        default=strawberry.UNSET, description="The supplier's own code of the item: 1 to 64 characters; null for none."
    )
    unit_cost: Decimal | None = strawberry.field(
        default=strawberry.UNSET, description=f"The cost of one unit, {_MONEY}; null where unknown."
    )
    minimum_quantity: int | None = strawberry.field(
        default=strawberry.UNSET, description="The minimum order quantity, in units. Default 1."
    )
    pack_size: int | None = strawberry.field(
        default=strawberry.UNSET, description="Units per pack; only whole packs are ordered. Default 1."
    )
    lead_time_days: int | None = strawberry.field(
        default=strawberry.UNSET,
        description="Lead time in days, 0 to 365; null for that of the supplier.",
    )
    is_preferred: bool | None = strawberry.field(
        default=strawberry.UNSET,
        description="Whether it is preferred to other suppliers' offers, whatever those cost. Of several preferred "
        "ones the cheapest is used. Default false.",
    )


@strawberry.input(description="Removes a supplier's offer of an item. Existing orders stay unchanged.")
class SupplierItemRemoveInput(MutationInput):
    supplier: str = strawberry.field(description=SUPPLIER)
    sku: str = strawberry.field(description=SKU)


@strawberry.input(
    name="SupplierFilter",
    description="Filters a list of suppliers. All conditions must hold; those left out do not restrict.",
)
class SupplierFilterInput:
    search: str | None = strawberry.field(
        default=None,
        description=f"Suppliers found by all of these words, at most {MAX_SEARCH_WORDS} and {MAX_SEARCH_LENGTH} "
        "characters, in the code or the name, as items are. A word of three characters or more may be the beginning of "
        "one; a shorter one is a whole word, or the beginning of the code.",
    )
    is_archived: bool | None = strawberry.field(
        default=None, description="Only archived suppliers, or only the others."
    )

    def to_domain(self) -> SupplierFilter:
        """Convert. Raises BadArgument."""
        return SupplierFilter(words=words_of(self.search or ""), is_archived=self.is_archived)
