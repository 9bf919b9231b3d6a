"""Reservations after a change."""

from typing import Self

import strawberry

from app.domain.outcome import Outcome
from app.domain.reservations.reservation import Reservation as DomainReservation
from app.domain.stock.movement import Movement as DomainMovement
from app.services.paging import DEFAULT_PART_SIZE
from schema.payloads.payload import Payload
from schema.types.connection import After, Connection, First
from schema.types.reservations import Reservation
from schema.types.stock.ledger import Movement


@strawberry.type(description="The outcome of a change of a reservation.")
class ReservationPayload(Payload):
    """A reservation after the change."""

    reservation: Reservation | None = strawberry.field(
        default=None, description="The reservation as it is now; null where the request was refused."
    )
    recorded: strawberry.Private[tuple[DomainMovement, ...] | None] = None

    @strawberry.field(
        description="One movement per changed level; empty where only the expiry changed, null where it was refused."
    )
    def movements(self, first: First = DEFAULT_PART_SIZE, after: After = None) -> Connection[Movement] | None:
        if self.recorded is None:
            return None
        return Connection.of_all(self.recorded, Movement.from_domain, order="LINE", first=first, after=after)

    @classmethod
    def of(cls, outcome: Outcome, reservation: DomainReservation | None) -> Self:
        """Convert; the reservation is the one that the outcome is about, as it stands now; None where not visible."""
        return cls.accepted(
            outcome,
            reservation=reservation and Reservation.from_domain(reservation),
            recorded=outcome.movements,
        )
