"""What all payloads share."""

from collections.abc import Iterable
from typing import Any, Self

import strawberry

from app.domain.errors import AnyInventoryError
from app.domain.outcome import Outcome, Present
from schema.errors.base import UserError
from schema.errors.conversion import user_error
from schema.selections.derived import derived
from schema.types.stock.ledger import OPERATION_COLUMNS, Operation
from schema.types.warnings import UserWarningType


@strawberry.interface(description="The outcome of a mutation.")
class Payload:
    """What all payloads share."""

    outcome: strawberry.Private[Outcome | None] = None  # of a request that was accepted
    is_repeated: strawberry.Private[bool] = False  # of one that the ledger does not record

    @derived(
        "The recorded request; null where it was refused, and for changes of API keys, users, roles, passwords and "
        "registered documents, which the ledger does not record.",
        domain=lambda payload: payload.outcome and payload.outcome.operation,
        columns=OPERATION_COLUMNS,
    )
    def operation(self) -> Operation | None:
        return None if self.outcome is None else Operation.from_domain(self.outcome.operation)

    @derived(
        "Whether the response replays an earlier request with the same idempotency key. Nothing changed "
        "again. The operation, its movements and its refusals are those of the first call; everything "
        "else is as it is now."
    )
    def replayed(self) -> bool:
        return self.is_repeated or (self.outcome is not None and self.outcome.replayed)

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

    @property
    def present(self) -> Present | None:
        """The state after the change, as far as it is known."""
        return None if self.outcome is None else self.outcome.present

    @classmethod
    def accepted(cls, outcome: Outcome, **own: Any) -> Self:
        """Return the payload of an accepted request, with its own fields."""
        return cls(outcome=outcome, **own)

    @classmethod
    def refused(cls, errors: Iterable[AnyInventoryError]) -> Self:
        """Return the payload of a refused request."""
        return cls(user_errors=[user_error(error) for error in errors])
