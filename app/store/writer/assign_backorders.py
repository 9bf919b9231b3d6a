"""Assigns units to orders that wait for them anywhere, in the batch in which the units arrive (ADR 20).

Rule: this chooses candidates and their order only; AssignBackorders decides in the same transaction. Orders that began
to wait in another transaction meanwhile, and those beyond MAX_CANDIDATES, get their units right after the commit: see
app.services.reservations.backorder_worker.
"""

import secrets
import time
from collections.abc import Callable, Sequence
from typing import Final

from pymongo import ASCENDING

from app.domain.command import Command
from app.domain.command_batch import CommandBatch
from app.domain.document import Document as DomainDocument
from app.domain.operation import SYSTEM, CommandInfo, fresh_operation_id
from app.domain.reservations.arrivals import arrivals
from app.domain.reservations.commands.assign_backorders import AssignBackorders
from app.domain.reservations.reservation import Reservation
from app.domain.stock.level import LevelKey
from app.domain.time import Moment
from app.services.reservations.ports import WaitingReservation
from app.store.driver.client import BsonDocument, Database, Session
from app.store.mapping import names
from app.store.mapping.levels import level_id
from app.store.queries.reservations import ANYWHERE, anywhere, homes_of

MAX_CANDIDATES: Final = 100  # reservations in one batch; the oldest
# How long a process trusts a look-up that found no order waiting anywhere: that saves a tenth of the writer's work. The
# process knows at once of an order of its own; the first of another process gets its units after the commit.
NONE_WAITING_SECONDS: Final = 1.0


class BackorderAssigner:
    """Finds the orders that wait for units which a batch makes available."""

    def __init__(
        self, database: Database, *, is_sharded: bool = False, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        """Count the seconds of `monotonic`. Of a database that `is_sharded`, look outside the transaction.

        Orders that wait may be on any shard: else all of them would take part in the transaction.
        """
        self._is_sharded = is_sharded
        self._reservations = database[names.RESERVATIONS]
        self._monotonic = monotonic
        self._none_waiting_until = 0.0

    async def with_assignments(
        self, commands: Sequence[Command], batch: CommandBatch, *, session: Session
    ) -> Sequence[Command]:
        """Return the commands, each followed by the assignments of the units that it makes available.

        The same sequence is returned where no order waits anywhere for them.
        """
        looks_in = None if self._is_sharded else session
        brought: dict[str, list[LevelKey]] = {}
        for operation, key in arrivals(batch.movements):
            brought.setdefault(operation, []).append(key)
        keys = list(dict.fromkeys(key for some in brought.values() for key in some))
        if begins_to_wait := any(map(_waits_anywhere, batch.documents.values())):
            self._none_waiting_until = 0.0
        if not keys or (not begins_to_wait and await self._is_none_waiting(session=looks_in)):
            return commands
        found = await self._waiting(keys, session=looks_in)
        queues = {key: [each for each in found if _takes(each, key)] for key in keys}
        assigned = {
            key: some for key, some in queues.items() if any(anywhere(key.sku) in each["waiting_at"] for each in some)
        }
        if not assigned:
            return commands
        together: list[Command] = []
        for command in commands:
            together.append(command)
            together += [
                assignment(key, [_waiting(each, key) for each in assigned[key]], now=batch.now)
                for key in brought.get(command.info.operation_id, ())
                if key in assigned
            ]
        return together

    async def _is_none_waiting(self, *, session: Session | None) -> bool:
        now = self._monotonic()
        if now < self._none_waiting_until:
            return True
        found = self._reservations.find({"waiting_at": ANYWHERE}, {"_id": 1}, limit=1, hint="waiting", session=session)
        if await found.to_list(None):
            return False
        self._none_waiting_until = now + NONE_WAITING_SECONDS
        return True

    async def _waiting(self, keys: Sequence[LevelKey], *, session: Session | None) -> list[BsonDocument]:
        """Return the reservations that wait for these items there or anywhere, the oldest first."""
        places = [*map(level_id, keys), *dict.fromkeys(anywhere(key.sku) for key in keys)]
        found = self._reservations.find(
            {"waiting_at": {"$in": places}},
            {"waiting_at": 1, "accepts": 1},
            sort=[("created_at", ASCENDING), ("_id", ASCENDING)],
            limit=MAX_CANDIDATES,
            batch_size=MAX_CANDIDATES + 1,
            hint="waiting",
            session=session,
        )
        return await found.to_list(None)


def assignment(key: LevelKey, queue: Sequence[WaitingReservation], *, now: Moment) -> AssignBackorders:
    """Return the command that assigns the free units of a level to the queue, in its order."""
    identity = fresh_operation_id(now=now, entropy=secrets.randbits(74))
    homes = dict.fromkeys(code for each in queue for code in each.homes if code != key.location)
    return AssignBackorders(
        info=CommandInfo(operation_id=identity, kind="backordersAssign", actor=SYSTEM),
        key=key,
        reservations=tuple(each.id for each in queue),
        homes=tuple(homes),
    )


def _waits_anywhere(document: DomainDocument) -> bool:
    return isinstance(document, Reservation) and bool(document.waits_anywhere_for)


def _takes(found: BsonDocument, key: LevelKey) -> bool:
    accepts = found.get("accepts")
    roams = anywhere(key.sku) in found["waiting_at"] and (accepts is None or key.location in accepts)
    return roams or level_id(key) in found["waiting_at"]


def _waiting(found: BsonDocument, key: LevelKey) -> WaitingReservation:
    return WaitingReservation(found["_id"], tuple(homes_of(found["waiting_at"], key.sku)))
