"""What all payloads share."""

from collections.abc import Iterable
from typing import Any, Self

import strawberry

from app.domain.command_batch import Outcome, Present
from app.domain.errors import AnyInventoryError
from schema.errors import UserError
from schema.types.stock.ledger import Operation
from schema.user_errors import user_error
from schema.warnings import UserWarningType


@strawberry.interface(description="The outcome of a mutation.")
class Payload:
    """What all payloads share."""

    present: strawberry.Private[Present | None] = None
    operation: Operation | None = strawberry.field(
        default=None, description="The recorded request; null where it was refused."
    )
    replayed: bool = strawberry.field(
        default=False,
        description="Whether the response replays an earlier request with the same idempotency key. Nothing changed "
        "again. The operation, its movements and its refusals are those of the first call; everything "
        "else is as it is now.",
    )
    user_errors: list[UserError] = strawberry.field(
        default_factory=list,
        description="Why the request was refused; empty where it was not. At most 20 errors, and then a "
        "TooManyErrorsError with the number of further ones.",
    )

    warnings: list[UserWarningType] = strawberry.field(
        default_factory=list,
        description="Possible mistakes in what was accepted, such as a wrong check digit or a SKU that resembles "
        "another; at most 20. Those of single lines are in their results.",
    )

    @classmethod
    def accepted(cls, outcome: Outcome, **own: Any) -> Self:
        """Return the payload of an accepted request, with its own fields."""
        operation = Operation.from_domain(outcome.operation)
        return cls(present=outcome.present, operation=operation, replayed=outcome.replayed, **own)

    @classmethod
    def refused(cls, errors: Iterable[AnyInventoryError]) -> Self:
        """Return the payload of a refused request."""
        return cls(user_errors=[user_error(error) for error in errors])
