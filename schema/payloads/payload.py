"""What all payloads share."""

from collections.abc import Iterable
from typing import Any, Self

import strawberry

from app.domain.command_batch import Outcome, Present
from app.domain.errors import AnyInventoryError
from schema.error_conversion import user_error
from schema.errors import UserError
from schema.types.stock.ledger import Operation
from schema.warnings import UserWarningType


@strawberry.interface(description="What became of a mutation.")
class Payload:
    """What all payloads share."""

    present: strawberry.Private[Present | None] = None
    operation: Operation | None = strawberry.field(
        default=None, description="The recorded request; null where it was refused."
    )
    replayed: bool = strawberry.field(
        default=False,
        description="Whether the request was recorded before, by a call with the same idempotency key. Nothing changed "
        "again. The operation, its movements and what it refused are those of the first call; everything else is as it "
        "is now.",
    )
    user_errors: list[UserError] = strawberry.field(
        default_factory=list,
        description="Why the request was refused; empty where it was not. At most 20 reasons, and then one "
        "TooManyErrorsError that says how many more there are.",
    )

    warnings: list[UserWarningType] = strawberry.field(
        default_factory=list,
        description="What was accepted, and may be a slip, such as a wrong check digit or a SKU that looks like "
        "another; at most 20. Those of single lines stand with their results.",
    )

    @classmethod
    def told(cls, outcome: Outcome, **own: Any) -> Self:
        """Return the payload of an accepted request, with its own fields."""
        operation = Operation.from_domain(outcome.operation)
        return cls(present=outcome.present, operation=operation, replayed=outcome.replayed, **own)

    @classmethod
    def refused(cls, errors: Iterable[AnyInventoryError]) -> Self:
        """Return the payload of a refused request."""
        return cls(user_errors=[user_error(error) for error in errors])
