"""The enums of reservations."""

from app.domain.reservations.reservation import ReservationState
from schema.enums.described import described

__all__ = ["ReservationState"]

described(
    ReservationState,
    name="ReservationState",
    description="How far a reservation has come.",
    values={
        ReservationState.HELD: "Units are set aside or waited for, and none has gone out.",
        ReservationState.PARTIALLY_FULFILLED: "Some units went out to the customer, others are held or waited for.",
        ReservationState.FULFILLED: "Units went out, and nothing is outstanding. It does not change any more.",
        ReservationState.RELEASED: "All units were given back, and none went out. It does not change any more.",
        ReservationState.EXPIRED: "Its time ran out: what was outstanding is free again. It does not change any more.",
    },
)
