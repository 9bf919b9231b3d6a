"""Errors about the terms of a supplier, and about who may order from it."""

from decimal import Decimal

import strawberry

from schema.deprecations import former_name
from schema.errors.base import UserError


@strawberry.type(description="The supplier does not sell this quantity of the item: see its minimum and pack size.")
class QuantityNotOfferedError(UserError):
    supplier: str = strawberry.field(description="The supplier: its code.")
    sku: str = strawberry.field(description="The item.")
    quantity: int = strawberry.field(description="Units on the order.")
    minimum_quantity: int = strawberry.field(description="The supplier's minimum order quantity, in units.")
    pack_size: int = strawberry.field(description="Units per pack; only whole packs are sold.")
    next_allowed_quantity: int = strawberry.field(
        description="The next larger quantity that the supplier sells, in units."
    )
    enough: int = former_name("next_allowed_quantity", int, now="nextAllowedQuantity")


@strawberry.type(description="The order is worth less than the supplier's minimum order value.")
class BelowOrderValueError(UserError):
    supplier: str = strawberry.field(description="The supplier: its code.")
    value: Decimal = strawberry.field(
        description="The value of the order, in the installation's currency; units of unknown cost are not counted."
    )
    minimum_value: Decimal = strawberry.field(description="The minimum order value.")


@strawberry.type(
    description="The order is worth more than the caller may submit, or it has units of unknown cost: someone with a "
    "higher approval limit has to."
)
class ApprovalRequiredError(UserError):
    value: Decimal = strawberry.field(
        description="The value of the order, in the installation's currency; units of unknown cost are not counted."
    )
    limit: Decimal = strawberry.field(description="The caller's approval limit.")
    unvalued_units: int = strawberry.field(description="Ordered units of unknown cost.")
