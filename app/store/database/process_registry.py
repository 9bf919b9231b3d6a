"""The registry of processes: which releases run on a database, and when each ran last.

Rule: every process that serves or prepares is entered for as long as it lives, and a little longer if it is killed.
"""

import asyncio
import os
import socket
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Final, Self

from pymongo import ASCENDING, IndexModel, timeout

from app.domain.failures import ServiceError
from app.services.background.cancellation import raise_if_cancelled
from app.services.background.supervision import Supervised
from app.store.database.format import FORMAT
from app.store.database.release import RELEASE, VERSION, ReleaseTooFar, described
from app.store.driver.client import CLOSE_SECONDS, BsonDocument, Database, aggregated
from app.store.driver.failures import raises_unavailable
from app.store.mapping import names

BEAT_SECONDS: Final = 10.0
ALIVE_SECONDS: Final = 35  # two beats may be late before a process counts as gone
KEPT_SECONDS: Final = 90 * 86_400  # an installation that went back by a release for so long has that found out

RULES: BsonDocument = {"$jsonSchema": {"bsonType": "object", "required": ["release", "version", "seen_at"]}}
INDEXES = (IndexModel([("seen_at", ASCENDING)], name="forgotten", expireAfterSeconds=KEPT_SECONDS),)

_IS_ALIVE: BsonDocument = {
    "is_stopped": False,
    "$expr": {"$gte": ["$seen_at", {"$subtract": ["$$NOW", ALIVE_SECONDS * 1_000]}]},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningProcess:
    """A process that is registered."""

    release: int
    version: str
    host: str
    pid: int

    @property
    def is_neighbour(self) -> bool:
        """Whether its release may share the database with ours."""
        return abs(self.release - RELEASE) <= 1

    def __str__(self) -> str:
        return f"{described(self.release, self.version)} as process {self.pid} of {self.host}"


class ProcessRegistry:
    """Enters this process while the context is open. `identity` is a name of it alone."""

    def __init__(self, database: Database, *, identity: str) -> None:
        self._processes = database[names.PROCESSES]
        self._identity = identity
        self._beating = Supervised(self._beat, name="registration of this process")

    @property
    def tasks(self) -> Sequence[Supervised]:
        """What runs in the background."""
        return (self._beating,)

    async def __aenter__(self) -> Self:
        await self._enter()
        self._beating.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._beating.stop()
        with suppress(ServiceError), timeout(CLOSE_SECONDS):  # else it counts as killed
            await self._leave()

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            with suppress(ServiceError):  # the next beat may come through; nothing depends on a single one
                await self._enter()
            raise_if_cancelled()

    @raises_unavailable
    async def _enter(self) -> None:
        entry = {"release": RELEASE, "version": VERSION, "format": FORMAT, "is_stopped": False}
        us = {"host": socket.gethostname(), "pid": os.getpid()}
        update = {"$set": {**entry, **us}, "$currentDate": {"seen_at": True}}
        await self._processes.update_one({"_id": self._identity}, update, upsert=True)

    @raises_unavailable
    async def _leave(self) -> None:
        update = {"$set": {"is_stopped": True}, "$currentDate": {"seen_at": True}}
        await self._processes.update_one({"_id": self._identity}, update)


async def running_processes(database: Database) -> Sequence[RunningProcess]:
    """Return the processes that are alive, as far as is known. Raises the driver's errors."""
    found = await aggregated(database[names.PROCESSES], [{"$match": _IS_ALIVE}, {"$sort": {"release": 1, "_id": 1}}])
    return [
        RunningProcess(release=each["release"], version=each["version"], host=each["host"], pid=each["pid"])
        for each in found
    ]


async def check_neighbours(database: Database) -> None:
    """Raise ReleaseTooFar if a process runs whose release is no neighbour of ours, and the driver's errors."""
    for process in await running_processes(database):
        if not process.is_neighbour:
            raise ReleaseTooFar(str(process), has="runs on it")


async def last_seen(database: Database) -> Mapping[int, datetime]:
    """Return when each older release was last seen to run. Raises the driver's errors."""
    older: list[BsonDocument] = [
        {"$match": {"release": {"$lt": RELEASE}}},
        {"$group": {"_id": "$release", "seen_at": {"$max": "$seen_at"}}},
    ]
    return {each["_id"]: each["seen_at"] for each in await aggregated(database[names.PROCESSES], older)}
