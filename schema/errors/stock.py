"""Errors about the units of a level: insufficient, or not as the caller expected."""

import strawberry

from schema.enums.stock import UnavailableReason
from schema.errors.base import UserError


@strawberry.type(description="Fewer units are available than were requested.")
class InsufficientStockError(UserError):
    sku: str = strawberry.field(description="The item.")
    location: str = strawberry.field(description="The location's code; empty where the line of an order names none.")
    requested: int = strawberry.field(description="Units requested.")
    available: int = strawberry.field(
        description="Units available, never below zero. For a line of an order: all that its locations could have "
        "served, backorders included. Where unavailable units were requested (see `reason`): those."
    )
    waiting: int = strawberry.field(
        description="Units that backorders are entitled to, and that are therefore not available to others."
    )
    missing: int = strawberry.field(
        description="Units of the present `shortfall`: reserved or unavailable, but not on hand."
    )
    taken: int = strawberry.field(description="Units that other lines of the same request use.")
    oversold: int = strawberry.field(
        description="Units sold beyond the record: on hand is below zero, so count the stock."
    )
    reason: UnavailableReason | None = strawberry.field(
        description="The reason of the requested unavailable units; null where available units were requested."
    )


@strawberry.type(
    description="A sale of more than is recorded, at a location whose `oversellPolicy` is ASK. Send it with "
    "`confirmOversell: true` to record it."
)
class OversellUnconfirmedError(UserError):
    sku: str = strawberry.field(description="The item.")
    location: str = strawberry.field(description="The location's code.")
    requested: int = strawberry.field(description="Units that were sold.")
    available: int = strawberry.field(description="Units that were available, never below zero.")


@strawberry.type(description="The level has changed since the caller read it.")
class StaleLevelError(UserError):
    sku: str = strawberry.field(description="The item.")
    location: str = strawberry.field(description="The location's code.")
    expected: int = strawberry.field(description="The units on hand, or the version, that the caller expected.")
    actual: int = strawberry.field(description="The present units on hand, or the present version, as expected.")
