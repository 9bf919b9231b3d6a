"""The stock ledger: movements, and the operations that recorded them."""

import re
from datetime import datetime
from typing import Final, Self

import strawberry
from strawberry import relay

from app.domain.operation import Operation as DomainOperation
from app.domain.stock.level import LevelKey
from app.domain.stock.level_change import LevelChange
from app.domain.stock.movement import Movement as DomainMovement
from app.domain.time import datetime_of
from app.services.paging import DEFAULT_PART_SIZE, page_of_all
from schema.context import Info
from schema.deprecations import former_name
from schema.enums.stock import MovementReason
from schema.loading.awaitable_or_value import AwaitableOrValue
from schema.selections.excerpts import extent_asked
from schema.selections.rows import Column, Columns
from schema.types.catalog import Item, Location, item_of, location_of
from schema.types.connection import After, Connection, First
from schema.types.reference import asks_only_for, check_found
from schema.types.stock.level import StockLevel, level_identity, level_key, level_of
from schema.types.stock.level_counts import LevelCounts, UnavailableUnits

_OPERATION_KEY = frozenset({"id", "__typename"})
_VERSION = re.compile("[1-9][0-9]{0,18}")  # as a global id writes it: a movement has one id


@strawberry.type(description="The change of each quantity of a level by a movement, in units; below zero, a decrease.")
class QuantityChange:
    """The change of one level."""

    on_hand: int = strawberry.field(description="Units physically at the location.")
    reserved: int = strawberry.field(description="Units allocated to orders.")
    unavailable: int = strawberry.field(description="Units that may not be sold.")
    incoming: int = strawberry.field(description="Units in transit or on order.")
    planned: int = strawberry.field(description="Units on draft purchase orders and proposed transfers.")
    transfer_committed: int = strawberry.field(description="Units that proposed transfers are to take from here.")
    pledged: int = former_name("transfer_committed", int, now="transferCommitted")
    backordered: int = strawberry.field(description="Backordered units: promised to orders, and not on hand yet.")
    domain: strawberry.Private[LevelChange]

    @strawberry.field(description="The unavailable units by reason.")
    def unavailable_by(self) -> UnavailableUnits:
        return UnavailableUnits.from_domain(self.domain)

    @classmethod
    def from_domain(cls, change: LevelChange) -> Self:
        return cls(
            on_hand=change.on_hand,
            reserved=change.reserved,
            unavailable=change.unavailable,
            incoming=change.incoming,
            planned=change.planned,
            transfer_committed=change.pledged,
            backordered=change.backordered,
            domain=change,
        )


@strawberry.type(description="One line of the stock ledger: the change of one level by one operation. It is immutable.")
class Movement(relay.Node):
    """A movement."""

    domain: strawberry.Private[DomainMovement]
    present: strawberry.Private[StockLevel | None] = None
    identity: relay.NodeID[str]
    delta: int = strawberry.field(description="Units added on hand; below zero, units removed.")
    reason: MovementReason = strawberry.field(description="The reason of the movement.")
    reference: str | None = strawberry.field(
        description="The caller's document, for example an invoice number; null without."
    )
    channel: str | None = strawberry.field(description="The sales channel, for example `web`; null without.")
    version: int = strawberry.field(description="The version of the level after the movement.")
    recorded_at: datetime = strawberry.field(description="When it was recorded.")

    @strawberry.field(description="The change of each quantity.")
    def change(self) -> QuantityChange:
        return QuantityChange.from_domain(self.domain.change)

    @strawberry.field(description="The quantities of the level right after the movement.")
    def after(self) -> LevelCounts:
        return LevelCounts.of_the_past(self.domain.after)

    @strawberry.field(description="The level as it is now. `after` has its quantities right after the movement.")
    def level(self, info: Info) -> AwaitableOrValue[StockLevel]:
        return self.present or level_of(self.domain.after.key, info)

    @strawberry.field(description="The item.")
    def item(self, info: Info) -> AwaitableOrValue[Item]:
        return item_of(self.domain.after.key.sku, info)

    @strawberry.field(description="The location.")
    def location(self, info: Info) -> AwaitableOrValue[Location]:
        return location_of(self.domain.after.key.location, info)

    @strawberry.field(description="The request that the movement belongs to.")
    def operation(self, info: Info) -> AwaitableOrValue["Operation"]:
        """Refer to the operation; without a read where only its id is selected."""
        return operation_of(self.domain.operation_id, info)

    @classmethod
    def from_domain(cls, movement: DomainMovement, *, present: StockLevel | None = None) -> Self:
        """Convert; with its level where that is known to be the present one."""
        after = movement.after
        return cls(
            domain=movement,
            present=present,
            identity=f"{level_identity(after.key)}#{after.version}",
            delta=movement.change.on_hand,
            reason=movement.reason,
            reference=movement.reference,
            channel=movement.channel,
            version=after.version,
            recorded_at=datetime_of(movement.recorded_at),
        )


@strawberry.type(description="One accepted request: its actor, time, reason and movements.")
class Operation(relay.Node):
    """An operation."""

    identity: relay.NodeID[str]
    kind: str = strawberry.field(
        description="The mutation that recorded it, for example `stockAdjust`, or what the server did automatically, "
        "for example `reservationExpire`."
    )
    actor: str = strawberry.field(
        description="The actor of the request: the key or the person that sent it, or the server itself."
    )
    acting_user: str | None = strawberry.field(
        description="The acting user: the person whom the partner app of the key named; null where it named none."
    )
    idempotency_key: str | None = strawberry.field(description="The idempotency key of the request; null without.")
    reference: str | None = strawberry.field(
        description="The caller's document, for example an invoice number; null without."
    )
    note: str | None = strawberry.field(description="The note of its request; null without.")
    occurred_at: datetime | None = strawberry.field(
        description="When it happened, as the request stated; null where it stated nothing."
    )
    recorded_at: datetime = strawberry.field(description="When it was recorded.")
    domain: strawberry.Private[DomainOperation]

    @strawberry.field(description="Its movements, in the order of the request's lines; at most 3,000.")
    async def movements(
        self, info: Info, first: First = DEFAULT_PART_SIZE, after: After = None
    ) -> Connection[Movement]:
        """Load the movements of the page, together with those of other operations."""
        levels = self.domain.levels
        asked = page_of_all(levels, order="LINE", first=first, after=after).nodes
        movements = await info.context.loaders.movements_by_versions.load(asked)
        found: dict[tuple[LevelKey, int], DomainMovement] = {}
        for version, movement in zip(asked, movements, strict=True):
            check_found(movement, info, f"movement {version}")
            assert movement is not None
            found[version] = movement
        return Connection.of_all(
            levels, lambda level: Movement.from_domain(found[level]), order="LINE", first=first, after=after
        )

    @strawberry.field(
        description="The request that this one reverses, in whole or in part, for example a receipt that was entered "
        "by mistake; null where it reverses none."
    )
    def reverses(self, info: Info) -> AwaitableOrValue["Operation | None"]:
        """Refer to the operation; without a read where only its id is selected."""
        reversed_ = self.domain.info.reverses
        return None if reversed_ is None else operation_of(reversed_, info)

    @classmethod
    def bare(cls, identity: str) -> Self:
        """Return an operation of which nothing but the id is known."""
        operation = cls.__new__(cls)
        operation.identity = identity
        return operation

    @classmethod
    def from_domain(cls, operation: DomainOperation) -> Self:
        info = operation.info
        return cls(
            identity=operation.id,
            kind=info.kind,
            actor=info.actor,
            acting_user=info.acting_user,
            idempotency_key=info.idempotency_key,
            reference=info.reference,
            note=info.note,
            occurred_at=None if info.occurred_at is None else datetime_of(info.occurred_at),
            recorded_at=datetime_of(operation.recorded_at),
            domain=operation,
        )


MOVEMENT_COLUMNS: Final[Columns] = {
    "delta": Column("change.on_hand"),
    **{name: Column(name) for name in ("reason", "reference", "channel")},
    "version": Column("after.version"),
    "recorded_at": Column("recorded_at", datetime_of),
}
OPERATION_COLUMNS: Final[Columns] = {"id": Column("id"), "recorded_at": Column("recorded_at", datetime_of)}


def operation_of(identity: str, info: Info) -> AwaitableOrValue[Operation]:
    """Return the operation that a row refers to; without a read where only its id is selected."""
    return Operation.bare(identity) if asks_only_for(info, _OPERATION_KEY) else _loaded_operation(identity, info)


async def _loaded_operation(identity: str, info: Info) -> Operation:
    operation = await info.context.loaders.operation(identity, extent_asked(info, Operation.__name__))
    check_found(operation, info, f"operation {identity}")
    assert operation is not None
    return Operation.from_domain(operation)


def movement_key(identity: str) -> tuple[LevelKey, int] | None:
    """Return the level and version behind a movement's global id, or None where it is none."""
    level, _, version = identity.rpartition("#")
    key = level_key(level)
    return (key, int(version)) if key and _VERSION.fullmatch(version) else None
