"""What waits in the database is counted in indexes alone, and no more of it than the bounds say."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from app.domain.time import Moment
from app.domain.webhooks.delivery import DeliveryState
from app.domain.webhooks.webhook import WebhookState
from app.store.driver.client import Database, close_client
from app.store.mapping import names
from app.store.queues.deliveries import MongoDeliveries
from app.store.readers.documents.backlog_counts import MongoBacklogCounter
from tests.support.clock import SECOND, START
from tests.support.database import drop, fresh_database
from tests.support.explain import Reads, listened_to, stages
from tests.support.webhooks import FAILED, a_delivery, dead, tried

WAITING, DEAD = 300, 40


@pytest.fixture(scope="module")
async def database(mongo_url: str, reads: Reads) -> AsyncIterator[Database]:
    """Return a database with deliveries that wait, the oldest made at the start, and some that are dead."""
    client = listened_to(mongo_url, reads)
    database = await fresh_database(client, "explained_backlog")
    made = [a_delivery(number, created_at=Moment(START + number * SECOND)) for number in range(WAITING + DEAD)]
    pending = [tried(each, [FAILED]) for each in made[:WAITING]]
    ended = [replace(dead(each), state=DeliveryState.DEAD) for each in made[WAITING:]]
    await MongoDeliveries(database).keep([*pending, *ended])
    yield database
    await drop(database)
    await close_client(client)


async def test_what_waits_is_counted_in_indexes(database: Database, reads: Reads) -> None:
    """Of deliveries only the oldest is read; a reservation that waits has an entry for each of its levels."""
    reads.sent.clear()
    counts = await MongoBacklogCounter(database).counts()
    assert counts.deliveries == {"PENDING": WAITING, "DEAD": DEAD}
    assert counts.oldest_delivery_at == START
    assert set(counts.alerts.values()) == {0}
    assert counts.reservations == 0
    assert len(reads.sent) == len(counts.alerts) + len(counts.deliveries) + 3
    for query in list(reads.sent):
        plan = await database.command("explain", query, verbosity="executionStats")
        assert not set(stages(plan)) & {"COLLSCAN", "SORT"}, query
        stats = plan.get("executionStats") or plan["stages"][0]["$cursor"]["executionStats"]
        assert stats["totalDocsExamined"] <= 1, query


async def test_what_waits_for_a_webhook_that_is_paused_is_of_any_age(database: Database) -> None:
    """The oldest is of those that are tried: a pause is no failure of a receiver."""
    webhooks = database[names.WEBHOOKS]
    [paused] = await database[names.DELIVERIES].distinct("webhook_id")
    stored = {"_id": paused, "state": WebhookState.PAUSED.value, "version": 1, "created_at": START, "changed_at": START}
    await webhooks.insert_one(stored)
    counts = await MongoBacklogCounter(database).counts()
    assert (counts.deliveries["PENDING"], counts.oldest_delivery_at) == (WAITING, None)
    await webhooks.update_one({"_id": paused}, {"$set": {"state": WebhookState.ACTIVE.value}})
    assert (await MongoBacklogCounter(database).counts()).oldest_delivery_at == START


async def test_counting_ends_at_its_bound(database: Database) -> None:
    """A backlog without end costs no more than one of the bound."""
    counts = await MongoBacklogCounter(database, limit=100).counts()
    assert counts.deliveries == {"PENDING": 100, "DEAD": DEAD}
