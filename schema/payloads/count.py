"""Counts after a change."""

from typing import Self

import strawberry

from app.domain.count import Count as DomainCount
from app.domain.errors import told
from app.domain.fold import Outcome
from app.services.count_posting import Posting
from schema.error_conversion import user_error
from schema.payloads.payload import Payload
from schema.types.count import Count


@strawberry.type(description="What became of `countOpen`, `countRecord` or `countCancel`.")
class CountPayload(Payload):
    """A count after the change."""

    count: Count | None = strawberry.field(default=None, description="The count as it is now.")

    @classmethod
    def from_outcome(cls, outcome: Outcome) -> Self:
        """Convert."""
        count = outcome.document(DomainCount)
        return cls.told(outcome, count=Count.from_domain(count))


@strawberry.type(
    description="What became of `countPost`. With a count that is POSTING, `userErrors` say why it stopped on the way: "
    "what was posted stays so, and once the reasons are gone posting it again does the rest."
)
class CountPostPayload(Payload):
    """A count whose posting has begun."""

    count: Count | None = strawberry.field(default=None, description="The count as it is now.")

    @classmethod
    def from_posting(cls, posting: Posting) -> Self:
        """Convert."""
        return cls.told(
            posting.outcome,
            count=Count.from_domain(posting.count),
            user_errors=[user_error(error) for error in told(posting.refusals)],
        )
