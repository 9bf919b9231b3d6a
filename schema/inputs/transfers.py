"""Transfers as clients ask for them, and what they narrow lists of them to."""

from collections.abc import Iterable
from datetime import datetime

import strawberry

from app.domain.stock.commands.receipt import Arrival
from app.domain.time import moment_of
from app.domain.transfers.commands.create_transfer import TransferUnits
from app.services.transfers.filters import TransferFilter
from schema.enums.stock import MovementReason
from schema.enums.transfers import TransferState
from schema.inputs.mutation_input import SKU, MutationInput
from schema.inputs.purchasing.arrival import ArrivalInput

_ID = "The transfer: its global id."


@strawberry.input(description="Units of one item of a transfer.")
class TransferLineInput:
    """See TransferUnits."""

    sku: str = strawberry.field(description=SKU)
    quantity: int = strawberry.field(
        description="Units that are asked for, at least 1; or that leave, at most as many as were asked for."
    )


@strawberry.input(
    description="Writes down which items one location is to send to another. Nothing moves, and nothing is promised: "
    "whether the source has the units is asked when they leave."
)
class TransferCreateInput(MutationInput):
    """See CreateTransfer."""

    source: str = strawberry.field(description="The location that the items leave: its code.")
    destination: str = strawberry.field(description="The location that they go to: the code of another one.")
    lines: list[TransferLineInput] = strawberry.field(description="1 to 1,000 lines, each of another item.")

    def units(self) -> list[TransferUnits]:
        """Convert."""
        return _units(self.lines)


@strawberry.input(
    description="Sends off a draft, once. The movements go under the reference of the transfer unless you give "
    "another. What it moves must not be archived."
)
class TransferShipInput(MutationInput):
    """See ShipTransfer."""

    id: strawberry.ID = strawberry.field(description=_ID)
    lines: list[TransferLineInput] | None = strawberry.field(
        default=None,
        description="What really leaves, where that is less than was asked for: exactly these units do, and of the "
        "other lines none ever will. Without it everything leaves.",
    )

    def units(self) -> list[TransferUnits] | None:
        """Convert."""
        return None if self.lines is None else _units(self.lines)


@strawberry.input(description="Units of one item that arrived.")
class TransferArrivalInput(ArrivalInput):
    """See Arrival."""


@strawberry.input(
    description="Takes in what arrived of a transfer. The movements go under the reference of the transfer unless you "
    "give another. The items that arrive and the destination must not be archived: restore them first."
)
class TransferReceiveInput(MutationInput):
    """See ReceiveTransfer."""

    id: strawberry.ID = strawberry.field(description=_ID)
    lines: list[TransferArrivalInput] | None = strawberry.field(
        default=None,
        description="What arrived: at most 1,000 lines, several of an item added up, with one unit at least unless the "
        "receipt is complete. Without it all that is outstanding arrived, undamaged.",
    )
    is_complete: bool = strawberry.field(
        default=False, description="Ends the transfer: what is still outstanding is lost."
    )
    short_reason: MovementReason | None = strawberry.field(
        default=None,
        description="Why units are lost, for example LOST or DAMAGED; required where a receipt that is complete "
        "leaves some outstanding.",
    )

    def arrivals(self) -> list[Arrival] | None:
        """Convert."""
        return None if self.lines is None else [line.arrival() for line in self.lines]


@strawberry.input(
    description="Takes in units that were given up as lost and turned up: they count as received. The movements go "
    "under the reference of the transfer unless you give another."
)
class TransferLossReverseInput(MutationInput):
    """See ReverseTransferLoss."""

    id: strawberry.ID = strawberry.field(description="The transfer: its global id.")
    operation: strawberry.ID = strawberry.field(
        description="The loss: the global id of the operation of the `transferReceive` that was complete."
    )
    lines: list[TransferLineInput] | None = strawberry.field(
        default=None, description="1 to 1,000 lines of the loss, each of another item; all that is lost where left out."
    )

    def units(self) -> list[TransferUnits] | None:
        """Convert."""
        return (
            None if self.lines is None else [TransferUnits(sku=each.sku, quantity=each.quantity) for each in self.lines]
        )


@strawberry.input(
    description="Gives up a transfer: what is outstanding goes back to its source. The movements go under the "
    "reference of the transfer unless you give another. What goes back, and both locations, must not be archived: "
    "restore them first."
)
class TransferCancelInput(MutationInput):
    """See CancelTransfer."""

    id: strawberry.ID = strawberry.field(description=_ID)


@strawberry.input(name="TransferFilter", description="Narrows a list of transfers. What is left out narrows nothing.")
class TransferFilterInput:
    """See TransferFilter."""

    states: list[TransferState] | None = strawberry.field(default=None, description="Transfers that are this far.")
    source: str | None = strawberry.field(default=None, description="Transfers that leave this location: its code.")
    destination: str | None = strawberry.field(default=None, description="Transfers to this location: its code.")
    location: str | None = strawberry.field(
        default=None, description="Transfers that leave this location or go to it: its code."
    )
    sku: str | None = strawberry.field(default=None, description="Transfers with a line of this item.")
    reference: str | None = strawberry.field(default=None, description="Transfers with this reference.")
    since: datetime | None = strawberry.field(default=None, name="from", description="Created at this time or later.")
    until: datetime | None = strawberry.field(default=None, name="to", description="Created before this time.")

    def to_domain(self) -> TransferFilter:
        """Convert."""
        return TransferFilter(
            states=None if self.states is None else tuple(self.states),
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
