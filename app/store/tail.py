"""Reads the ledger forwards, from position to position. See LedgerTail.

Every writer's lines become visible in the order of their moments, so a moment per writer says what has been read. One
snapshot serves a whole round: it holds a line only together with all lines of the same level before it.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from app.domain.time import MICROSECONDS_PER_SECOND, Moment
from app.services.ports import Clock
from app.services.positions import Position, Round
from app.store.client import Client, Database, Document, Session
from app.store.documents import movement_of
from app.store.failures import driver_failures
from app.store.writers import TRUSTED_MICROSECONDS

ROUND_LINES = 1_000  # some 10 ms to read and build; one reply holds them
# A line carries the moment at which its transaction began, and is seen when it commits: the server ends a transaction
# after 60 s (transactionLifetimeLimitSeconds), and the clocks of writers may be another 60 s apart.
HORIZON_MICROSECONDS = 120 * MICROSECONDS_PER_SECOND
_MAX_WRITERS = 100_000  # more identities than a day of restarts makes; keeps the answer within one reply

_LAST_LINE: list[Document] = [
    {"$sort": {"writer": -1, "recorded_at": -1}},
    {"$limit": 1},
    {"$project": {"_id": 0, "recorded_at": 1}},
]
_LAST_OF_REGISTERED: list[Document] = [
    {
        "$lookup": {
            "from": "movements",
            "localField": "_id",
            "foreignField": "writer",
            "pipeline": _LAST_LINE,
            "as": "l",
        }
    },
    {"$project": {"last": {"$first": "$l.recorded_at"}}},
]
_LAST_OF_ALL: list[Document] = [  # jumps from writer to writer in the index, whatever the number of lines
    {"$sort": {"writer": -1, "recorded_at": -1}},
    {"$group": {"_id": "$writer", "last": {"$first": "$recorded_at"}}},
]


class MongoTail:
    """See LedgerTail."""

    def __init__(self, client: Client, database: Database, *, clock: Clock, round_lines: int = ROUND_LINES) -> None:
        self._client = client
        self._database = database
        self._movements = database["movements"]
        self._writers = database["writers"]
        self._clock = clock
        self._round_lines = round_lines

    async def now(self) -> Position:
        """See LedgerTail."""
        base = self._horizon()
        with driver_failures():
            last = await self._last_moments("writers", _LAST_OF_REGISTERED)
        return Position(base=base, reached={writer: moment for writer, moment in last.items() if moment >= base})

    async def read(self, after: Position) -> Round:
        """See LedgerTail."""
        base = self._horizon()
        with driver_failures():
            older = await self._writers_since(after) if base - after.base > TRUSTED_MICROSECONDS else set()
            async with self._snapshot() as session:
                entries = self._writers.find({}, {"_id": 1}, session=session, batch_size=_MAX_WRITERS)
                unnamed = older | {entry["_id"] for entry in await entries.to_list(None)} - after.reached.keys()
                found = await self._lines(after, unnamed, session=session)
        lines = tuple(map(movement_of, found))
        is_complete = len(lines) < self._round_lines
        base = Moment(max(after.base, base if is_complete else min(base, lines[-1].recorded_at)))
        reached = {**after.reached, **{line.writer: line.recorded_at for line in lines}}
        return Round(
            lines=lines,
            position=Position(
                base=base, reached={writer: moment for writer, moment in reached.items() if moment >= base}
            ),
            is_complete=is_complete,
        )

    async def _lines(self, after: Position, unnamed: set[str], *, session: Session) -> list[Document]:
        where: list[Document] = [
            {"writer": writer, "recorded_at": {"$gt": moment}} for writer, moment in after.reached.items()
        ]
        if unnamed:
            where.append({"writer": {"$in": sorted(unnamed)}, "recorded_at": {"$gte": after.base}})
        if not where:
            return []
        lines = self._movements.find(
            {"$or": where},
            sort=[("recorded_at", 1)],  # lines of one moment are of different levels, in whatever order
            limit=self._round_lines,
            batch_size=self._round_lines + 1,
            hint="in_order_of_writer",  # merges the writers; the planner would now and then scan them all
            session=session,
        )
        return await lines.to_list(None)

    async def _writers_since(self, position: Position) -> set[str]:
        """Return every writer with lines after a position that is older than the registry."""
        last = await self._last_moments("movements", _LAST_OF_ALL)
        return {writer for writer, moment in last.items() if moment >= position.base} - position.reached.keys()

    async def _last_moments(self, collection: str, pipeline: list[Document]) -> dict[str, Moment]:
        answer = await self._database.command(
            {
                "aggregate": collection,
                "pipeline": pipeline,
                "cursor": {"batchSize": _MAX_WRITERS},
                "readConcern": {"level": "snapshot"},
            }
        )
        return {entry["_id"]: Moment(entry["last"]) for entry in answer["cursor"]["firstBatch"] if "last" in entry}

    def _horizon(self) -> Moment:
        return Moment(max(0, self._clock() - HORIZON_MICROSECONDS))

    @asynccontextmanager
    async def _snapshot(self) -> AsyncIterator[Session]:
        opened: Any = self._client.start_session(snapshot=True)
        session: Any = await opened if hasattr(opened, "__await__") else opened  # Motor's is awaited
        async with session:
            yield session
