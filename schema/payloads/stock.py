"""Levels after a change, and the movements that changed them."""

from typing import Self

import strawberry

from app.domain.fold import Outcome
from schema.error_conversion import user_error
from schema.errors import UserError
from schema.payloads.payload import Payload
from schema.types.ledger import Movement, Operation
from schema.types.level import StockLevel


@strawberry.type(description="What became of a change of one level.")
class StockPayload(Payload):
    """A level after the change."""

    movement: Movement | None = strawberry.field(default=None, description="The line that the ledger took in.")
    level: StockLevel | None = strawberry.field(default=None, description="The level right after the change.")

    @classmethod
    def from_outcome(cls, outcome: Outcome) -> Self:
        """Convert."""
        movement = Movement.from_domain(outcome.movements[0])
        return cls(
            operation=Operation.from_domain(outcome.operation),
            replayed=outcome.replayed,
            movement=movement,
            level=movement.level,
        )


@strawberry.type(description="What became of `saleRecord`.")
class SaleRecordPayload(Payload):
    """The movements of a sale."""

    movements: list[Movement] = strawberry.field(
        default_factory=list, description="One movement per line, in the order of the lines."
    )

    @classmethod
    def from_outcome(cls, outcome: Outcome) -> Self:
        """Convert."""
        return cls(
            operation=Operation.from_domain(outcome.operation),
            replayed=outcome.replayed,
            movements=[Movement.from_domain(movement) for movement in outcome.movements],
        )


@strawberry.type(description="What became of one line.")
class LineResult:
    """A line's movement, or why there is none."""

    line: int = strawberry.field(description="The line, counted from 0.")
    movement: Movement | None = strawberry.field(description="The line that the ledger took in; null where refused.")
    level: StockLevel | None = strawberry.field(description="The level right after the change; null where refused.")
    user_errors: list[UserError] = strawberry.field(description="Why the line was refused; empty where it was not.")


@strawberry.type
class StockLinesPayload(Payload):
    """One result per line, in the order of the lines."""

    results: list[LineResult] = strawberry.field(
        default_factory=list,
        description="One entry per line, in the order of the lines; empty where the whole request was refused.",
    )

    @classmethod
    def from_outcome(cls, outcome: Outcome) -> Self:
        """Convert."""
        refusals = dict(outcome.operation.refusals)
        movements = map(Movement.from_domain, outcome.movements)
        results = []
        for line in range(len(refusals) + len(outcome.movements)):
            refusal = refusals.get(line)
            movement = next(movements) if refusal is None else None
            results.append(
                LineResult(
                    line=line,
                    movement=movement,
                    level=None if movement is None else movement.level,
                    user_errors=[] if refusal is None else [user_error(refusal)],
                )
            )
        return cls(operation=Operation.from_domain(outcome.operation), replayed=outcome.replayed, results=results)


@strawberry.type(description="What became of `stockAdjustMany`.")
class StockAdjustManyPayload(StockLinesPayload):
    """See StockLinesPayload."""


@strawberry.type(description="What became of `stockSetMany`.")
class StockSetManyPayload(StockLinesPayload):
    """See StockLinesPayload."""
