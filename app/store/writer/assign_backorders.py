"""Gives units to those who wait for them anywhere, in the very batch that brings them (ADR 20).

Rule: what is decided here is only who is asked, and in which order; each is decided by AssignBackorders in the same
transaction. Who began to wait in another transaction meanwhile, and whoever is more than can be asked here, is served
right after the commit: see app.services.reservations.backorder_worker.
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
from app.store.client import BsonDocument, Database, Session
from app.store.mapping import names
from app.store.queries.reservations import ANYWHERE, anywhere, homes_of, place_of

MAX_ASKED: Final = 100  # reservations in one batch; the oldest
# How long a process may go by it that nobody waits anywhere for anything: a tenth of the writer's work is saved, where
# that is so. What this process itself lets wait it knows at once, and others' first order is served after the commit.
NOBODY_SECONDS: Final = 1.0


class Arrivals:
    """Finds who waits for what a batch brings."""

    def __init__(self, database: Database, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Count the seconds of `monotonic`."""
        self._reservations = database[names.RESERVATIONS]
        self._monotonic = monotonic
        self._nobody_until = 0.0

    async def served(self, commands: Sequence[Command], batch: CommandBatch, *, session: Session) -> Sequence[Command]:
        """Return the commands with an assignment behind each that brings units which somebody waits for anywhere.

        They are the same where nobody does.
        """
        brought: dict[str, list[LevelKey]] = {}
        for operation, key in arrivals(batch.movements):
            brought.setdefault(operation, []).append(key)
        keys = list(dict.fromkeys(key for some in brought.values() for key in some))
        if lets_wait := any(map(_waits_anywhere, batch.documents.values())):
            self._nobody_until = 0.0
        if not keys or (not lets_wait and await self._is_nobody_waiting(session=session)):
            return commands
        found = await self._waiting(keys, session=session)
        queues = {key: [each for each in found if _takes(each, key)] for key in keys}
        served = {
            key: some for key, some in queues.items() if any(anywhere(key.sku) in each["waiting_at"] for each in some)
        }
        if not served:
            return commands
        together: list[Command] = []
        for command in commands:
            together.append(command)
            together += [
                assignment(key, [_waiting(each, key) for each in served[key]], now=batch.now)
                for key in brought.get(command.info.operation_id, ())
                if key in served
            ]
        return together

    async def _is_nobody_waiting(self, *, session: Session) -> bool:
        now = self._monotonic()
        if now < self._nobody_until:
            return True
        found = self._reservations.find({"waiting_at": ANYWHERE}, {"_id": 1}, limit=1, hint="waiting", session=session)
        if await found.to_list(None):
            return False
        self._nobody_until = now + NOBODY_SECONDS
        return True

    async def _waiting(self, keys: Sequence[LevelKey], *, session: Session) -> list[BsonDocument]:
        """Return those who wait for these items there or anywhere, the oldest first."""
        places = [*map(place_of, keys), *dict.fromkeys(anywhere(key.sku) for key in keys)]
        found = self._reservations.find(
            {"waiting_at": {"$in": places}},
            {"waiting_at": 1, "accepts": 1},
            sort=[("created_at", ASCENDING), ("_id", ASCENDING)],
            limit=MAX_ASKED,
            batch_size=MAX_ASKED + 1,
            hint="waiting",
            session=session,
        )
        return await found.to_list(None)


def assignment(key: LevelKey, queue: Sequence[WaitingReservation], *, now: Moment) -> AssignBackorders:
    """Return what gives the free units of a level to those who wait, in their order."""
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
    return roams or place_of(key) in found["waiting_at"]


def _waiting(found: BsonDocument, key: LevelKey) -> WaitingReservation:
    return WaitingReservation(found["_id"], tuple(homes_of(found["waiting_at"], key.sku)))
