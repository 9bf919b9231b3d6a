"""Reservations after a change."""

from typing import Self

import strawberry

from app.domain.fold import Outcome
from app.domain.movement import Movement as DomainMovement
from app.domain.reservation import Reservation as DomainReservation
from schema.payloads.payload import Payload
from schema.types.ledger import Movement
from schema.types.reservation import Reservation


@strawberry.type(description="What became of a change of a reservation.")
class ReservationPayload(Payload):
    """A reservation after the change."""

    reservation: Reservation | None = strawberry.field(default=None, description="The reservation as it is now.")
    recorded: strawberry.Private[tuple[DomainMovement, ...]] = ()

    @strawberry.field(description="One movement per level that changed; none where only the time did.")
    def movements(self) -> list[Movement]:
        """Convert only where asked for."""
        return list(map(Movement.from_domain, self.recorded))

    @classmethod
    def of(cls, outcome: Outcome, reservation: DomainReservation) -> Self:
        """Convert; the reservation is the one that the outcome is about, as it stands now."""
        return cls.told(
            outcome,
            reservation=Reservation.from_domain(reservation),
            recorded=outcome.movements,
        )
