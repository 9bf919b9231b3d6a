"""The database's clock, against a real server."""

from datetime import UTC

from pymongo import AsyncMongoClient

from app.domain.time import MICROSECONDS_PER_SECOND, Moment, moment_of
from app.store.database.clock import DatabaseClock
from app.store.driver.client import Database, close_client, open_client

HOUR = 3_600 * MICROSECONDS_PER_SECOND
NOWHERE = "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=50"


async def server_time(database: Database) -> Moment:
    """Return the server's time, to the millisecond that has begun."""
    return moment_of((await database.client.admin.command("hello"))["localTime"].replace(tzinfo=UTC))


async def test_a_machine_whose_time_is_wrong_goes_by_the_server(database: Database) -> None:
    """An hour late before the first look, and between two moments of the server after it."""

    def an_hour_late() -> int:
        return (reference - HOUR) * 1_000

    reference = await server_time(database)
    clock = DatabaseClock(database.client, time_of_day=an_hour_late)
    assert clock() < reference - HOUR + 60 * MICROSECONDS_PER_SECOND
    async with clock:
        before = await server_time(database)
        shown = clock()
        after = await server_time(database)
    tolerance = MICROSECONDS_PER_SECOND  # of a look that the machine held up; the hour is what matters
    assert before - tolerance <= shown <= after + tolerance


async def test_the_clock_never_stands_still(database: Database) -> None:
    """It goes on between two looks, by this machine's monotonic clock."""
    async with DatabaseClock(database.client) as clock:
        first = clock()
        while clock() == first:
            await server_time(database)
        assert clock() > first


async def test_without_an_answer_the_machine_s_own_time_counts() -> None:
    """A server that is away keeps nobody from starting."""
    client = open_client(NOWHERE)
    assert isinstance(client, AsyncMongoClient)
    async with DatabaseClock(client, time_of_day=lambda: 5 * HOUR * 1_000) as clock:
        assert 5 * HOUR <= clock() < 6 * HOUR
    await close_client(client)
