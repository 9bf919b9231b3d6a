"""Levels as clients see them."""

from datetime import datetime
from typing import Self

import strawberry
from strawberry import relay

from app.domain.level import Level, LevelKey
from app.domain.time import datetime_of
from schema.context import Info
from schema.enums import LevelStatus
from schema.types.catalog import Item, Location, item_of, location_of


@strawberry.type(description="The count of one item at one location, in units.")
class StockLevel(relay.Node):
    """A level."""

    key: strawberry.Private[LevelKey]
    identity: relay.NodeID[str]
    on_hand: int = strawberry.field(description="Units physically there.")
    reserved: int = strawberry.field(description="Units on hand that are promised to orders.")
    unavailable: int = strawberry.field(description="Units on hand that may not be sold.")
    incoming: int = strawberry.field(description="Units on their way to the location, not on hand yet.")
    available: int = strawberry.field(description="Units that may be sold now: on hand - reserved - unavailable.")
    reorder_point: int = strawberry.field(description="In units: at or below it, available stock is LOW.")
    status: LevelStatus = strawberry.field(description="How the level stands against its reorder point.")
    version: int = strawberry.field(description="Grows by one with each movement. The higher one is the newer.")
    changed_at: datetime = strawberry.field(description="When the level was last changed.")

    @strawberry.field(description="What is stocked.")
    def item(self, info: Info) -> Item:
        """Refer to the item."""
        return item_of(self.key.sku, info)  # type: ignore[return-value] # the executor awaits it

    @strawberry.field(description="Where it is stocked.")
    def location(self, info: Info) -> Location:
        """Refer to the location."""
        return location_of(self.key.location, info)  # type: ignore[return-value] # the executor awaits it

    @classmethod
    def from_domain(cls, level: Level) -> Self:
        """Convert."""
        return cls(
            key=level.key,
            identity=level_identity(level.key),
            on_hand=level.on_hand,
            reserved=level.reserved,
            unavailable=level.unavailable,
            incoming=level.incoming,
            available=level.available,
            reorder_point=level.reorder_point,
            status=level.status,
            version=level.version,
            changed_at=datetime_of(level.changed_at),
        )


def level_identity(key: LevelKey) -> str:
    """Return the identity behind a level's global id. A location code has no slash, so the parts stay apart."""
    return f"{key.location}/{key.sku}"


def level_key(identity: str) -> LevelKey | None:
    """Return the key of such an identity, or None where it is none."""
    location, slash, sku = identity.partition("/")
    return LevelKey(sku, location) if slash else None
