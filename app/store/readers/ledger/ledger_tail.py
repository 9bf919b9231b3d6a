"""Reads the ledger forwards (tailing), from offset to offset.

Rule: each writer's lines and published operations become visible in the order of their moments, so that one moment per
writer is an offset. A batch is read from one snapshot, which has an entry only together with all earlier entries of the
same level or document.
"""

from typing import NamedTuple

from pymongo.asynchronous.cursor import AsyncCursor
from pymongo.read_concern import ReadConcern

from app.domain.failures import BadArgument
from app.domain.time import MICROSECONDS_PER_DAY, MICROSECONDS_PER_SECOND, NEVER, Moment
from app.services.live.ledger_offset import LedgerBatch, LedgerOffset
from app.services.ports import Clock
from app.store.archive.archived_files import archived_until
from app.store.archive.plan import MIN_AGE_DAYS
from app.store.database.restored import Restored, last_restored
from app.store.driver.client import BsonDocument, Client, Database, Session, snapshot
from app.store.driver.failures import raises_unavailable
from app.store.mapping import names
from app.store.mapping.ledger import movement_of
from app.store.mapping.operations import operation_of
from app.store.mapping.raw_documents import decoded, undecoded
from app.store.readers.ledger.tail_sources import LAST_OF_REGISTERED, LINES, PUBLISHED, TailSource, published_lines
from app.store.writer.writer_registry import TRUSTED_MICROSECONDS

BATCH_LINES = 1_000  # of each source; some 10 ms to read and build
REPLY_OPERATIONS = 20  # at a time, because their size is not known before: of the largest documents 4 MB
# An entry carries the moment at which its transaction began, and is seen when it commits: the server ends a transaction
# after 60 s (transactionLifetimeLimitSeconds), and the clocks of writers may be another 60 s apart.
HORIZON_MICROSECONDS = 120 * MICROSECONDS_PER_SECOND
_AHEAD = (
    "The cursor is ahead of the ledger, which was restored from a backup since: compare what you have with the lists, "
    "and begin without one."
)
_MAX_WRITERS = 100_000  # more identities than a day of restarts makes; they fit into one reply


class MongoTail:
    """LedgerTail over MongoDB."""

    def __init__(
        self,
        client: Client,
        database: Database,
        *,
        clock: Clock,
        batch_lines: int = BATCH_LINES,
        batch_document_lines: int = BATCH_LINES,
    ) -> None:
        self._client = client
        self._database = database
        self._writers = database[names.WRITERS]
        self._clock = clock
        self._limits = {LINES: batch_lines, PUBLISHED: batch_document_lines}
        self._restored: Restored | None = None
        self._has_read_restored = False

    @raises_unavailable
    async def now(self) -> LedgerOffset:
        base = horizon(self._clock())
        last = await self._last_moments(names.WRITERS, LAST_OF_REGISTERED)
        return LedgerOffset(base=base, reached={writer: moment for writer, moment in last.items() if moment >= base})

    @raises_unavailable
    async def read(self, after: LedgerOffset) -> LedgerBatch:
        base = horizon(self._clock())
        older = await self.writers_since(after) if base - after.base > TRUSTED_MICROSECONDS else set()
        async with snapshot(self._client) as session:
            # In the snapshot, because files are noted before their lines go: what is not noted is all in it.
            if self._may_be_archived(after) and after.base < await archived_until(self._database, session=session):
                raise BadArgument(
                    "The cursor is older than the ledger: lines after it were archived. Begin without one."
                )
            entries = self._writers.find({}, {"_id": 1}, session=session, batch_size=_MAX_WRITERS)
            unnamed = older | {entry["_id"] for entry in await entries.to_list(None)} - after.reached.keys()
            lines = await self._lines(after, unnamed, session=session)
            published = await self._published(after, unnamed, session=session)
        return _batch(after, lines, published, base=base)

    @raises_unavailable
    async def check(self, offset: LedgerOffset) -> None:
        if self._may_be_archived(offset):
            return  # which a read finds out
        named = {writer: moment for writer, moment in offset.reached.items() if moment >= offset.base}
        if not named and await self._has_lost(Moment(offset.base + HORIZON_MICROSECONDS)):
            raise BadArgument(_AHEAD)
        for tail_source in self._limits:
            if not named:
                return
            where = [{"writer": writer, tail_source.moment: moment} for writer, moment in named.items()]
            # A server that has just been elected may show less to others, and one that no longer leads has less.
            collection = self._database[tail_source.collection].with_options(read_concern=ReadConcern("linearizable"))
            found = collection.find(
                {"$or": where}, {"_id": 0, "writer": 1}, hint="in_order_of_writer", batch_size=len(where) + 1
            )
            for entry in await found.to_list(None):
                named.pop(entry["writer"], None)
        if named:
            raise BadArgument(_AHEAD)

    async def _has_lost(self, given_at: Moment) -> bool:
        """Return whether the ledger may have lost what it had at a moment. No process outlives a rebuild."""
        if not self._has_read_restored:
            self._restored, self._has_read_restored = await last_restored(self._database), True
        return self._restored is not None and self._restored.has_lost(given_at)

    def _may_be_archived(self, offset: LedgerOffset) -> bool:
        return horizon(self._clock()) - offset.base > MIN_AGE_DAYS * MICROSECONDS_PER_DAY

    async def _lines(self, after: LedgerOffset, unnamed: set[str], *, session: Session) -> "_Found":
        limit = self._limits[LINES]
        if not (where := conditions_behind(LINES, after, unnamed)):
            return _Found([], is_cut=False)
        found = await self._next(LINES, where, reply=limit + 1, session=session).to_list(None)
        return _Found(found, is_cut=len(found) == limit)

    async def _published(self, after: LedgerOffset, unnamed: set[str], *, session: Session) -> "_Found":
        """Read operations until they have as many lines together as a batch may: some have thousands of their own."""
        if not (where := conditions_behind(PUBLISHED, after, unnamed)):
            return _Found([], is_cut=False)
        cursor = self._next(PUBLISHED, where, reply=REPLY_OPERATIONS, session=session)
        found: list[BsonDocument] = []
        left = self._limits[PUBLISHED]
        while left > 0 and (reply := await cursor.to_list(REPLY_OPERATIONS)):
            for operation in map(decoded, reply):
                found.append(operation)
                left -= published_lines(operation)
                if left <= 0:
                    break
        await cursor.close()
        return _Found(found, is_cut=left <= 0)

    def _next(
        self, tail_source: TailSource, where: list[BsonDocument], *, reply: int, session: Session
    ) -> AsyncCursor[BsonDocument]:
        collection = self._database[tail_source.collection]
        return (undecoded(collection) if tail_source is PUBLISHED else collection).find(
            {"$or": where},
            sort=[(tail_source.moment, 1)],  # entries of one moment are of different writers, in any order
            limit=self._limits[tail_source],
            batch_size=reply,
            hint="in_order_of_writer",  # merges the scans of writers; the planner would sometimes scan all entries
            session=session,
        )

    @raises_unavailable
    async def writers_since(self, offset: LedgerOffset) -> set[str]:
        """Return every writer with entries after an offset that is older than the registry."""
        last = [
            await self._last_moments(tail_source.collection, tail_source.last_of_all()) for tail_source in self._limits
        ]
        since = {writer for moments in last for writer, moment in moments.items() if moment >= offset.base}
        return since - offset.reached.keys()

    async def _last_moments(self, collection: str, pipeline: list[BsonDocument]) -> dict[str, Moment]:
        answer = await self._database.command(
            {
                "aggregate": collection,
                "pipeline": pipeline,
                "cursor": {"batchSize": _MAX_WRITERS},
                "readConcern": {"level": "snapshot"},
            }
        )
        last = {entry["_id"]: entry["last"] for entry in answer["cursor"]["firstBatch"]}
        return {writer: Moment(moment) for writer, moment in last.items() if moment is not None}


class _Found(NamedTuple):
    """The next entries of a source, in order, and whether a limit has cut off more."""

    entries: list[BsonDocument]
    is_cut: bool


def horizon(now: Moment) -> Moment:
    """Return the moment before which every entry can be seen."""
    return Moment(max(0, now - HORIZON_MICROSECONDS))


def conditions_behind(tail_source: TailSource, after: LedgerOffset, unnamed: set[str]) -> list[BsonDocument]:
    """Return conditions of which each entry behind the offset meets one."""
    where: list[BsonDocument] = [
        {"writer": writer, tail_source.moment: {"$gt": moment}} for writer, moment in after.reached.items()
    ]
    if unnamed:
        where.append({"writer": {"$in": sorted(unnamed)}, tail_source.moment: {"$gte": after.base}})
    return where


def _batch(after: LedgerOffset, lines: _Found, published: _Found, *, base: Moment) -> LedgerBatch:
    """Return the batch of the entries found, of both sources up to where the first was cut off."""
    found = {LINES: lines, PUBLISHED: published}
    cut = [each.entries[-1][tail_source.moment] for tail_source, each in found.items() if each.is_cut]
    end = min(cut, default=None)
    kept = {
        tail_source: [entry for entry in each.entries if end is None or entry[tail_source.moment] <= end]
        for tail_source, each in found.items()
    }
    reached = dict(after.reached)
    for tail_source, entries in kept.items():
        for entry in entries:
            reached[entry["writer"]] = max(Moment(entry[tail_source.moment]), reached.get(entry["writer"], NEVER))
    base = Moment(max(after.base, base if end is None else min(base, end)))
    return LedgerBatch(
        lines=tuple(map(movement_of, kept[LINES])),
        operations=tuple(map(operation_of, kept[PUBLISHED])),
        size=len(kept[LINES]) + sum(map(published_lines, kept[PUBLISHED])),
        offset=LedgerOffset(
            base=base, reached={writer: moment for writer, moment in reached.items() if moment >= base}
        ),
        is_complete=end is None,
    )
