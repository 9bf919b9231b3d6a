"""Errors about the units of a reservation."""

import strawberry

from schema.deprecations import former_name
from schema.errors.base import UserError


@strawberry.type(
    description="Units that the order holds are not on hand, as its level has a `shortfall`, and older orders are "
    "served first. Wait for a receipt, or release them."
)
class OrderIsShortError(UserError):
    sku: str = strawberry.field(description="The item.")
    location: str = strawberry.field(description="The location's code.")
    requested: int = strawberry.field(description="Units to be shipped.")
    shippable: int = strawberry.field(
        description="Units that the order holds and that are on hand: as many may be shipped."
    )
    short: int = strawberry.field(description="Units that the order holds and that are not on hand.")
    there: int = former_name("shippable", int, now="shippable")
