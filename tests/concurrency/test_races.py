"""Races: callers, writers and processes that want the same level, each with its exact winners."""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import tests
from app.domain.catalog.commands.upsert_item import ItemChange
from app.domain.errors import InsufficientStock
from app.domain.outcome import Outcome
from app.domain.stock.level import LevelKey
from app.domain.time import Moment
from app.services.filters import LevelFilter
from app.store.database.collections import ensure_collections
from app.store.driver.client import Client, Database
from tests.support.clock import SECOND, START, StillClock
from tests.support.database import drop
from tests.support.ledger import check_ledger
from tests.support.racer import SHARED_KEYS
from tests.support.scene import (
    TEA,
    adjust,
    given_catalog,
    given_item,
    given_level,
    given_location,
    outcome_or_refusal,
    refused,
    request_info,
)
from tests.support.store import Store, mongo_store

ROOT = Path(tests.__path__[0]).parent
PROCESSES = ("a", "b", "c")
CALLS = 60  # of each process
DEADLINE_SECONDS = 60


async def test_of_200_callers_for_50_units_the_first_50_win(store: Store) -> None:
    """One writer answers in the order of arrival, and no unit is sold twice."""
    # given
    await given_level(store, on_hand=50)
    # when
    results = await asyncio.gather(*(outcome_or_refusal(adjust(store, TEA, -1)) for _ in range(200)))
    # then
    assert [isinstance(result, Outcome) for result in results] == 50 * [True] + 150 * [False]
    shortage = InsufficientStock(sku="TEA-1", location="MAIN", requested=1, available=0, field=("delta",))
    assert {result.errors for result in results if not isinstance(result, Outcome)} == {(shortage,)}
    [level] = (await check_ledger(store)).levels
    assert (level.on_hand, level.version) == (0, 51)


async def test_two_writers_sell_exactly_what_there_is(database: Database) -> None:
    """Of 120 callers of two writers for 50 units exactly 50 win, whoever they ask."""
    # given
    one, other = mongo_store(database), mongo_store(database)
    await given_level(one, on_hand=50)
    # when
    results = await asyncio.gather(
        *(outcome_or_refusal(adjust(store, TEA, -1)) for _ in range(60) for store in (one, other))
    )
    # then
    assert sum(isinstance(result, Outcome) for result in results) == 50
    [level] = (await check_ledger(one)).levels
    assert (level.on_hand, level.version) == (0, 51)


async def test_three_processes_sell_exactly_what_there_is(mongo_url: str, database: Database) -> None:
    """Of 210 calls of three processes for 80 units exactly 80 win; a key that all of them use counts once."""
    # given
    store = mongo_store(database)
    await given_level(store, on_hand=80)
    command = [sys.executable, "-m", "tests.support.racer", mongo_url, database.name]
    processes = [
        await asyncio.create_subprocess_exec(*command, name, str(CALLS), stdin=PIPE, stdout=PIPE, cwd=ROOT)
        for name in PROCESSES
    ]
    # when
    async with asyncio.timeout(DEADLINE_SECONDS):
        for process in processes:
            assert process.stdout
            assert await process.stdout.readline() == b"ready\n"
        outputs = await asyncio.gather(*(process.communicate(b"go\n") for process in processes))
    # then
    reports = [json.loads(output) for output, _ in outputs]
    taken = [key for report in reports for key in report["taken"]]
    assert len(taken) == len(set(taken)) == 80
    assert sum(report["calls"] for report in reports) == 3 * (CALLS + SHARED_KEYS)
    for report in reports:
        assert all(key.startswith("shared-") and key in taken for key in report["repeated"])
    contents = await check_ledger(store)
    assert [(level.on_hand, level.version) for level in contents.levels] == [(0, 81)]
    assert {line.change.on_hand for line in contents.movements} == {80, -1}


async def test_two_writers_that_begin_one_level_begin_it_once(database: Database) -> None:
    """Whoever comes second adds to the level that the first began."""
    # given
    one, other = mongo_store(database), mongo_store(database)
    keys = [LevelKey("TEA-1", f"L{number}") for number in range(10)]
    await given_catalog(one, *keys)
    # when
    outcomes = await asyncio.gather(*(adjust(store, key, +5) for key in keys for store in (one, other)))
    # then
    assert all(not outcome.replayed for outcome in outcomes)
    contents = await check_ledger(one)
    assert [(level.on_hand, level.version) for level in contents.levels] == 10 * [(10, 2)]


async def test_two_writers_that_get_one_key_count_it_once(database: Database) -> None:
    """A partner that repeats a call at another server while the first is under way gets one result."""
    # given
    one, other = mongo_store(database), mongo_store(database)
    await given_level(one, on_hand=100)
    # when
    for number in range(10):
        outcomes = await asyncio.gather(
            *(adjust(store, TEA, -1, idempotency_key=f"k{number}") for store in (one, other))
        )
        # then
        assert sorted(outcome.replayed for outcome in outcomes) == [False, True]
        assert outcomes[0].movements == outcomes[1].movements
    [level] = (await check_ledger(one)).levels
    assert (level.on_hand, level.version) == (90, 11)


async def test_two_writers_that_get_one_key_for_the_catalog_count_it_once(database: Database) -> None:
    """Nor does the moment tell whose operation it is: both clocks may show the same, and no line names the writer."""
    # given
    one, other = mongo_store(database), mongo_store(database)
    for number in range(10):
        for store in (one, other):
            store.clock.move(seconds=1)
        # when
        outcomes = await asyncio.gather(
            *(
                store.shop.change_item(
                    ItemChange(sku="TEA-1", name=f"Tea {number}"), request=request_info(f"k{number}")
                )
                for store in (one, other)
            )
        )
        # then
        assert sorted(outcome.replayed for outcome in outcomes) == [False, True]
        assert outcomes[0].operation == outcomes[1].operation


async def test_two_writers_that_create_one_item_create_it_once(database: Database) -> None:
    """The later change is applied to the earlier one, and both are answered."""
    one, other = mongo_store(database), mongo_store(database)
    for number in range(10):
        sku = f"S-{number}"
        await asyncio.gather(*(given_item(store, sku, reorder_point=number) for store in (one, other)))
        assert [item.reorder_point for item in (await one.shop.items([sku])).values()] == [number]
    assert len((await one.contents()).operations) == 20


async def test_nothing_is_accepted_once_an_archive_is_acknowledged(database: Database) -> None:
    """Changes race with the archive of their item through another writer: each is counted, or refused as archived."""
    # given
    one, other = mongo_store(database), mongo_store(database)
    keys = [LevelKey("TEA-1", f"L{number}") for number in range(20)]
    await given_catalog(one, *keys)
    for key in keys[::2]:  # half of them exist already; the others would begin
        await adjust(one, key, +5)
    # when
    archive = asyncio.create_task(other.shop.archive_item("TEA-1", is_archived=True, request=request_info()))
    results = await asyncio.gather(*(outcome_or_refusal(adjust(one, key, +1)) for key in keys))
    await archive
    # then
    codes = {error.code.value for result in results if not isinstance(result, Outcome) for error in result.errors}
    assert codes <= {"ARCHIVED"}
    contents = await check_ledger(one)
    won = sum(isinstance(result, Outcome) for result in results)
    assert sum(level.on_hand for level in contents.levels) == 50 + won
    for store in (one, other):
        for key in keys:
            assert [error.code for error in await refused(store, adjust(store, key, +1))] == ["ARCHIVED"]


async def test_a_level_that_begins_while_its_item_is_renamed_has_the_new_words(database: Database) -> None:
    """Whatever the order, each level is found by the item's last name, and by no earlier one."""
    # given
    one, other = mongo_store(database), mongo_store(database)
    keys = [LevelKey("TEA-1", f"L{number}") for number in range(12)]
    await given_catalog(one, *keys)
    # when
    for number, key in enumerate(keys):
        await asyncio.gather(
            adjust(one, key, +1), given_item(other, "TEA-1", name=f"Name{number:02}"), adjust(one, keys[0], +1)
        )
        # then
        counts = [await one.stock.count_levels(LevelFilter(words=(f"name{known:02}",))) for known in range(number + 1)]
        assert counts == [*(number * [0]), number + 1]
    await check_ledger(one)


async def test_a_writer_whose_clock_is_behind_still_writes_later_moments(database: Database) -> None:
    """Moments of one level grow, whoever writes: another writer's clock an hour ahead is followed, not undercut."""
    # given
    ahead = mongo_store(database, clock=StillClock(Moment(START + 3_600 * SECOND)))
    behind = mongo_store(database)
    await given_level(behind, on_hand=10)
    # when
    for store in (ahead, behind, ahead, behind):
        await adjust(store, TEA, -1)
    # then
    moments = [line.recorded_at for line in await behind.movements(TEA)]
    assert moments == sorted(set(moments))
    assert moments[0] < START + SECOND < START + 3_600 * SECOND < moments[1]


async def test_five_processes_may_prepare_one_database_at_once(mongo_client: Client) -> None:
    """Every process of an installation does so when it starts; none of them fails."""
    database = mongo_client["prepared_by_five"]
    await asyncio.gather(*(ensure_collections(database) for _ in range(5)))
    await given_level(mongo_store(database), on_hand=1)
    await drop(database)


async def test_another_writer_refuses_an_archived_location_when_its_lease_ends(database: Database) -> None:
    """A writer goes by a location that it has read for a second at most; then it reads it again."""
    # given
    seconds = [0.0]
    one = mongo_store(database)
    other = mongo_store(database, monotonic=lambda: seconds[0])
    await given_level(one, on_hand=5)
    await given_location(one, "NORTH")
    await adjust(other, TEA, -1)
    # when
    await one.shop.archive_location("MAIN", is_archived=True, request=request_info())
    seconds[0] = 0.999
    await adjust(other, TEA, -1)
    seconds[0] = 1.0
    # then
    assert [error.code for error in await refused(other, adjust(other, TEA, +1))] == ["ARCHIVED"]
    assert [error.code for error in await refused(one, adjust(one, TEA, +1))] == ["ARCHIVED"]
