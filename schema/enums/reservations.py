"""The enums of reservations."""

from app.domain.reservations.reservation import ReservationState
from schema.enums.described import described

__all__ = ["ReservationState"]

described(
    ReservationState,
    name="ReservationState",
    description="The state of a reservation.",
    values={
        ReservationState.HELD: "Units are held or backordered, and none was shipped.",
        ReservationState.PARTIALLY_FULFILLED: "Some units were shipped to the customer, others are held or "
        "backordered.",
        ReservationState.FULFILLED: "Units were shipped, and none is outstanding. It does not change any more.",
        ReservationState.RELEASED: "All units were released, and none was shipped. It does not change any more.",
        ReservationState.EXPIRED: "It has expired: outstanding units are available again. It does not change any more.",
    },
)
