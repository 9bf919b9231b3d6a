"""Levels as clients see them."""

import asyncio
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Self

import strawberry
from strawberry import relay

from app.domain.alert import Alert, open_alert_keys
from app.domain.level import Level, LevelChange, LevelKey
from app.domain.time import datetime_of
from schema.context import Info
from schema.enums import LevelStatus
from schema.types.catalog import Item, Location, item_of, location_of
from schema.types.policy import LevelPolicy

if TYPE_CHECKING:
    from schema.types.alert import StockAlert


@strawberry.type(description="Units on hand that may not be sold, by reason.")
class UnavailableUnits:
    """The parts of `unavailable`."""

    damaged: int = strawberry.field(description="Units that are damaged.")
    quality_control: int = strawberry.field(description="Units that wait for an inspection.")
    safety: int = strawberry.field(description="Units that are kept back for emergencies.")
    other: int = strawberry.field(description="Units that are unavailable for another reason.")

    @classmethod
    def from_domain(cls, units: Level | LevelChange) -> Self:
        """Convert."""
        return cls(damaged=units.damaged, quality_control=units.quality_control, safety=units.safety, other=units.other)


@strawberry.type(description="The count of one item at one location, in units.")
class StockLevel(relay.Node):
    """A level."""

    key: strawberry.Private[LevelKey]
    domain: strawberry.Private[Level]
    identity: relay.NodeID[str]
    on_hand: int = strawberry.field(description="Units physically there.")
    reserved: int = strawberry.field(description="Units on hand that are promised to orders.")
    unavailable: int = strawberry.field(description="Units on hand that may not be sold.")
    incoming: int = strawberry.field(description="Units on their way to the location, not on hand yet.")
    planned: int = strawberry.field(
        description="Units on drafts of purchase orders and on proposed transfers: nobody has promised them yet."
    )
    pledged: int = strawberry.field(
        description="Units that are to leave by proposed transfers. They may still be sold, but no other location is "
        "proposed them."
    )
    backordered: int = strawberry.field(description="Units promised to orders that are yet to come.")
    available: int = strawberry.field(
        description="Units that may be sold now: on hand - reserved - unavailable - backordered. Below zero, more is "
        "promised than is there."
    )
    reorder_point: int = strawberry.field(description="In units: at or below it, available stock is LOW.")
    backorder_limit: int = strawberry.field(
        description="In units: how many may be promised beyond what is on hand; 0 where none may."
    )
    status: LevelStatus = strawberry.field(description="How the level stands against its reorder point.")
    version: int = strawberry.field(description="Grows by one with each movement. The higher one is the newer.")
    changed_at: datetime = strawberry.field(description="When the level was last changed.")

    @strawberry.field(description="When people counted it last; null where they never did.")
    def counted_at(self) -> datetime | None:
        """Convert only where asked for."""
        return datetime_of(self.domain.counted_at) if self.domain.counted_at else None

    @strawberry.field(
        description="The inventory position, in units: available + incoming + planned. It is what a policy compares, "
        "so that what is on order is not ordered again."
    )
    def position(self) -> int:
        """Convert only where asked for."""
        return self.domain.position

    @strawberry.field(description="Whether its policy orders something now; soon false again, unless nobody offers it.")
    def needs_reorder(self) -> bool:
        """Convert only where asked for."""
        return self.domain.is_short

    @strawberry.field(description="What it replenishes itself by.")
    def policy(self) -> LevelPolicy:
        """Convert only where asked for."""
        return LevelPolicy.from_domain(self.domain)

    @strawberry.field(description="The unavailable units by reason.")
    def unavailable_by(self) -> UnavailableUnits:
        """Convert only where asked for."""
        return UnavailableUnits.from_domain(self.domain)

    @strawberry.field(description="What is stocked.")
    def item(self, info: Info) -> Item:
        """Refer to the item."""
        return item_of(self.key.sku, info)  # type: ignore[return-value] # the executor awaits it

    @strawberry.field(description="Where it is stocked.")
    def location(self, info: Info) -> Location:
        """Refer to the location."""
        return location_of(self.key.location, info)  # type: ignore[return-value] # the executor awaits it

    @strawberry.field(
        description="The alerts that it has open: one at most of LOW or OUT, of OVERSTOCK and of STOCKOUT_RISK. For a "
        "level of the past, those that it had open then, each as it is now."
    )
    def alerts(self, info: Info) -> list[Annotated["StockAlert", strawberry.lazy("schema.types.alert")]]:
        """Refer to the alerts; without a read where there are none."""
        return _loaded_alerts(self.domain, info) if self.domain.alerts else []  # type: ignore[return-value] # awaited

    @classmethod
    def from_domain(cls, level: Level) -> Self:
        """Convert."""
        return cls(
            key=level.key,
            domain=level,
            identity=level_identity(level.key),
            on_hand=level.on_hand,
            reserved=level.reserved,
            unavailable=level.unavailable,
            incoming=level.incoming,
            planned=level.planned,
            pledged=level.pledged,
            backordered=level.backordered,
            available=level.available,
            reorder_point=level.reorder_point,
            backorder_limit=level.backorder_limit,
            status=level.status,
            version=level.version,
            changed_at=datetime_of(level.changed_at),
        )


async def loaded_level(key: LevelKey, info: Info) -> StockLevel:
    """Return the level that a row refers to."""
    level = await info.context.loaders.level_by_key.load(key)
    assert level is not None, f"a reference to the unknown level {key}"
    return StockLevel.from_domain(level)


async def _loaded_alerts(level: Level, info: Info) -> "list[StockAlert]":
    from schema.types.alert import StockAlert  # noqa: PLC0415 - alerts refer to levels, and operations do

    loaders = info.context.loaders
    found = await asyncio.gather(*(loaders.document(Alert, key.id) for key in open_alert_keys(level)))
    return [StockAlert.from_domain(alert) for alert in found if alert is not None]


def level_identity(key: LevelKey) -> str:
    """Return the identity behind a level's global id. A location code has no slash, so the parts stay apart."""
    return f"{key.location}/{key.sku}"


def level_key(identity: str) -> LevelKey | None:
    """Return the key of such an identity, or None where it is none."""
    location, slash, sku = identity.partition("/")
    return LevelKey(sku, location) if slash else None
