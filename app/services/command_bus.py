"""The command bus: builds a command, checks its input, commits it, and reads what it changed.

Rule: all use cases change stock and catalog through a bus. Workers use a TaskCommandBus; use cases that clients call
use a ReleasingCommandBus.
"""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager
from typing import TypeVar

from msgspec import structs

from app.domain.command import Command
from app.domain.errors import InsufficientStock, InventoryError, Refused, TooManyLines
from app.domain.idempotency import operation_id_of_key
from app.domain.limits import MAX_ERRORS_COUNTED
from app.domain.operation import CommandInfo, fresh_operation_id
from app.domain.outcome import Outcome
from app.domain.time import Moment, moment_of
from app.services.current_state_reader import PresentReader
from app.services.ports import Clock, Entropy, Writer
from app.services.request_info import RequestInfo
from app.telemetry.work import current_cause

C = TypeVar("C", bound=Command)


def validation_errors(command: Command, *, now: Moment) -> Sequence[InventoryError]:
    """Return the errors of the input, MAX_ERRORS_COUNTED at most; where there are too many lines, that is the last."""
    found: list[InventoryError] = []
    for error in command.validate(now=now):
        found.append(error)
        if len(found) >= MAX_ERRORS_COUNTED or (isinstance(error, TooManyLines) and error.count > error.maximum):
            break
    return found


class CommandBus:
    """Carries commands to the writer, after checking their input."""

    def __init__(self, *, writer: Writer, present: PresentReader, clock: Clock, entropy: Entropy) -> None:
        self._writer = writer
        self._present = present
        self._clock = clock
        self._entropy = entropy

    async def run(self, kind: str, request: RequestInfo, build: Callable[[CommandInfo], Command]) -> Outcome:
        """Build the command and commit it; return its outcome with the present state of what it changed.

        Where the idempotency key was used before, return the first outcome, with the present state read again.

        Raises Refused with all errors of the input or of the decision, Overloaded or Unavailable.
        """
        outcome = await self._commit(self.checked(kind, request, build))
        if outcome.present is not None:
            return outcome
        return await self._with_present(outcome)

    def checked(self, kind: str, request: RequestInfo, build: Callable[[CommandInfo], C]) -> C:
        """Return the command, uncommitted. Raises Refused with all errors of the input."""
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
            acting_user=request.acting_user,
            idempotency_key=key,
            reference=request.reference,
            note=request.note,
            occurred_at=None if request.occurred_at is None else moment_of(request.occurred_at),
            trace=current_cause(),
        )

    async def _commit(self, command: Command) -> Outcome:
        return await self._writer.run(command)

    async def _with_present(self, outcome: Outcome) -> Outcome:
        return structs.replace(outcome, present=await self._present.of(outcome.operation))


class TaskCommandBus(CommandBus):
    """A command bus of background tasks, whose commands begin traces: no request has begun one for them."""

    def __init__(
        self,
        *,
        writer: Writer,
        present: PresentReader,
        clock: Clock,
        entropy: Entropy,
        traced: Callable[[str], AbstractContextManager[None]],
    ) -> None:
        """Take `traced`: each command is run within the context that it returns for its kind."""
        super().__init__(writer=writer, present=present, clock=clock, entropy=entropy)
        self._traced = traced

    async def run(self, kind: str, request: RequestInfo, build: Callable[[CommandInfo], Command]) -> Outcome:
        with self._traced(kind):
            return await super().run(kind, request, build)


class ReleasingCommandBus(CommandBus):
    """A command bus that counts expired reservations as released.

    Rule: a request neither fails for units that an expired reservation still holds, nor is it answered with them.
    """

    def __init__(
        self,
        *,
        writer: Writer,
        present: PresentReader,
        clock: Clock,
        entropy: Entropy,
        release_expired: Callable[[], Awaitable[bool]],
    ) -> None:
        """Take `release_expired`: it waits for the release of expired reservations; True if there were any."""
        super().__init__(writer=writer, present=present, clock=clock, entropy=entropy)
        self._release_expired = release_expired

    async def _commit(self, command: Command) -> Outcome:
        try:
            return await super()._commit(command)
        except Refused as refused:
            is_short = any(isinstance(error, InsufficientStock) for error in refused.errors)
            if not is_short or not await self._release_expired():
                raise
        return await super()._commit(command)

    async def _with_present(self, outcome: Outcome) -> Outcome:
        await self._release_expired()
        return await super()._with_present(outcome)
