"""What all payloads share."""

from collections.abc import Iterable
from typing import Self

import strawberry

from app.domain.errors import AnyInventoryError
from schema.error_conversion import user_error
from schema.errors import UserError
from schema.types.ledger import Operation


@strawberry.interface(description="What became of a mutation.")
class Payload:
    """What all payloads share."""

    operation: Operation | None = strawberry.field(
        default=None, description="The recorded request; null where it was refused."
    )
    replayed: bool = strawberry.field(
        default=False,
        description="Whether the request was recorded before, by a call with the same idempotency key. "
        "Nothing changed again, and the result is that of the first call.",
    )
    user_errors: list[UserError] = strawberry.field(
        default_factory=list, description="Why the request was refused, all reasons at once; empty where it was not."
    )

    @classmethod
    def refused(cls, errors: Iterable[AnyInventoryError]) -> Self:
        """Return the payload of a refused request."""
        return cls(user_errors=[user_error(error) for error in errors])
