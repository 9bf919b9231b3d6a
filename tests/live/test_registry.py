"""Who writes is known by the time the first line can be seen."""

from app.store.driver.client import Database, transaction
from app.store.writer.writer_registry import RENEW_SECONDS, WriterRegistry
from tests.support.clock import StillClock
from tests.support.scene import TEA, an_adjustment, given_catalog, outcome_or_refusal
from tests.support.store import a_writer, mongo_store


class Seconds:
    """A clock that stands still."""

    now = 1_000.0

    def __call__(self) -> float:
        """Return the seconds."""
        return self.now


async def entries(database: Database) -> list[str]:
    """Return the registered writers."""
    return [entry["_id"] async for entry in database["writers"].find({})]


async def test_a_writer_is_registered_with_its_first_commit(database: Database) -> None:
    """An idle or refused writer has no entry; one that has committed has."""
    scene = mongo_store(database)
    await given_catalog(scene, TEA)
    before = await entries(database)
    writer = a_writer(database, clock=StillClock())
    await outcome_or_refusal(writer.run(an_adjustment(TEA, -1, idempotency_key="refused")))
    assert await entries(database) == before
    await writer.run(an_adjustment(TEA, 1, idempotency_key="accepted"))
    assert set(await entries(database)) == {*before, writer.identity}


async def test_an_entry_lives_and_dies_with_its_transaction(database: Database) -> None:
    """What is rolled back was not registered, and is registered with the next attempt."""
    registry = WriterRegistry(database, seconds=Seconds())
    async with transaction(database.client) as session:
        await registry.enter("a", session=session)
    assert await entries(database) == []
    async with transaction(database.client) as session:
        await registry.enter("a", session=session)
        await session.commit_transaction()
        registry.confirm("a")
    assert await entries(database) == ["a"]


async def test_an_active_writer_renews_its_entry(database: Database) -> None:
    """An entry is written again after an hour, for another identity, and when the clock was set back."""
    clock = Seconds()
    registry = WriterRegistry(database, seconds=clock)

    async def commit(writer: str) -> list[str]:
        await database["writers"].delete_many({})
        async with transaction(database.client) as session:
            await registry.enter(writer, session=session)
            await session.commit_transaction()
            registry.confirm(writer)
        return await entries(database)

    assert await commit("a") == ["a"]
    assert await commit("a") == []
    clock.now += RENEW_SECONDS
    assert await commit("a") == ["a"]
    assert await commit("b") == ["b"]
    clock.now -= 1
    assert await commit("b") == ["b"]


async def test_the_database_forgets_entries_after_a_day(database: Database) -> None:
    """The server itself removes what nobody renews."""
    indexes = await database["writers"].index_information()
    assert indexes["forgotten"]["expireAfterSeconds"] == 86_400
