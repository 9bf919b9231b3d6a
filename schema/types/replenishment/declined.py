"""What somebody decided not to order, as clients see it."""

from datetime import datetime
from typing import Self

import strawberry

from app.domain.replenishment.declined import Declined
from app.domain.time import datetime_of
from schema.deprecations import former_name
from schema.enums.replenishment import DeclineReason
from schema.types.identity import global_id


@strawberry.type(
    description="A need of a level that somebody declined: the server orders nothing for it until the level is worse "
    "off, until a time, or until somebody takes it up again with `replenishmentNeedResume`. It is over, too, once the "
    "level has what it needs, or its own settings change what it orders."
)
class DeclinedNeed:
    """See Declined."""

    reason: DeclineReason = strawberry.field(description="What they did.")
    by: str = strawberry.field(description="Who it was.")
    at: datetime = strawberry.field(description="When they did it.")
    note: str | None = strawberry.field(description="What they said of it.")
    quantity: int | None = strawberry.field(
        description="Units that they left on the order or transfer, 0 where none; null where there was neither."
    )
    purchase_order_id: strawberry.ID | None = strawberry.field(
        description="The purchase order that they changed: its global id; null where it was none."
    )
    transfer_id: strawberry.ID | None = strawberry.field(
        description="The transfer that they changed: its global id; null where it was none."
    )
    until: datetime | None = strawberry.field(
        description="When it is over at the latest: as they said, or the next review date of a PERIODIC level."
    )
    position: int = strawberry.field(description="The inventory position of the level then, in units.")
    resumes_at_position: int | None = strawberry.field(
        description="The inventory position, in units, at or below which the level is worse off and is ordered for "
        "again: half of the best that it had since is gone, half as much again is waited for, or its safety stock is "
        "touched; for JUST_IN_TIME one unit less. Null where only the time counts."
    )
    wakes_at_position: int | None = former_name("resumes_at_position", int | None, now="resumesAtPosition")

    @classmethod
    def from_domain(cls, declined: Declined) -> Self:
        """Convert."""
        order, transfer = declined.order, declined.transfer
        return cls(
            reason=declined.reason,
            by=declined.by,
            at=datetime_of(declined.at),
            note=declined.note,
            quantity=declined.quantity,
            purchase_order_id=None if order is None else global_id("PurchaseOrder", order),
            transfer_id=None if transfer is None else global_id("Transfer", transfer),
            until=None if declined.until is None else datetime_of(declined.until),
            position=declined.position,
            resumes_at_position=declined.wake_position,
        )
