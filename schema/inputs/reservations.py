"""Reservations as clients ask for them, and what they narrow lists of them to."""

from collections.abc import Iterable
from datetime import datetime

import strawberry

from app.domain.reservations.holds import ReservedUnits
from app.domain.reservations.reservation import RequestedLine
from app.domain.time import moment_of
from app.services.reservations.filters import ReservationFilter
from schema.enums.reservations import ReservationState
from schema.inputs.mutation_input import SKU, MutationInput

_ID = "The reservation: its global id."
_PARTS = "1 to 1,000 parts of it, each of another item and location; all of it where left out."


@strawberry.input(description="Units of one item that are to be set aside.")
class ReservationLineInput:
    """See RequestedLine."""

    sku: str = strawberry.field(description=SKU)
    quantity: int = strawberry.field(description="Units, at least 1.")
    location: str | None = strawberry.field(
        default=None,
        description="The location that is to have them: its code. Where left out they come from wherever they are: "
        "from locations of the lowest priority first, and from as few of them as possible. What is not there is waited "
        "for at all of them.",
    )


@strawberry.input(
    description="Sets units aside for an order or a cart: all lines or none. Lines that name a location are served "
    "first, the others together. What is short is told for each line; where a line names no location its shortage "
    "names none either, and `available` is what it could have had from all of them."
)
class ReservationCreateInput(MutationInput):
    """See CreateReservation."""

    lines: list[ReservationLineInput] = strawberry.field(
        description="1 to 1,000 lines, each of another item and location; at most 100 may name no location. "
        "Together they may get units at 2,000 levels."
    )
    ttl_seconds: int | None = strawberry.field(
        default=None,
        description="How long the units are set aside: 1 to 2,592,000 seconds (30 days). For good where left out.",
    )
    channel: str | None = strawberry.field(
        default=None, description="Where it was ordered, for example `web`; 1 to 64 printable characters."
    )
    allow_partial: bool = strawberry.field(
        default=False, description="True: set aside what there is, and leave out what is short; refuse only nothing."
    )
    accept_backorder: bool = strawberry.field(
        default=True, description="Whether it may wait for units that are yet to come, where their level allows it."
    )
    locations: list[str] | None = strawberry.field(
        default=None,
        description="Where the lines that name no location may get units: 1 to 1,000 codes that differ. Anywhere "
        "where left out.",
    )
    max_locations: int | None = strawberry.field(
        default=None,
        description="From how many locations the lines that name none may get units at most, 1 to 1,000.",
    )
    needed_by: datetime | None = strawberry.field(
        default=None,
        description="When the customer wants it. Levels that order just in time order what it waits for as late as "
        "the supplier's lead time allows; at once where left out.",
    )

    def requested_lines(self) -> list[RequestedLine]:
        """Convert."""
        return [RequestedLine(sku=line.sku, quantity=line.quantity, location=line.location) for line in self.lines]


@strawberry.input(description="Gives a reservation more time, or less, as long as its time has not run out.")
class ReservationExtendInput(MutationInput):
    """See ExtendReservation."""

    id: strawberry.ID = strawberry.field(description=_ID)
    ttl_seconds: int | None = strawberry.field(
        default=None,
        description="How long it is to last from now: 1 to 2,592,000 seconds (30 days). For good where left out.",
    )


@strawberry.input(description="Units of one item of a reservation.")
class ReservationPartInput:
    """See ReservedUnits."""

    sku: str = strawberry.field(description=SKU)
    location: str | None = strawberry.field(
        default=None, description="Where it has them: the location's code; wherever it has them where left out."
    )
    quantity: int | None = strawberry.field(
        default=None, description="Units, at least 1; all that are outstanding where left out."
    )


@strawberry.input(
    description="Gives units back that are not needed. Of a part, units that it waits for go first, and then those at "
    "the location that was the last choice."
)
class ReservationReleaseInput(MutationInput):
    """See ReleaseReservation."""

    id: strawberry.ID = strawberry.field(description=_ID)
    lines: list[ReservationPartInput] | None = strawberry.field(default=None, description=_PARTS)

    def parts(self) -> list[ReservedUnits] | None:
        """Convert."""
        return _parts(self.lines)


@strawberry.input(
    description="Lets units go out to the customer: they leave on hand. Only units that are held can; those that wait "
    "stay. Of a part, units at the location that was the first choice go first."
)
class ReservationFulfillInput(MutationInput):
    """See FulfillReservation."""

    id: strawberry.ID = strawberry.field(description=_ID)
    lines: list[ReservationPartInput] | None = strawberry.field(default=None, description=_PARTS)

    def parts(self) -> list[ReservedUnits] | None:
        """Convert."""
        return _parts(self.lines)


@strawberry.input(
    description="Takes a shipment back that was keyed by mistake, or came back unsent: what one operation let go "
    "out, all or in parts, is on hand again, and held by the order. No unit can be taken back twice. If the time "
    "of the order has run out, it holds the units for good."
)
class ReservationFulfillmentReverseInput(MutationInput):
    """See ReverseFulfillment."""

    id: strawberry.ID = strawberry.field(description=_ID)
    operation: strawberry.ID = strawberry.field(
        description="The shipment: the global id of the operation of the `reservationFulfill`."
    )
    lines: list[ReservationPartInput] | None = strawberry.field(
        default=None,
        description="1 to 1,000 parts of the shipment, each of another item and location; all that is still out of it "
        "where left out.",
    )

    def parts(self) -> list[ReservedUnits] | None:
        """Convert."""
        return _parts(self.lines)


@strawberry.input(
    description="Changes what an order asks for: it keeps its id, its end and its place among those who wait. All or "
    "nothing, unless it may be served in part."
)
class ReservationUpdateInput(MutationInput):
    """See UpdateReservation."""

    id: strawberry.ID = strawberry.field(description=_ID)
    lines: list[ReservationLineInput] = strawberry.field(
        description="1 to 1,000 lines as they should be, each of another item and location, `quantity` with what has "
        "gone out already; 0 gives a line up. Lines that are not named stay, and others are added."
    )
    allow_partial: bool = strawberry.field(
        default=False, description="True: set aside what there is of what is added, and leave out what is short."
    )
    accept_backorder: bool = strawberry.field(
        default=True, description="Whether what is added may be waited for, where its level allows it."
    )

    def requested_lines(self) -> list[RequestedLine]:
        """Convert."""
        return [RequestedLine(sku=line.sku, quantity=line.quantity, location=line.location) for line in self.lines]


@strawberry.input(
    description="Lets units of an order be held at another location, where they must be available; all or nothing. "
    "Held units go before those that it waits for."
)
class ReservationMoveInput(MutationInput):
    """See MoveReservation."""

    id: strawberry.ID = strawberry.field(description=_ID)
    location: str = strawberry.field(description="Where they are to be held: the location's code.")
    lines: list[ReservationPartInput] = strawberry.field(
        description="1 to 1,000 parts of the order, each of another item and location, which is where it has them now."
    )

    def parts(self) -> list[ReservedUnits]:
        """Convert."""
        return _parts(self.lines) or []


@strawberry.input(
    name="ReservationFilter", description="Narrows a list of reservations. What is left out narrows nothing."
)
class ReservationFilterInput:
    """See ReservationFilter."""

    states: list[ReservationState] | None = strawberry.field(
        default=None,
        description="Reservations in these states. One whose time has run out counts as EXPIRED here only when its "
        "units are free again, a moment after it shows as EXPIRED.",
    )
    reference: str | None = strawberry.field(default=None, description="Reservations with this reference.")
    sku: str | None = strawberry.field(default=None, description="Reservations that ask for this item.")
    location: str | None = strawberry.field(
        default=None, description="Reservations that have or had units at this location; with `sku`, of that item."
    )
    channel: str | None = strawberry.field(default=None, description="Reservations of this channel.")
    since: datetime | None = strawberry.field(default=None, name="from", description="Made at this time or later.")
    until: datetime | None = strawberry.field(default=None, name="to", description="Made before this time.")

    is_short: bool | None = strawberry.field(
        default=None,
        description="Reservations that hold units which are gone, or only those that do not. With `sku` or `location`, "
        "gone of that item or there. For lists only: orders become short by what happens to levels, so that "
        "subscriptions cannot follow it; those of alerts tell of a SHORTFALL.",
    )

    def to_domain(self) -> ReservationFilter:
        """Convert what narrows feeds as well as lists."""
        return ReservationFilter(
            states=None if self.states is None else tuple(self.states),
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
