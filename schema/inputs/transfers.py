"""Inputs of transfers, and the filter of their list."""

from collections.abc import Iterable
from datetime import datetime

import strawberry

from app.domain.stock.commands.receipt import Arrival
from app.domain.time import moment_of
from app.domain.transfers.commands.create_transfer import TransferUnits
from app.services.transfers.filters import TransferFilter
from schema.enums.stock import MovementReason
from schema.enums.transfers import TransferState
from schema.inputs.given import each_once
from schema.inputs.mutation_input import SKU, MutationInput
from schema.inputs.purchasing.arrival import ArrivalInput

_ID = "The transfer: its global id."


@strawberry.input(description="Units of one item of a transfer.")
class TransferLineInput:
    sku: str = strawberry.field(description=SKU)
    quantity: int = strawberry.field(
        description="Units requested, at least 1; or shipped, at most as many as were requested."
    )


@strawberry.input(
    description="Creates a draft transfer from one location to another. Nothing moves and nothing is reserved: "
    "availability at the source is checked when it ships."
)
class TransferCreateInput(MutationInput):
    source: str = strawberry.field(description="The location that ships: its code.")
    destination: str = strawberry.field(description="The location that receives: the code of another one.")
    lines: list[TransferLineInput] = strawberry.field(description="1 to 1,000 lines, each of another item.")

    def units(self) -> list[TransferUnits]:
        return _units(self.lines)


@strawberry.input(
    description="Ships a draft, once. The movements get the reference of the transfer unless another is given. "
    "The items and the destination must not be archived; the source may be."
)
class TransferShipInput(MutationInput):
    id: strawberry.ID = strawberry.field(description=_ID)
    lines: list[TransferLineInput] | None = strawberry.field(
        default=None,
        description="The units that are shipped, where they are fewer than requested; all other units of the transfer "
        "are cancelled. Without it everything is shipped.",
    )

    def units(self) -> list[TransferUnits] | None:
        return None if self.lines is None else _units(self.lines)


@strawberry.input(description="Received units of one item.")
class TransferArrivalInput(ArrivalInput): ...


@strawberry.input(
    description="Receives units of a transfer. The movements get the reference of the transfer unless another is "
    "given. Shipped units also arrive where the item or the destination is archived; overage does not."
)
class TransferReceiveInput(MutationInput):
    id: strawberry.ID = strawberry.field(description=_ID)
    lines: list[TransferArrivalInput] | None = strawberry.field(
        default=None,
        description="The received units: at most 1,000 lines, several of an item added up, with one unit at least "
        "unless the receipt is complete. Without it all outstanding units are received undamaged.",
    )
    is_complete: bool = strawberry.field(
        default=False, description="Closes the transfer: units still outstanding are lost."
    )
    short_reason: MovementReason | None = strawberry.field(
        default=None,
        description="The reason of the loss, for example LOST or DAMAGED; required where a complete receipt leaves "
        "units outstanding.",
    )

    def arrivals(self) -> list[Arrival] | None:
        return None if self.lines is None else [line.arrival() for line in self.lines]


@strawberry.input(
    description="Receives units of a transfer that were recorded as lost and have been found. The movements get the "
    "reference of the transfer unless another is given."
)
class TransferLossReverseInput(MutationInput):
    id: strawberry.ID = strawberry.field(description="The transfer: its global id.")
    operation: strawberry.ID = strawberry.field(
        description="The loss: the global id of the operation of the `transferReceive` that was complete."
    )
    lines: list[TransferLineInput] | None = strawberry.field(
        default=None, description="1 to 1,000 lines of the loss, each of another item; all lost units where left out."
    )

    def units(self) -> list[TransferUnits] | None:
        return (
            None if self.lines is None else [TransferUnits(sku=each.sku, quantity=each.quantity) for each in self.lines]
        )


@strawberry.input(
    description="Cancels a transfer: outstanding units return to the source. The movements get the reference of the "
    "transfer unless another is given. Archived items and locations do not prevent it."
)
class TransferCancelInput(MutationInput):
    id: strawberry.ID = strawberry.field(description=_ID)


@strawberry.input(
    name="TransferFilter",
    description="Filters a list of transfers. All conditions must hold; those left out do not restrict.",
)
class TransferFilterInput:
    states: list[TransferState] | None = strawberry.field(default=None, description="Transfers in these states.")
    source: str | None = strawberry.field(default=None, description="Transfers from this location: its code.")
    destination: str | None = strawberry.field(default=None, description="Transfers to this location: its code.")
    location: str | None = strawberry.field(default=None, description="Transfers from or to this location: its code.")
    sku: str | None = strawberry.field(default=None, description="Transfers with a line of this item.")
    reference: str | None = strawberry.field(default=None, description="Transfers with this reference.")
    since: datetime | None = strawberry.field(default=None, name="from", description="Created at this time or later.")
    until: datetime | None = strawberry.field(default=None, name="to", description="Created before this time.")

    def to_domain(self) -> TransferFilter:
        return TransferFilter(
            states=each_once(self.states),
            source=self.source,
            destination=self.destination,
            location=self.location,
            sku=self.sku,
            reference=self.reference,
            since=None if self.since is None else moment_of(self.since),
            until=None if self.until is None else moment_of(self.until),
        )


def _units(lines: Iterable[TransferLineInput]) -> list[TransferUnits]:
    return [TransferUnits(sku=line.sku, quantity=line.quantity) for line in lines]
