"""What a read answers when MongoDB takes too long or fails: its own fail points make it so."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from app.domain.failures import Unavailable
from app.domain.insight.ranking import RankingTooLarge
from app.domain.insight.window import Window
from app.domain.stock.summary import SummaryTooLarge
from app.services.filters import LevelFilter
from app.services.paging import PageRequest
from app.store.driver.client import Client, Database, close_client, open_client
from app.store.readers.insight.insight import MongoInsight
from app.store.readers.levels.levels import MongoLevels
from app.store.readers.levels.summary import MongoSummary
from app.store.single_reply import find_in_one
from tests.support.clock import START
from tests.support.database import drop, fresh_database
from tests.support.patience import patient_client
from tests.support.scene import TEA, given_level
from tests.support.servers import breakable_mongod, failing
from tests.support.store import mongo_store

WEEK = Window(START, 7)
SECONDS = 0.5
STALL_MS = 800  # longer than the reader waits
OUT_OF_TIME, SNAPSHOT_TOO_OLD = 50, 239  # mongod's error codes


@pytest.fixture(scope="module")
def breakable_url(servers_dir: Path) -> Iterator[str]:
    """Return the URL of a mongod that can be told to fail."""
    with breakable_mongod(servers_dir / "breakable-reads") as url:
        yield url


@pytest.fixture(scope="module")
async def control(breakable_url: str) -> AsyncIterator[Client]:
    """Return a client that tells the server how to fail, and is itself spared."""
    client = patient_client(breakable_url.replace("?", "?appName=control&"))
    yield client
    await close_client(client)


@pytest.fixture(scope="module")
async def stocked(breakable_url: str) -> AsyncIterator[Database]:
    """Return a database with one level of 3 units."""
    client = open_client(breakable_url)
    database = await fresh_database(client, "breakable_reads")
    store = mongo_store(database)
    await given_level(store, TEA, on_hand=3)
    await store.close()
    yield database
    await drop(database)
    await close_client(client)


@pytest.mark.parametrize("how", [{"errorCode": OUT_OF_TIME}, {"blockConnection": True, "blockTimeMS": STALL_MS}])
async def test_what_takes_too_long_is_to_be_narrowed(stocked: Database, control: Client, how: dict[str, int]) -> None:
    """Whether the server gives up or never answers; the next one is answered as ever."""
    reader = MongoSummary(stocked, seconds=SECONDS)
    async with failing(control, "aggregate", times=1, **how):
        with pytest.raises(SummaryTooLarge) as refusal:
            await reader.summary(LevelFilter(), as_of=START)
    assert str(refusal.value) == "The summary exceeds the limit of 0.5 s. Narrow the filter."
    assert (await MongoSummary(stocked).summary(LevelFilter(), as_of=START)).totals.on_hand == 3


async def test_any_other_failure_says_that_the_database_is_not_available(stocked: Database, control: Client) -> None:
    """A narrower filter would not help."""
    reader = MongoSummary(stocked, seconds=SECONDS)
    async with failing(control, "aggregate", times=1, errorCode=SNAPSHOT_TOO_OLD):
        with pytest.raises(Unavailable):
            await reader.summary(LevelFilter(), as_of=START)


async def test_a_connection_that_breaks_once_is_not_noticed(stocked: Database, control: Client) -> None:
    """A read is repeated, and so is that of a page."""
    async with failing(control, "aggregate", times=1, closeConnection=True):
        summary = await MongoSummary(stocked).summary(LevelFilter(), as_of=START)
    assert summary.totals.on_hand == 3
    async with failing(control, "find", times=1, closeConnection=True):
        page = await MongoLevels(stocked).levels(LevelFilter(), page=PageRequest())
    assert [level.on_hand for level in page.nodes] == [3]


async def test_what_one_reply_does_not_hold_is_read_on(stocked: Database) -> None:
    """A reply has at most 16 MB; the server keeps no cursor that nobody reads."""
    large = stocked["large"]
    await large.insert_many([{"_id": number, "text": "x" * 1_000_000} for number in range(20)])
    found = await find_in_one(large, {}, None, sort=[("_id", 1)], limit=20, hint=None)
    assert [document["_id"] for document in found] == list(range(20))
    status = await stocked.command("serverStatus")
    assert status["metrics"]["cursor"]["open"]["total"] == 0


@pytest.mark.parametrize("how", [{"errorCode": OUT_OF_TIME}, {"blockConnection": True, "blockTimeMS": STALL_MS}])
async def test_a_ranking_that_takes_too_long_is_to_be_narrowed(
    stocked: Database, control: Client, how: dict[str, int]
) -> None:
    """Whether the server gives up by itself or never answers; the next one is answered as ever."""
    reader = MongoInsight(stocked, seconds=SECONDS)
    async with failing(control, "aggregate", times=1, **how):
        with pytest.raises(RankingTooLarge) as refusal:
            await reader.sales_in(["MAIN"], window=WEEK)
    assert str(refusal.value) == "The ranking exceeds the limit of 0.5 s. Narrow the filter to fewer locations."
    assert (await reader.sales_in(["MAIN"], window=WEEK))[TEA].moved == 3


async def test_any_other_failure_of_a_ranking_is_not_said_to_be_its_size(stocked: Database, control: Client) -> None:
    """The database is not available then, for a page of levels, too."""
    reader = MongoInsight(stocked, seconds=SECONDS)
    for read in (reader.sums_at([TEA], window=WEEK), reader.sums_in(["MAIN"], window=WEEK)):
        async with failing(control, "aggregate", times=1, errorCode=SNAPSHOT_TOO_OLD):
            with pytest.raises(Unavailable):
                await read
