"""The idempotency check: looks up the operations that a batch's commands may have recorded before.

Rule: it reads in the transaction that records the commands, so that of two equal requests one is a replay. The id of an
operation is made of its actor and idempotency key: where two equal requests are recorded at once, the ledger's index of
operations refuses the second.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from msgspec import structs

from app.domain.command import Command
from app.domain.errors import Refused
from app.domain.idempotency import former_id_of
from app.domain.operation import Operation
from app.domain.outcome import Outcome
from app.domain.time import Moment
from app.services.concurrency.time_slices import in_turns
from app.store.driver.client import Database, Session
from app.store.mapping.operations import operation_of
from app.store.mapping.raw_documents import decoded
from app.store.readers.ledger.operations import stored_operations


def may_be_replays(commands: Iterable[Command], results: Iterable[Outcome | Refused]) -> bool:
    """Return whether a repeat may be among commands for which no ledger lines were looked at.

    Any that was accepted is recorded, which the ledger refuses for a repeat. One that was refused records nothing.
    """
    return any(
        isinstance(result, Refused) and command.info.idempotency_key is not None
        for command, result in zip(commands, results, strict=True)
    )


class Attempt(NamedTuple):
    """The moments of an attempt at a batch, from its first to the last that it assigned."""

    began: Moment
    ended: Moment


async def recorded_operations(
    database: Database,
    commands: Sequence[Command],
    *,
    is_retry: bool,
    session: Session | None,
    even_in_lines: bool = True,
) -> dict[str, Operation]:
    """Return the operations that the commands replay, by id; a retry also looks for those without a key.

    Not `even_in_lines`, those that stand in ledger lines are left out: the ledger refuses to record them again. Without
    a session, as over shards, all are looked for, and outside the transaction, as they may be on any shard: what is
    recorded meanwhile changes a level of this batch, or is refused at its level by the ledger.
    """
    ids = [command.info.operation_id for command in commands if is_retry or command.info.idempotency_key]
    former_ids = [former for command in commands if (former := former_id_of(command.info)) is not None]
    # Under the other id, or at a level on another shard, the ledger would not refuse it.
    even_in_lines = even_in_lines or bool(former_ids) or session is None
    stored = await stored_operations(database, [*ids, *former_ids], session=session, even_in_lines=even_in_lines)
    return {found.id: found for found in await in_turns(stored, lambda each: operation_of(decoded(each)))}


def mark_first_outcomes(
    results: Iterable[Outcome | Refused], earlier: Sequence[Attempt], *, writer: str
) -> Iterator[Outcome | Refused]:
    """Mark as new what an earlier attempt at this batch committed: its callers have had no answer yet."""
    marked: set[str] = set()
    for result in results:
        if (
            isinstance(result, Refused)
            or not any(attempt.began <= result.operation.recorded_at <= attempt.ended for attempt in earlier)
            or any(line.writer != writer for line in result.movements)
            or result.operation.writer not in (None, writer)
            or result.operation.id in marked
        ):
            yield result
        else:
            marked.add(result.operation.id)
            yield structs.replace(result, replayed=False)
