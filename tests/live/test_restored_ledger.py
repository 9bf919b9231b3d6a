"""A cursor that was given by a ledger which is lost is refused by the one that was restored in its place."""

import time
from collections.abc import Mapping

import pytest

from app.domain.failures import BadArgument
from app.domain.time import MICROSECONDS_PER_SECOND, Moment
from app.services.live.ledger_offset import LedgerOffset
from app.store.database.restored import last_restored, note_restored
from app.store.driver.client import Database, transaction
from app.store.mapping import names
from app.store.readers.ledger.ledger_tail import HORIZON_MICROSECONDS, MongoTail
from tests.reconciliation.books import given_books
from tests.support.clock import StillClock
from tests.support.store import mongo_store


async def test_cursors_name_what_the_ledger_has(database: Database) -> None:
    """Its own lines and operations are known, whatever came after them; a later moment of any writer is not."""
    clock = StillClock()
    store = mongo_store(database, clock=clock)
    await given_books(store)
    await store.close()
    tail = MongoTail(database.client, database, clock=clock)
    lines = await database["movements"].find({}).to_list(None)
    own = await database["operations"].find({names.PUBLISHED_AT: {"$gt": 0}}).to_list(None)
    entries = [
        *((each["writer"], each["recorded_at"]) for each in lines),
        *((each["writer"], each[names.PUBLISHED_AT]) for each in own),
    ]
    base = min(moment for _, moment in entries)

    async def check(reached: Mapping[str, int]) -> None:
        await tail.check(LedgerOffset(base=base, reached={writer: Moment(at) for writer, at in reached.items()}))

    assert len(own) > 3
    await tail.check(await tail.now())
    for writer, moment in entries:
        await check({writer: moment})
    writer, last = max(entries, key=lambda entry: entry[1])
    for ahead in ({writer: last + 1}, {"gone": last}, {writer: last, "gone": last}):
        with pytest.raises(BadArgument, match="ahead of the ledger"):
            await check(ahead)
    await check({"gone": base - 1})  # which stands for nothing: all before the base is passed


async def test_cursors_that_name_nothing_are_known_by_when_they_were_given(database: Database) -> None:
    """Those from between the backup and the end of the rebuild may know what is lost; all others are good."""
    now = Moment(time.time_ns() // 1_000)
    as_of = Moment(now - 3_600 * MICROSECONDS_PER_SECOND)

    async def check(given_at: int) -> None:
        tail = MongoTail(database.client, database, clock=StillClock(now))  # of a server that started since
        await tail.check(LedgerOffset(base=Moment(given_at - HORIZON_MICROSECONDS), reached={}))

    await check(as_of + 1)  # where nothing was restored
    async with transaction(database.client) as session:
        await note_restored(database, as_of=as_of, session=session)
        await session.commit_transaction()
    restored = await last_restored(database)
    assert restored
    for good in (as_of, restored.at, restored.at + 1):
        await check(good)
    for lost in (as_of + 1, restored.at - 1):
        with pytest.raises(BadArgument, match="ahead of the ledger"):
            await check(lost)
