"""What every request says about itself, and how a use case turns it into a command's cause."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from app.domain.command import Command
from app.domain.errors import Refused
from app.domain.fold import Outcome
from app.domain.operation import Cause, fresh_operation_id, operation_id_of_key
from app.domain.time import moment_of
from app.services.ports import Clock, Entropy, Writer


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """Who asks, and what they say of it. Repeating an `idempotency_key` returns the first result."""

    actor: str
    idempotency_key: str | None = None
    reference: str | None = None
    note: str | None = None
    occurred_at: datetime | None = None


class Door:
    """Carries the commands of all use cases to the writer, after checking their input."""

    def __init__(self, *, writer: Writer, clock: Clock, entropy: Entropy) -> None:
        self._writer = writer
        self._clock = clock
        self._entropy = entropy

    async def run(self, kind: str, about: About, build: Callable[[Cause], Command]) -> Outcome:
        """Build the command and commit it.

        Raises Refused with all faults of the input or of the decision, Overloaded or Unavailable.
        """
        command = build(self._cause(kind, about))
        faults = tuple(command.faults(now=self._clock()))
        if faults:
            raise Refused(*faults)
        return await self._writer.run(command)

    def _cause(self, kind: str, about: About) -> Cause:
        key = about.idempotency_key
        return Cause(
            operation_id=(
                fresh_operation_id(now=self._clock(), entropy=self._entropy())
                if key is None
                else operation_id_of_key(actor=about.actor, key=key)
            ),
            kind=kind,
            actor=about.actor,
            idempotency_key=key,
            reference=about.reference,
            note=about.note,
            occurred_at=None if about.occurred_at is None else moment_of(about.occurred_at),
        )
