"""Keeps the totals: applies what they do not have yet, batch by batch, and builds them from the levels at first.

Rule: a batch writes its sums, and how far they have come, in one transaction, if no other process has written since
they were read. So every change counts once, whatever is killed and however many processes keep the totals.
"""

import logging
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import NamedTuple

import pymongo
from pymongo import DeleteMany, UpdateOne
from pymongo.errors import DuplicateKeyError, PyMongoError

from app.domain.stock.kept_totals import ItemFacts
from app.domain.time import MICROSECONDS_PER_SECOND
from app.services.ports import Clock, Monotonic
from app.store.driver.client import Client, Database, Session, snapshot, transaction
from app.store.driver.failures import raises_unavailable
from app.store.mapping import names
from app.store.readers.ledger.ledger_tail import MongoTail, horizon
from app.store.totals.kept_documents import STATE, KeptState, state_document, state_of
from app.store.totals.pages import Pages
from app.store.totals.scan import next_locations, scan_levels
from app.store.totals.unapplied import Deltas, ReadLimits, Unapplied, read_unapplied
from app.store.writer.abandoned_transactions import end_abandoned_transactions
from app.store.writer.transient_errors import is_conflict
from app.store.writer.writer_registry import TRUSTED_MICROSECONDS

LIMITS = ReadLimits(lines=5_000, item_changes=500)  # at once; some 100 ms of this process
MAX_ITEMS_KNOWN = 200_000  # items whose facts are cached; 50 MB
MAX_ROWS = 300_000  # 200 MB of the process that keeps them: 100,000 combinations of location and category
SCAN_SECONDS = 100.0  # below the time after which a silent task is ended; 25,000,000 levels at one location
RENEW_MICROSECONDS = 3_600 * MICROSECONDS_PER_SECOND  # an older offset is renewed though nothing has changed
_FIRST_LOCATIONS = 16
_MOST_LOCATIONS = 1_024
_QUICK_SECONDS, _SLOW_SECONDS = 1.0, 4.0

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class _Kept:
    """The totals as this process has read or written them last, and the facts by which items count in them."""

    state: KeptState
    pages: Pages
    facts: dict[str, ItemFacts]


class _Built(NamedTuple):
    """Up to which location the totals are built, all where None; and the sums that this step adds for that."""

    to: str | None
    sums: Deltas


class MongoTotals:
    """TotalsKeeper over MongoDB."""

    def __init__(
        self,
        database: Database,
        *,
        tail: MongoTail,
        clock: Clock,
        limits: ReadLimits = LIMITS,
        max_rows: int = MAX_ROWS,
        monotonic: Monotonic = time.monotonic,
    ) -> None:
        self._client: Client = database.client
        self._database = database
        self._totals = database[names.TOTALS]
        self._tail = tail
        self._clock = clock
        self._limits = limits
        self._max_rows = max_rows
        self._monotonic = monotonic
        self._kept: _Kept | None = None
        self._locations_at_once = _FIRST_LOCATIONS

    @raises_unavailable
    async def step(self) -> bool:
        kept, self._kept = self._kept or await self._load(), None  # read again unless all of this succeeds
        state, base = kept.state, horizon(self._clock())
        age = base - state.offset.base
        older = await self._tail.writers_since(state.offset) if age > TRUSTED_MICROSECONDS else set[str]()
        async with snapshot(self._client) as session:
            found = await read_unapplied(
                self._database,
                state.offset,
                base=base,
                older=older,
                built_to=state.built_to,
                known=kept.facts,
                limits=self._limits,
                session=session,
            )
            built = _Built(state.built_to, {})
            if found.is_complete and state.built_to is not None and not state.is_too_large:
                built = await self._build_on(state.built_to, session=session)
        is_news = found.lines or found.item_changes or built.to != state.built_to or age > RENEW_MICROSECONDS
        if is_news and not await self._write(kept, found, built):
            return True
        self._kept = kept
        return not found.is_complete or (kept.state.built_to is not None and not kept.state.is_too_large)

    async def _load(self) -> _Kept:
        """Read the totals; begin with none where there are none."""
        while True:
            async with snapshot(self._client) as session:
                documents = await self._totals.find({}, session=session).to_list(None)
            for document in documents:
                if document["_id"] == STATE:
                    pages = Pages(page for page in documents if page is not document)
                    return _Kept(state_of(document), pages, {})
            begun = KeptState(number=0, offset=await self._tail.now(), built_to="")
            try:
                await self._totals.insert_one({"_id": STATE, **state_document(begun)})
            except DuplicateKeyError:
                continue  # another process has begun at the same moment

    async def _build_on(self, after: str, *, session: Session) -> _Built:
        """Add up the levels of the next locations, more at once while that is quick."""
        began = self._monotonic()
        with pymongo.timeout(SCAN_SECONDS):
            codes = await next_locations(self._database, after, limit=self._locations_at_once, session=session)
            sums = await scan_levels(self._database, codes, session=session) if codes else {}
        took = self._monotonic() - began
        if took < _QUICK_SECONDS:
            self._locations_at_once = min(2 * self._locations_at_once, _MOST_LOCATIONS)
        elif took > _SLOW_SECONDS:
            self._locations_at_once = max(self._locations_at_once // 2, 1)
        return _Built(codes[-1] if codes else None, sums)

    async def _write(self, kept: _Kept, found: Unapplied, built: _Built) -> bool:
        """Write what was found and built; return whether no other process has written meanwhile."""
        before = kept.state
        kept.state = replace(before, number=before.number + 1, offset=found.offset, built_to=built.to)
        pages: list[UpdateOne | DeleteMany] = [*kept.pages.add(found.deltas), *kept.pages.add(built.sums)]
        if is_too_large := kept.pages.rows > self._max_rows:
            kept.state = replace(kept.state, built_to="", is_too_large=True)
            kept.pages, pages = Pages(), [DeleteMany({"_id": {"$ne": STATE}})]
        try:
            if not await self._commit(before, kept.state, pages, found.item_changes):
                return False
        except PyMongoError as error:
            if is_conflict(error):  # with another keeper, or with what one left open that was killed
                with suppress(PyMongoError):
                    await end_abandoned_transactions(self._client)
            raise
        for sku in found.skus:
            kept.facts.pop(sku, None)
        if len(kept.facts) > MAX_ITEMS_KNOWN:
            kept.facts.clear()
        if is_too_large:
            logger.warning("There are too many locations and categories to keep totals of: summaries are counted.")
        elif before.built_to != built.to:
            _report(built.to, kept.pages)
        return True

    async def _commit(
        self,
        before: KeptState,
        after: KeptState,
        pages: Sequence[UpdateOne | DeleteMany],
        item_changes: Sequence[str],
    ) -> bool:
        """Write in one transaction; return False where the state is not that of before any more."""
        async with transaction(self._client) as session:
            ours = {"_id": STATE, "number": before.number}
            result = await self._totals.update_one(ours, {"$set": state_document(after)}, session=session)
            if not result.matched_count:
                return False
            if pages:
                await self._totals.bulk_write(pages, ordered=False, session=session)
            if item_changes:
                noted = {"_id": {"$in": list(item_changes)}}
                await self._database[names.ITEM_CHANGES].delete_many(noted, session=session)
            await session.commit_transaction()
            return True


def _report(built_to: str | None, pages: Pages) -> None:
    levels = pages.levels
    if built_to is None:
        logger.info("The totals of all %s levels are complete, and are kept from now on.", f"{levels:,}")
    else:
        logger.info("The totals have %s levels so far, those of locations up to %s.", f"{levels:,}", built_to)
