"""Counts after a change."""

from functools import partial
from typing import Self

import strawberry

from app.domain.counting.count import Count
from app.domain.errors import reported
from app.domain.outcome import Outcome
from app.services.counting.posting import Posting
from app.services.paging import DEFAULT_PAGE_SIZE
from app.services.reservations.filters import ReservationFilter
from schema.context import Info
from schema.errors.conversion import user_error
from schema.payloads.payload import Payload
from schema.types.connection import Connection
from schema.types.counting.count import After, First, StockCount
from schema.types.reservations import Reservation


@strawberry.type(description="The outcome of `countOpen`, `countRecord` or `countCancel`.")
class CountPayload(Payload):
    """A count after the change."""

    count: StockCount | None = strawberry.field(default=None, description="The count as it is now.")

    @classmethod
    def from_outcome(cls, outcome: Outcome) -> Self:
        count = outcome.shown(Count)
        return cls.accepted(outcome, count=count and StockCount.from_domain(count))


@strawberry.type(
    description="The outcome of `countPost`. Of a count that stays POSTING, `userErrors` report the lines that cannot "
    "be posted; the others are posted. Once the reasons are resolved, post it again for the rest."
)
class CountPostPayload(Payload):
    """A count whose posting has begun."""

    count: StockCount | None = strawberry.field(default=None, description="The count as it is now.")

    @strawberry.field(
        description="The reservations that are short of units at the location of the count, the newest first; null "
        "where the request was refused."
    )
    async def short_reservations(
        self, info: Info, first: First = DEFAULT_PAGE_SIZE, after: After = None
    ) -> Connection[Reservation] | None:
        """Load a page of reservations."""
        if self.count is None:
            return None
        service = info.context.services.reservations
        where = await service.narrowed(ReservationFilter(location=self.count.domain.location), is_short=True)
        return Connection.of(
            await service.reservations(where, first=first, after=after),
            Reservation.from_domain,
            counter=partial(service.count_reservations, where),
            after=after,
        )

    @classmethod
    def from_posting(cls, posting: Posting) -> Self:
        return cls.accepted(
            posting.outcome,
            count=posting.count and StockCount.from_domain(posting.count),
            user_errors=[user_error(error) for error in reported(posting.refusals)],
        )
