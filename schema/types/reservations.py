"""Reservations."""

from collections.abc import Sequence
from datetime import datetime
from typing import Self

import strawberry
from strawberry import relay

from app.domain.excerpt import entries_between, length_of
from app.domain.limits import MAX_QUANTITY
from app.domain.reservations.holds import Hold
from app.domain.reservations.reservation import RequestedLine
from app.domain.reservations.reservation import Reservation as DomainReservation
from app.domain.stock.level import LevelKey
from app.domain.time import datetime_of
from app.services.paging import DEFAULT_PART_SIZE
from schema.context import Info
from schema.enums.reservations import ReservationState
from schema.loading.awaitable_or_value import AwaitableOrValue
from schema.types.catalog import Item, Location, item_of, location_of
from schema.types.connection import After, Connection, First
from schema.types.document_operations import OPERATIONS, Operations, OperationsFirst, document_operations

MOST_HOLDS = 5  # a line is nearly always served from fewer locations


@strawberry.type(description="The units of a reservation line at one location.")
class ReservationHold:
    """A hold."""

    code: strawberry.Private[str]
    held: int = strawberry.field(description="Units on hand that are allocated: they are `reserved` there.")
    waiting: int = strawberry.field(
        description="Backordered units. Of a line that names no location they are allocated at whichever accepted "
        "location receives them first.",
    )
    fulfilled: int = strawberry.field(description="Units shipped to the customer.")
    released: int = strawberry.field(description="Units released: available again.")

    @strawberry.field(description="Their location.")
    def location(self, info: Info) -> AwaitableOrValue[Location]:
        return location_of(self.code, info)

    @classmethod
    def from_domain(cls, hold: Hold) -> Self:
        return cls(
            code=hold.location,
            held=hold.held,
            waiting=hold.waiting,
            fulfilled=hold.fulfilled,
            released=hold.released,
        )


@strawberry.type(
    description="A requested quantity of one item: each unit is held, waiting, fulfilled, released, or left out "
    "(`shortage`)."
)
class ReservationLine:
    """A line of a reservation."""

    code: strawberry.Private[str | None]
    sku: str = strawberry.field(description="The item's SKU.")
    quantity: int = strawberry.field(description="Units requested.")
    held: int = strawberry.field(description="Units allocated on hand, at all locations.")
    waiting: int = strawberry.field(description="Backordered units, at all locations.")
    fulfilled: int = strawberry.field(description="Units shipped to the customer.")
    released: int = strawberry.field(description="Units released: available again.")
    shortage: int = strawberry.field(description="Units left out when the reservation was made with `allowPartial`.")
    own_holds: strawberry.Private[Sequence[Hold]]

    @strawberry.field(description="The units by location, the first choice first; at most 1,000.")
    def holds(self, first: First = MOST_HOLDS, after: After = None) -> Connection[ReservationHold]:
        return Connection.of_all(self.own_holds, ReservationHold.from_domain, order="HOLD", first=first, after=after)

    @strawberry.field(description="The item.")
    def item(self, info: Info) -> AwaitableOrValue[Item]:
        return item_of(self.sku, info)

    @strawberry.field(description="The location that the line names; null where it names none.")
    def location(self, info: Info) -> AwaitableOrValue[Location | None]:
        return None if self.code is None else location_of(self.code, info)

    @classmethod
    def from_domain(cls, line: RequestedLine, *, holds: Sequence[Hold]) -> Self:
        return cls(
            code=line.location,
            sku=line.sku,
            quantity=line.quantity,
            held=sum(hold.held for hold in holds),
            waiting=sum(hold.waiting for hold in holds),
            fulfilled=sum(hold.fulfilled for hold in holds),
            released=sum(hold.released for hold in holds),
            shortage=line.quantity - sum(hold.units for hold in holds),
            own_holds=holds,
        )


@strawberry.type(
    description="Units of one item that a reservation holds at a location, and that are not on hand there."
)
class ReservationShort:
    """A part of what a reservation is short of."""

    key: strawberry.Private[LevelKey]
    sku: str = strawberry.field(description="The item's SKU.")
    units: int = strawberry.field(description="Units that are not on hand.")

    @classmethod
    def from_domain(cls, short: tuple[LevelKey, int]) -> Self:
        key, units = short
        return cls(key=key, sku=key.sku, units=units)

    @strawberry.field(description="The location that lacks them.")
    def location(self, info: Info) -> AwaitableOrValue[Location]:
        return location_of(self.key.location, info)


@strawberry.type(description="Units allocated to an order or a cart, and its backordered units.")
class Reservation(relay.Node):
    """A reservation."""

    domain: strawberry.Private[DomainReservation]
    identity: relay.NodeID[str]
    state: ReservationState = strawberry.field(
        description="How far it has come. EXPIRED from `expiresAt` on; its units become available a moment later."
    )
    reference: str | None = strawberry.field(
        description="The caller's document, for example an order number; null without."
    )
    channel: str | None = strawberry.field(description="The sales channel, for example `web`; null without.")
    expires_at: datetime | None = strawberry.field(description="When it expires; null where it never does.")
    needed_by: datetime | None = strawberry.field(
        description="When the customer needs it; null for as soon as possible."
    )
    accepted_locations: list[str] | None = strawberry.field(
        description="The locations, by code, that may serve lines that name none; null for any. Empty where each line "
        "names one, and for reservations of earlier builds, whose backorders stay at their location."
    )
    max_locations: int | None = strawberry.field(
        description="The most locations that may serve these lines; null for no limit."
    )
    created_at: datetime = strawberry.field(description="When it was made.")
    updated_at: datetime = strawberry.field(description="When it was last changed.")
    version: int = strawberry.field(description="Grows by one with each change. The higher one is the newer.")

    @strawberry.field(description="The requested lines and their units, in the order of the request; at most 1,000.")
    def lines(self, first: First = DEFAULT_PART_SIZE, after: After = None) -> Connection[ReservationLine]:
        holds: dict[int, list[Hold]] = {}
        for hold in self.domain.holds:
            holds.setdefault(hold.line, []).append(hold)

        def line_at(place: int) -> ReservationLine:
            [line] = entries_between(self.domain.lines, place, place + 1)
            return ReservationLine.from_domain(line, holds=holds.get(place, ()))

        places = range(length_of(self.domain.lines))
        return Connection.of_all(places, line_at, order="LINE", first=first, after=after)

    @strawberry.field(
        description="Units that it holds and that are not on hand: a count, a loss, damage or a sale took them, and "
        "the newest orders there are short. They cannot be shipped until more arrive. Derived from the "
        "levels, so that it changes without a new `version` of the reservation."
    )
    async def short_units(self, info: Info) -> int:
        """Load together with those of other reservations."""
        short = await info.context.loaders.short_by_reservation.load(self.domain)
        return min(sum(short.values()), MAX_QUANTITY)

    @strawberry.field(
        description="The units that it is short of by location, in the order of its lines; at most 2,000."
    )
    async def short(
        self, info: Info, first: First = DEFAULT_PART_SIZE, after: After = None
    ) -> Connection[ReservationShort]:
        """Load together with those of other reservations."""
        found = await info.context.loaders.short_by_reservation.load(self.domain)
        return Connection.of_all(
            tuple(found.items()), ReservationShort.from_domain, order="SHORT", first=first, after=after
        )

    @strawberry.field(description=OPERATIONS)
    async def operations(
        self, info: Info, first: OperationsFirst = DEFAULT_PART_SIZE, after: After = None
    ) -> Operations:
        """Load a page of operations."""
        return await document_operations(self.domain.key, info, first=first, after=after)

    @classmethod
    def from_domain(cls, reservation: DomainReservation) -> Self:
        return cls(
            domain=reservation,
            identity=reservation.id,
            state=reservation.state,
            reference=reservation.reference,
            channel=reservation.channel,
            expires_at=None if reservation.expires_at is None else datetime_of(reservation.expires_at),
            needed_by=None if reservation.needed_by is None else datetime_of(reservation.needed_by),
            accepted_locations=None if reservation.accepts is None else list(reservation.accepts),
            max_locations=reservation.max_locations,
            created_at=datetime_of(reservation.created_at),
            updated_at=datetime_of(reservation.changed_at),
            version=reservation.version,
        )
