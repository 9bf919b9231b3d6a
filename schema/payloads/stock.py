"""Payloads with levels after a change, and their movements."""

from collections.abc import Iterator
from typing import Self

import strawberry

from app.domain.outcome import Outcome
from app.domain.stock.level import Level
from app.domain.stock.movement import Movement as DomainMovement
from schema.errors.base import UserError
from schema.errors.conversion import user_error
from schema.payloads.payload import Payload
from schema.selections.derived import derived
from schema.types.stock.ledger import MOVEMENT_COLUMNS, Movement
from schema.types.stock.level import LEVEL_COLUMNS, StockLevel


@strawberry.interface(description="The outcome of a change of one level.")
class StockPayload(Payload):
    """A level after the change."""

    @derived(
        "The recorded movement.",
        domain=lambda payload: payload.outcome and _only(payload.outcome),
        columns=MOVEMENT_COLUMNS,
    )
    def movement(self) -> Movement | None:
        movement, level = _only(self.outcome), _changed(self.outcome)
        if movement is None or level is None:
            return None
        return Movement.from_domain(movement, present=StockLevel.from_domain(level))

    @derived(
        "The level as it is now; null where the request was refused.",
        domain=lambda payload: _changed(payload.outcome),
        columns=LEVEL_COLUMNS,
    )
    def level(self) -> StockLevel | None:
        level = _changed(self.outcome)
        return None if level is None else StockLevel.from_domain(level)

    @classmethod
    def from_outcome(cls, outcome: Outcome) -> Self:
        return cls.accepted(outcome)


@strawberry.type(description="The outcome of `stockAdjust`.")
class StockAdjustPayload(StockPayload):
    """A level after units were added or removed."""


@strawberry.type(description="The outcome of `stockSet`.")
class StockSetPayload(StockPayload):
    """A level after its units on hand were set."""


@strawberry.type(description="The outcome of `stockReclassify`.")
class StockReclassifyPayload(StockPayload):
    """A level after units changed their reason to be unavailable."""


@strawberry.type(description="The outcome of `stockWriteOff`.")
class StockWriteOffPayload(StockPayload):
    """A level after unavailable units were written off."""


@strawberry.type(description="The outcome of `stockLevelConfigure`.")
class StockLevelConfigurePayload(StockPayload):
    """A level after its settings changed."""


@strawberry.type(description="The outcome of `saleRecord`.")
class SaleRecordPayload(Payload):
    """The movements of a sale."""

    @derived(
        "One movement per line, in the order of the lines. Of an item on several lines, returns are "
        "recorded before sales."
    )
    def movements(self) -> list[Movement]:
        return [] if self.outcome is None else [Movement.from_domain(each) for each in self.outcome.movements]

    @classmethod
    def from_outcome(cls, outcome: Outcome) -> Self:
        return cls.accepted(outcome)


@strawberry.type(description="The outcome of one line.")
class LineResult:
    """A line's movement, or why there is none. It is converted only where it is selected: there may be a thousand."""

    accepted: strawberry.Private[DomainMovement | None]
    outcome: strawberry.Private[Outcome]
    line: int = strawberry.field(description="The index of the line, from 0.")
    user_errors: list[UserError] = strawberry.field(description="Why the line was refused; empty where it was not.")

    @derived(
        "The recorded movement; null where the line was refused.",
        domain=lambda result: result.accepted,
        columns=MOVEMENT_COLUMNS,
    )
    def movement(self) -> Movement | None:
        return None if self.accepted is None else Movement.from_domain(self.accepted, present=self._level())

    @derived(
        "The level as it is now; null where the line was refused.",
        domain=lambda result: result.changed,
        columns=LEVEL_COLUMNS,
    )
    def level(self) -> StockLevel | None:
        return self._level()

    @property
    def changed(self) -> Level | None:
        """The level as the domain has it now; None where the line was refused."""
        return None if self.accepted is None else self.outcome.level(self.accepted.after.key)

    def _level(self) -> StockLevel | None:
        level = self.changed
        return None if level is None else StockLevel.from_domain(level)


@strawberry.type
class StockLinesPayload(Payload):
    """One result per line, in the order of the lines."""

    @derived("One entry per line, in the order of the lines; empty where the whole request was refused.")
    def results(self) -> list[LineResult]:
        return [] if self.outcome is None else list(_line_results(self.outcome))

    @classmethod
    def from_outcome(cls, outcome: Outcome) -> Self:
        return cls.accepted(outcome)


def _line_results(outcome: Outcome) -> Iterator[LineResult]:
    refusals = dict(outcome.operation.refusals)
    movements = iter(outcome.movements)
    for line in range(len(refusals) + len(outcome.movements)):
        refusal = refusals.get(line)
        yield LineResult(
            accepted=next(movements) if refusal is None else None,
            outcome=outcome,
            line=line,
            user_errors=[] if refusal is None else [user_error(refusal)],
        )


@strawberry.type(description="The outcome of `stockAdjustMany`.")
class StockAdjustManyPayload(StockLinesPayload): ...


@strawberry.type(description="The outcome of `stockSetMany`.")
class StockSetManyPayload(StockLinesPayload): ...


def _changed(outcome: Outcome | None) -> Level | None:
    """Return the one level that a request changed, as it is now; None where it was refused, or is not visible."""
    movement = _only(outcome)
    return None if outcome is None or movement is None else outcome.level(movement.after.key)


def _only(outcome: Outcome | None) -> DomainMovement | None:
    return None if outcome is None else next(iter(outcome.movements), None)
