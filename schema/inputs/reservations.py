"""Inputs of reservations, and the filter of their list."""

from collections.abc import Iterable
from datetime import datetime

import strawberry

from app.domain.reservations.holds import ReservedUnits
from app.domain.reservations.reservation import RequestedLine
from app.domain.time import moment_of
from app.services.reservations.filters import ReservationFilter
from schema.enums.reservations import ReservationState
from schema.inputs.given import each_once
from schema.inputs.mutation_input import SKU, MutationInput

_ID = "The reservation: its global id."
_PARTS = "1 to 1,000 parts of it, each of another item and location; all outstanding units where left out."


@strawberry.input(description="A requested quantity of one item.")
class ReservationLineInput:
    sku: str = strawberry.field(description=SKU)
    quantity: int = strawberry.field(description="Units, at least 1.")
    location: str | None = strawberry.field(
        default=None,
        description="The location to allocate from: its code. Where left out, units are sourced from locations of the "
        "lowest `priority` first, and from as few as possible; what is short is backordered at all of "
        "them.",
    )


@strawberry.input(
    description="Allocates units to an order or a cart: all lines or none. Lines that name a location are served "
    "first, the others together. A shortage is reported per line; for a line without a location it names "
    "none, and `available` is what all locations could have served."
)
class ReservationCreateInput(MutationInput):
    lines: list[ReservationLineInput] = strawberry.field(
        description="1 to 1,000 lines, each of another item and location; at most 100 may name no location. "
        "Together they may get units at 2,000 levels."
    )
    ttl_seconds: int | None = strawberry.field(
        default=None,
        description="The time until it expires: 1 to 2,592,000 seconds (30 days). Without it the reservation does not "
        "expire.",
    )
    channel: str | None = strawberry.field(
        default=None, description="The sales channel, for example `web`; 1 to 64 printable characters."
    )
    allow_partial: bool = strawberry.field(
        default=False,
        description="True: allocate what is available and leave out the rest; refused only where nothing is available.",
    )
    accept_backorder: bool = strawberry.field(
        default=True, description="Whether units may be backordered, up to the `backorderLimit` of their level."
    )
    locations: list[str] | None = strawberry.field(
        default=None,
        description="The locations that may serve lines that name none: 1 to 1,000 different codes. Any where left "
        "out.",
    )
    max_locations: int | None = strawberry.field(
        default=None,
        description="The most locations that may serve lines that name none, 1 to 1,000.",
    )
    needed_by: datetime | None = strawberry.field(
        default=None,
        description="When the customer needs it. JUST_IN_TIME levels order its backorders as late as the supplier's "
        "lead time allows; at once where left out.",
    )

    def requested_lines(self) -> list[RequestedLine]:
        return [RequestedLine(sku=line.sku, quantity=line.quantity, location=line.location) for line in self.lines]


@strawberry.input(description="Changes the expiry of a reservation that has not expired.")
class ReservationExtendInput(MutationInput):
    id: strawberry.ID = strawberry.field(description=_ID)
    ttl_seconds: int | None = strawberry.field(
        default=None,
        description="The time from now until it expires: 1 to 2,592,000 seconds (30 days). Without it the reservation "
        "does not expire.",
    )


@strawberry.input(description="Units of one item of a reservation.")
class ReservationPartInput:
    sku: str = strawberry.field(description=SKU)
    location: str | None = strawberry.field(
        default=None, description="The location of the units: its code; all locations where left out."
    )
    quantity: int | None = strawberry.field(
        default=None, description="Units, at least 1; all that are outstanding where left out."
    )


@strawberry.input(
    description="Releases units of a reservation. Of a part, backordered units are released first, and then those at "
    "the location of the last choice."
)
class ReservationReleaseInput(MutationInput):
    id: strawberry.ID = strawberry.field(description=_ID)
    lines: list[ReservationPartInput] | None = strawberry.field(default=None, description=_PARTS)

    def parts(self) -> list[ReservedUnits] | None:
        return _parts(self.lines)


@strawberry.input(
    description="Ships units to the customer: they leave on hand. Only held units can be shipped; backordered ones "
    "stay. Of a part, units at the location of the first choice are shipped first."
)
class ReservationFulfillInput(MutationInput):
    id: strawberry.ID = strawberry.field(description=_ID)
    lines: list[ReservationPartInput] | None = strawberry.field(default=None, description=_PARTS)

    def parts(self) -> list[ReservedUnits] | None:
        return _parts(self.lines)


@strawberry.input(
    description="Reverses a shipment that was entered by mistake or not dispatched: the units of one operation, all "
    "or in parts, are on hand again, and held by the order. No unit can be reversed twice. If the order "
    "has expired, it holds the units without expiry."
)
class ReservationFulfillmentReverseInput(MutationInput):
    id: strawberry.ID = strawberry.field(description=_ID)
    operation: strawberry.ID = strawberry.field(
        description="The shipment: the global id of the operation of the `reservationFulfill`."
    )
    lines: list[ReservationPartInput] | None = strawberry.field(
        default=None,
        description="1 to 1,000 parts of the shipment, each of another item and location; all units not yet reversed "
        "where left out.",
    )

    def parts(self) -> list[ReservedUnits] | None:
        return _parts(self.lines)


@strawberry.input(
    description="Changes the lines of an order: it keeps its id, its expiry and its place in the backorder queue. All "
    "or nothing, unless `allowPartial` is set."
)
class ReservationUpdateInput(MutationInput):
    id: strawberry.ID = strawberry.field(description=_ID)
    lines: list[ReservationLineInput] = strawberry.field(
        description="1 to 1,000 lines as they should be, each of another item and location; `quantity` includes "
        "shipped units, and 0 cancels a line. Lines that are not named stay, and new ones are added."
    )
    allow_partial: bool = strawberry.field(
        default=False, description="True: allocate what is available of the added units, and leave out the rest."
    )
    accept_backorder: bool = strawberry.field(
        default=True, description="Whether added units may be backordered, up to the `backorderLimit` of their level."
    )

    def requested_lines(self) -> list[RequestedLine]:
        return [RequestedLine(sku=line.sku, quantity=line.quantity, location=line.location) for line in self.lines]


@strawberry.input(
    description="Moves the allocation of an order to another location, where the units must be available; all or "
    "nothing. Held units are moved before backordered ones."
)
class ReservationMoveInput(MutationInput):
    id: strawberry.ID = strawberry.field(description=_ID)
    location: str = strawberry.field(description="The new location: its code.")
    lines: list[ReservationPartInput] = strawberry.field(
        description="1 to 1,000 parts of the order, each of another item and location, where they are held now."
    )

    def parts(self) -> list[ReservedUnits]:
        return _parts(self.lines) or []


@strawberry.input(
    name="ReservationFilter",
    description="Filters a list of reservations. All conditions must hold; those left out do not restrict.",
)
class ReservationFilterInput:
    states: list[ReservationState] | None = strawberry.field(
        default=None,
        description="Reservations in these states. An expired one matches EXPIRED once its units are released, a "
        "moment after its state shows it.",
    )
    reference: str | None = strawberry.field(default=None, description="Reservations with this reference.")
    sku: str | None = strawberry.field(default=None, description="Reservations with a line of this item.")
    location: str | None = strawberry.field(
        default=None, description="Reservations that have or had units at this location; with `sku`, of that item."
    )
    channel: str | None = strawberry.field(default=None, description="Reservations of this channel.")
    since: datetime | None = strawberry.field(default=None, name="from", description="Created at this time or later.")
    until: datetime | None = strawberry.field(default=None, name="to", description="Created before this time.")

    is_short: bool | None = strawberry.field(
        default=None,
        description="Only reservations that hold units which are not on hand, or only the others; with `sku` or "
        "`location`, short of that item or there. For lists only, as it follows from the levels: "
        "subscribe to SHORTFALL alerts instead.",
    )

    def to_domain(self) -> ReservationFilter:
        """Convert what narrows feeds as well as lists."""
        return ReservationFilter(
            states=each_once(self.states),
            reference=self.reference,
            sku=self.sku,
            location=self.location,
            channel=self.channel,
            since=None if self.since is None else moment_of(self.since),
            until=None if self.until is None else moment_of(self.until),
        )


def _parts(lines: Iterable[ReservationPartInput] | None) -> list[ReservedUnits] | None:
    if lines is None:
        return None
    return [ReservedUnits(sku=line.sku, location=line.location, quantity=line.quantity) for line in lines]
