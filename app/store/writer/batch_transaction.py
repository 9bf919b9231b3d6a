"""One batch of commands in one MongoDB transaction: read their state, decide them in turn, write the result.

Rule: two independent checks guard each count: what the commands decided is proven by the transaction's snapshot or by
the condition in the update's filter, and the collection's validator refuses a level that breaks the rule of counting. A
batch is written whole or not at all.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import NamedTuple

from msgspec import structs
from pymongo.errors import ConnectionFailure, PyMongoError

from app.domain.command import Command
from app.domain.command_batch import CommandBatch
from app.domain.document import DocumentKey
from app.domain.errors import Refused
from app.domain.operation import Operation
from app.domain.outcome import Outcome
from app.domain.stock.level import LevelKey
from app.domain.stock.movement import Movement
from app.domain.time import NEVER, Moment
from app.store.database.format import check_format
from app.store.driver.client import BsonDocument, Client, Database, Session, transaction
from app.store.mapping import names
from app.store.readers.ledger.ledger import read_movements
from app.store.writer.abandoned_transactions import end_abandoned_transactions
from app.store.writer.assign_backorders import BackorderAssigner
from app.store.writer.reading.read_batch_state import MAX_CACHED_LEVELS, BatchStateReader, ReadState
from app.store.writer.reading.replay_lookup import Attempt, mark_first_outcomes, may_be_replays
from app.store.writer.transient_errors import is_conflict, repeated_operations
from app.store.writer.writer_registry import WriterRegistry
from app.store.writer.writing.statements import LostRaceError, StatementRunner
from app.store.writer.writing.write_batch import batch_statements
from app.telemetry.metrics import Metrics
from app.telemetry.work import traced_step


@dataclass(frozen=True, slots=True, kw_only=True)
class Committed:
    """The results of a batch in the order of its commands, and the movements and operations that it committed.

    They include what an earlier attempt committed whose outcome stayed unknown. `has_catalog` where items or locations
    were changed, or may have been by such an attempt.
    """

    results: list[Outcome | Refused]
    movements: list[Movement]
    operations: list[Operation]
    has_catalog: bool


class _Decided(NamedTuple):
    """What a batch decided, and the state that it was decided on."""

    commands: Sequence[Command]
    batch: CommandBatch
    results: list[Outcome | Refused]
    read: ReadState

    @property
    def cached(self) -> Collection[LevelKey]:
        """The levels that were not read in the transaction."""
        return self.read.cached


class BatchTransaction:
    """Runs batches against one database. `last_moment` is the latest that it assigned, committed or not."""

    def __init__(
        self,
        client: Client,
        database: Database,
        *,
        reader: BatchStateReader | None = None,
        assigns_backorders: bool = True,
        sends_together: bool = True,
        metrics: Metrics | None = None,
    ) -> None:
        """Decide on what `reader` reads. Its cache is kept up to date by the hub of the process, where there is one.

        With `assigns_backorders`, units that a batch makes available go to orders that wait anywhere for them. The
        statements of a transaction are sent in one round trip, if the driver can and `sends_together`.
        """
        self._commit_seconds = (metrics or Metrics()).commit_seconds
        self.last_moment = Moment(0)
        self._abandoned: list[BsonDocument] = []
        self._repeated: set[str] = set()  # operations that the ledger has refused to record again
        self._client = client
        self._database = database
        self._movements = database[names.MOVEMENTS]
        self._reader = reader or BatchStateReader(database)
        self._statements = StatementRunner(client, database, together=sends_together)
        self._assigner = BackorderAssigner(database, is_sharded=self._reader.is_sharded) if assigns_backorders else None
        self._registry = WriterRegistry(database, seconds=time.time)

    async def run(
        self, commands: Sequence[Command], *, writer: str, now: Moment, earlier: Sequence[Attempt]
    ) -> Committed:
        """Decide and commit the commands. `earlier` are attempts at them that may have been committed after all.

        Raises the driver's errors, and LostRaceError.
        """
        async with self._attempt() as session:
            decided = await self._decide(commands, writer=writer, now=now, is_retry=bool(earlier), session=session)
            batch, together = decided.batch, decided.commands
            batch.seal()
            results = [await self._with_movements(result, session=session) for result in decided.results]
            if batch.operations:
                await self._write(decided, writer=writer, session=session)
            else:
                # Also what a replay returns, or a refusal rests on, must be committed: a primary that was frozen may
                # not know yet that it is none any more (ADR 58).
                await self._commit(session)
        self._repeated.difference_update(command.info.operation_id for command in commands)
        self._reader.location_cache.forget(batch.locations)
        if len(batch.levels) <= MAX_CACHED_LEVELS:
            self._reader.level_cache.keep(batch.levels, batch.is_item_archived)
        if earlier:
            results = list(mark_first_outcomes(results, earlier, writer=writer))
        asked = {id(command) for command in commands}
        own = [result for result, command in zip(results, together, strict=True) if id(command) in asked]
        if earlier:
            return Committed(
                results=own,
                movements=_new_movements(results),
                operations=_new_operations(results),
                has_catalog=True,
            )
        published = [operation for operation in batch.operations if operation.documents]
        has_catalog = bool(batch.items or batch.locations)
        return Committed(results=own, movements=batch.movements, operations=published, has_catalog=has_catalog)

    async def _decide(
        self, commands: Sequence[Command], *, writer: str, now: Moment, is_retry: bool, session: Session
    ) -> "_Decided":
        """Let the commands decide, and the assignments of units that they make available."""
        decided = None if is_retry else await self._decided_by_cache(commands, writer=writer, now=now, session=session)
        if decided is None:
            now = Moment(max(now, self._next_moment()))
            decided = await self._decide_once(commands, writer=writer, now=now, is_retry=is_retry, session=session)
        if self._assigner is None:
            return decided
        together = await self._assigner.with_assignments(commands, decided.batch, session=session)
        if together is commands:
            return decided
        return await self._decide_once(
            together, writer=writer, now=self._next_moment(), is_retry=is_retry, session=session
        )

    async def _decided_by_cache(
        self, commands: Sequence[Command], *, writer: str, now: Moment, session: Session
    ) -> "_Decided | None":
        """Return what the commands decide on levels as they are known; None where that cannot be relied upon.

        A level that is known but not changed is not proven by any write: a command may have been refused that the
        level as it is allows, or that is the repeat of one that was accepted. And what is impossible in the state as it
        is may fail in any way.
        """
        if not self._repeated.isdisjoint(command.info.operation_id for command in commands):
            return None
        with traced_step("read"):
            read = await self._reader.read(commands, is_retry=False, may_be_cached=True, session=session)
        try:
            decided = self._decided(commands, read, writer=writer, now=now)
        except Exception:
            if not read.cached and not any(command.info.idempotency_key for command in commands):
                raise
            self._reader.level_cache.distrust(read.cached)
            return None
        unproven = [key for key in read.cached if key not in decided.batch.levels]
        self._reader.level_cache.distrust(unproven)
        return None if unproven or may_be_replays(commands, decided.results) else decided

    async def _decide_once(
        self, commands: Sequence[Command], *, writer: str, now: Moment, is_retry: bool, session: Session
    ) -> "_Decided":
        with traced_step("read"):
            read = await self._reader.read(commands, is_retry=is_retry, session=session)
        return self._decided(commands, read, writer=writer, now=now)

    def _decided(self, commands: Sequence[Command], read: ReadState, *, writer: str, now: Moment) -> "_Decided":
        batch = CommandBatch(read.state, writer=writer, now=now)
        results = [_result(batch, command) for command in commands]
        self.last_moment = batch.last_moment
        return _Decided(commands, batch, results, read)

    def _next_moment(self) -> Moment:
        return Moment(self.last_moment + 1)

    async def _write(self, decided: "_Decided", *, writer: str, session: Session) -> None:
        """Write and commit what was decided. What the cache knew is read next time, unless it is committed."""
        try:
            await self._registry.enter(writer, session=session)
            with traced_step("write"):
                await self._statements.run(await batch_statements(decided.batch, decided.read), session=session)
            await self._commit(session)
        except (PyMongoError, LostRaceError) as error:
            self._reader.level_cache.distrust(decided.batch.levels)
            repeated = repeated_operations(error)
            self._repeated |= repeated
            if decided.cached and is_conflict(error) and not repeated:
                self._reader.level_cache.lost_race()
            raise
        self._registry.confirm(writer)

    async def _commit(self, session: Session) -> None:
        """Commit; where the outcome is unknown, once more: commits are idempotent.

        Without an answer the transaction might stay open on the server, and hold its locks for a minute.
        """
        began = time.perf_counter()
        with traced_step("commit"):
            try:
                await session.commit_transaction()
            except PyMongoError as error:
                if not error.has_error_label("UnknownTransactionCommitResult"):
                    raise
                await session.commit_transaction()
        self._commit_seconds.observe(time.perf_counter() - began)

    async def sizes(self, keys: Iterable[DocumentKey]) -> Mapping[DocumentKey, int]:
        """Return how many levels come with each of these documents that exist. Raises the driver's errors."""
        return await self._reader.sizes(keys)

    async def check_format(self) -> None:
        """Raise NewerFormatError if a newer version has upgraded the database meanwhile, and the driver's errors."""
        await check_format(self._database)

    @asynccontextmanager
    async def _attempt(self) -> AsyncIterator[Session]:
        """Open a transaction, after ending those that a lost connection, or one that was given up, left open.

        They hold locks: the server may get their abort before their first statement, or not at all.
        """
        if self._abandoned:
            await self._client.admin.command("killSessions", self._abandoned)
            self._abandoned.clear()
        async with transaction(self._client) as session:
            try:
                yield session
            except asyncio.CancelledError:
                self._abandoned.append(dict(session.session_id))
                raise
            except ConnectionFailure:
                self._abandoned.append(dict(session.session_id))
                self._reader.level_cache.clear()  # another server, with an older state, may answer next
                raise

    async def clean_up(self) -> None:
        """End what killed processes left open, as far as the server answers: a batch may conflict with it."""
        with suppress(PyMongoError):
            await end_abandoned_transactions(self._client)

    async def _with_movements(self, result: Outcome | Refused, *, session: Session) -> Outcome | Refused:
        if isinstance(result, Refused) or result.movements or not result.operation.levels:
            return result
        looks_in = None if self._reader.is_sharded else session  # as it was found: see recorded_operations
        try:
            (movements,) = await read_movements(self._movements, [result.operation], session=looks_in)
        except KeyError as error:  # of a commit on several shards, one does not show its part yet
            raise LostRaceError from error
        return structs.replace(result, movements=movements)


def _result(batch: CommandBatch, command: Command) -> Outcome | Refused:
    try:
        return batch.run(command)
    except Refused as refused:
        return refused


def _new_movements(results: Iterable[Outcome | Refused]) -> list[Movement]:
    return sorted((line for each in _new(results) for line in each.movements), key=lambda line: line.recorded_at)


def _new_operations(results: Iterable[Outcome | Refused]) -> list[Operation]:
    """Return the operations that publish documents, in the order of their moments."""
    operations = [each.operation for each in _new(results) if each.operation.documents]
    return sorted(operations, key=lambda operation: operation.published_at or NEVER)


def _new(results: Iterable[Outcome | Refused]) -> list[Outcome]:
    return [result for result in results if isinstance(result, Outcome) and not result.replayed]
