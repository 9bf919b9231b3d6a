"""Leases: one holder at a time by the database's clock, whoever asks, and the next one once it has run out."""

import asyncio

import pytest
from pymongo import AsyncMongoClient
from pymongo.errors import OperationFailure

from app.domain.failures import Unavailable
from app.store.driver.client import BsonDocument, Database
from app.store.lease import MongoLease
from app.store.mapping.names import LEASES
from tests.support.waiting import eventually

FOR_EVER = 3_600
NOWHERE = "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=50"


def a_lease(database: Database, holder: str, *, seconds: float = FOR_EVER) -> MongoLease:
    """Return the leases of one process."""
    return MongoLease(database, holder=holder, seconds=seconds)


async def run_out(database: Database, name: str = "work") -> None:
    """Let a lease be over, as the time would."""
    update = [{"$set": {"until": {"$subtract": ["$$NOW", 1]}}}]
    await database[LEASES].update_one({"_id": name}, update)


async def test_one_of_two_holds_it_and_may_go_on_holding_it(database: Database) -> None:
    """The other is told so each time that it asks; nothing changes by asking."""
    one, other = a_lease(database, "one"), a_lease(database, "other")
    assert [await one.hold("work"), await other.hold("work")] == [1, None]
    before = await database[LEASES].find_one({"_id": "work"})
    assert await other.hold("work") is None
    assert await database[LEASES].find_one({"_id": "work"}) == before
    assert await one.hold("work") == 1


async def test_each_name_is_a_lease_of_its_own(database: Database) -> None:
    """Two processes may share the work."""
    one, other = a_lease(database, "one"), a_lease(database, "other")
    assert [await one.hold("a"), await other.hold("b"), await one.hold("b")] == [1, 1, None]


async def test_a_holder_that_died_is_replaced_once_its_time_is_over(database: Database) -> None:
    """It says nothing more; the next one has a later term, by which it knows the old holder's work from its own."""
    one, other = a_lease(database, "one", seconds=0.2), a_lease(database, "other")
    assert await one.hold("work") == 1
    terms: list[int | None] = []

    async def has_taken_over() -> bool:
        terms.append(await other.hold("work"))
        return terms[-1] is not None

    await eventually(has_taken_over)
    assert terms == [*[None] * (len(terms) - 1), 2]
    assert await one.hold("work") is None


async def test_a_holder_that_was_only_slow_goes_on_if_nobody_came(database: Database) -> None:
    """Its term is the same: nobody has done anything meanwhile."""
    one = a_lease(database, "one")
    await one.hold("work")
    await run_out(database)
    assert await one.hold("work") == 1


async def test_a_lease_that_is_given_back_is_free_at_once(database: Database) -> None:
    """For the former holder, too; one that is not ours is not given back."""
    one, other = a_lease(database, "one"), a_lease(database, "other")
    await one.hold("work")
    await other.release("work")
    assert await other.hold("work") is None
    await one.release("work")
    assert await other.hold("work") == 2
    assert await one.hold("work") is None


@pytest.mark.parametrize("ends", [False, True])
async def test_of_many_that_ask_at_once_one_gets_it(database: Database, *, ends: bool) -> None:
    """Whether it is the first lease of its name or one that has run out."""
    if ends:
        await a_lease(database, "dead").hold("work")
        await run_out(database)
    leases = [a_lease(database, f"process {number}") for number in range(20)]
    terms = await asyncio.gather(*(lease.hold("work") for lease in leases))
    assert sorted(term for term in terms if term is not None) == [2 if ends else 1]


async def test_the_databases_clock_dates_it(database: Database) -> None:
    """It ends as many seconds later as was asked for."""
    lease = a_lease(database, "$holder", seconds=40)  # a name that would be a field, if it were not taken literally
    await lease.hold("work")
    [kept] = await (
        await database[LEASES].aggregate(
            [{"$project": {"holder": 1, "left": {"$subtract": ["$until", "$$NOW"]}, "term": 1}}]
        )
    ).to_list(None)
    assert kept["holder"] == "$holder"
    assert 0 < kept["left"] <= 40_000


async def test_a_database_that_is_away_is_said_to_be() -> None:
    """Nobody knows then who holds it."""
    async with AsyncMongoClient[BsonDocument](NOWHERE) as client:
        with pytest.raises(Unavailable):
            await a_lease(client["nowhere"], "one").hold("work")


async def test_a_lease_has_a_holder_an_end_and_a_term(database: Database) -> None:
    """The database itself refuses any other."""
    with pytest.raises(OperationFailure):
        await database[LEASES].insert_one({"_id": "work", "holder": "one"})
