"""What every request says about itself, and how a use case turns it into a command's cause."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from app.domain import operation
from app.domain.command import Command
from app.domain.command_batch import Outcome
from app.domain.errors import InsufficientStock, InventoryError, Refused, TooManyLines
from app.domain.idempotency import operation_id_of_key
from app.domain.limits import MAX_ERRORS_COUNTED
from app.domain.operation import CommandInfo, fresh_operation_id
from app.domain.time import Moment, moment_of
from app.services.ports import Clock, Entropy, Writer
from app.services.present_reader import PresentReader

C = TypeVar("C", bound=Command)

SYSTEM = operation.SYSTEM  # the actor of what happens by itself


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestInfo:
    """Who asks, and what they say of it. Repeating an `idempotency_key` does nothing again: see `CommandBus.run`."""

    actor: str
    idempotency_key: str | None = None
    reference: str | None = None
    note: str | None = None
    occurred_at: datetime | None = None


async def no_expiry() -> bool:
    """Wait for nothing, and tell that nothing has changed."""
    return False


def validation_errors(command: Command, *, now: Moment) -> Sequence[InventoryError]:
    """Return what is wrong with the input, as far as it is looked for: nothing is said of lines that are too many."""
    found: list[InventoryError] = []
    for fault in command.validate(now=now):
        found.append(fault)
        if len(found) >= MAX_ERRORS_COUNTED or (isinstance(fault, TooManyLines) and fault.count > fault.maximum):
            break
    return found


class CommandBus:
    """Carries the commands of all use cases to the writer, after checking their input."""

    def __init__(
        self,
        *,
        writer: Writer,
        present: PresentReader,
        clock: Clock,
        entropy: Entropy,
        release_expired: Callable[[], Awaitable[bool]] = no_expiry,
    ) -> None:
        """Wait for `settled` where stock is short: it tells whether holds have run out that may be free by now."""
        self._release_expired = release_expired
        self._writer = writer
        self._present = present
        self._clock = clock
        self._entropy = entropy

    async def run(self, kind: str, request: RequestInfo, build: Callable[[CommandInfo], Command]) -> Outcome:
        """Build the command and commit it; return what became of it, and what it changed as that is now.

        Of a command whose key was used before, the first outcome is returned, and what it changed is read again.

        Raises Refused with all faults of the input or of the decision, Overloaded or Unavailable.
        """
        outcome = await self._outcome(self.checked(kind, request, build))
        if outcome.present is not None:
            return outcome
        await self._release_expired()
        return replace(outcome, present=await self._present.of(outcome.operation))

    async def _outcome(self, command: Command) -> Outcome:
        try:
            return await self._writer.run(command)
        except Refused as refused:
            is_short = any(isinstance(error, InsufficientStock) for error in refused.errors)
            if not is_short or not await self._release_expired():
                raise
        return await self._writer.run(command)

    def checked(self, kind: str, request: RequestInfo, build: Callable[[CommandInfo], C]) -> C:
        """Return the command, uncommitted. Raises Refused with all faults of the input."""
        command = build(self._info(kind, request))
        errors = validation_errors(command, now=self._clock())
        if errors:
            raise Refused(*errors)
        return command

    def _info(self, kind: str, request: RequestInfo) -> CommandInfo:
        key = request.idempotency_key
        return CommandInfo(
            operation_id=(
                fresh_operation_id(now=self._clock(), entropy=self._entropy())
                if key is None
                else operation_id_of_key(actor=request.actor, key=key)
            ),
            kind=kind,
            actor=request.actor,
            idempotency_key=key,
            reference=request.reference,
            note=request.note,
            occurred_at=None if request.occurred_at is None else moment_of(request.occurred_at),
        )
