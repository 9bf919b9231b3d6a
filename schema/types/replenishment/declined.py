"""Declined needs: the decision not to order for a level."""

from datetime import datetime
from typing import Self

import strawberry

from app.domain.replenishment.declined import Declined
from app.domain.time import datetime_of
from schema.deprecations import former_name
from schema.enums.replenishment import DeclineReason
from schema.types.identity import global_id


@strawberry.type(
    description="A need of a level that an actor declined: the server orders nothing for it until the level gets "
    "worse, until a time, or until `replenishmentNeedResume`. It ends as well once the need is covered, "
    "or the level's own settings change what it orders."
)
class DeclinedNeed:
    reason: DeclineReason = strawberry.field(description="The action that declined it.")
    by: str = strawberry.field(description="The actor who declined it.")
    at: datetime = strawberry.field(description="When it was declined.")
    note: str | None = strawberry.field(description="The note of their request; null without.")
    quantity: int | None = strawberry.field(
        description="Units that remain on the order or transfer; null where there was neither."
    )
    purchase_order_id: strawberry.ID | None = strawberry.field(
        description="The purchase order that was changed: its global id; null where it was none."
    )
    transfer_id: strawberry.ID | None = strawberry.field(
        description="The transfer that was changed: its global id; null where it was none."
    )
    until: datetime | None = strawberry.field(
        description="When it ends at the latest: as requested, or at the next review date of a PERIODIC level. Null "
        "where no time ends it."
    )
    position: int = strawberry.field(description="The inventory position of the level when it was declined, in units.")
    resumes_at_position: int | None = strawberry.field(
        description="The inventory position, in units, at or below which replenishment resumes: half of the best "
        "position since is used up, backorders have grown by half, or the safety stock is reached; for "
        "JUST_IN_TIME one unit less. Null where only the time counts."
    )
    wakes_at_position: int | None = former_name("resumes_at_position", int | None, now="resumesAtPosition")

    @classmethod
    def from_domain(cls, declined: Declined) -> Self:
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
