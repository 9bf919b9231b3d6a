"""The database itself refuses what breaks the rules, whoever writes it."""

from typing import Any

import pytest
from pymongo.errors import DuplicateKeyError, WriteError

from app.domain.limits import MAX_OVERSOLD, MAX_QUANTITY
from app.domain.stock.level import LevelKey
from app.store.database.collections import ensure_collections
from app.store.driver.client import Database
from app.store.mapping.ledger import movement_id
from app.store.mapping.levels import level_id
from tests.support.scene import TEA, adjust, given_level
from tests.support.store import mongo_store

FAILED_VALIDATION = 121
SOUND: dict[str, Any] = {
    "_id": level_id(LevelKey("CUP-1", "MAIN")),
    "sku": "CUP-1",
    "location": "MAIN",
    "on_hand": 5,
    "reserved": 2,
    "unavailable": 3,
    "incoming": 0,
    "reorder_point": 0,
    "status": "OUT",
    "version": 1,
    "changed_at": 1,
    "words": [],
    "is_item_archived": False,
}


@pytest.mark.parametrize(
    "change",
    [
        {"on_hand": -1},
        {"on_hand": -1, "shortfall": 6},
        {"on_hand": -2, "shortfall": 5, "oversold": 1},
        {"on_hand": -1, "shortfall": 4, "oversold": 1},
        {"on_hand": -MAX_OVERSOLD - 1, "shortfall": 5, "oversold": MAX_OVERSOLD + 1},
        {"on_hand": 4},
        {"on_hand": 3, "shortfall": 1},
        {"shortfall": -1},
        {"oversold": -1},
        {"on_hand": MAX_QUANTITY + 1},
        {"on_hand": 5.5},
        {"on_hand": "5"},
        {"on_hand": None},
        {"reserved": -1},
        {"reserved": 3},
        {"unavailable": -1},
        {"unavailable": 4},
        {"incoming": -1},
        {"reorder_point": -1},
        {"status": "FULL"},
        {"version": 0},
        {"sku": ""},
        {"location": ""},
    ],
)
async def test_a_level_that_breaks_the_rule_cannot_be_written(database: Database, change: dict[str, Any]) -> None:
    """Neither inserted nor changed into one."""
    levels = database["levels"]
    with pytest.raises(WriteError) as insertion:
        await levels.insert_one({**SOUND, **change})
    await levels.insert_one(dict(SOUND))
    with pytest.raises(WriteError) as update:
        await levels.update_one({"_id": SOUND["_id"]}, {"$set": change})
    assert [error.value.code for error in (insertion, update)] == [FAILED_VALIDATION, FAILED_VALIDATION]
    assert await levels.find_one({"_id": SOUND["_id"]}) == SOUND


@pytest.mark.parametrize("counts", [{"on_hand": 2, "shortfall": 3}, {"on_hand": -2, "shortfall": 5, "oversold": 2}])
async def test_a_level_below_what_it_promised_must_say_so(database: Database, counts: dict[str, int]) -> None:
    """Then it may be written, and no deeper by an increment alone."""
    levels = database["levels"]
    await levels.insert_one({**SOUND, **counts})
    with pytest.raises(WriteError):
        await levels.update_one({"_id": SOUND["_id"]}, {"$inc": {"on_hand": -1}})
    with pytest.raises(WriteError):
        await levels.update_one({"_id": SOUND["_id"]}, {"$inc": {"reserved": 1}})
    await levels.update_one({"_id": SOUND["_id"]}, {"$inc": {"on_hand": 1}})


@pytest.mark.parametrize("name", ["sku", "location", "on_hand", "reserved", "unavailable", "incoming", "version"])
async def test_a_level_without_a_count_cannot_be_written(database: Database, name: str) -> None:
    """What the rule speaks of must be there."""
    with pytest.raises(WriteError) as failure:
        await database["levels"].insert_one({field: value for field, value in SOUND.items() if field != name})
    assert failure.value.code == FAILED_VALIDATION


async def test_a_decrement_below_zero_is_refused_without_any_filter(database: Database) -> None:
    """Even an update that checks nothing cannot oversell."""
    store = mongo_store(database)
    await given_level(store, on_hand=5)
    with pytest.raises(WriteError) as failure:
        await database["levels"].update_one({"_id": level_id(TEA)}, {"$inc": {"on_hand": -6}})
    assert failure.value.code == FAILED_VALIDATION


@pytest.mark.parametrize("name", ["movements", "operations", "items", "locations"])
async def test_an_empty_document_belongs_nowhere(database: Database, name: str) -> None:
    """Every collection has its required fields."""
    with pytest.raises(WriteError) as failure:
        await database[name].insert_one({"_id": "x"})
    assert failure.value.code == FAILED_VALIDATION


async def test_the_ledger_has_one_line_per_version(database: Database) -> None:
    """A second line for a version is a duplicate key, whatever it says."""
    store = mongo_store(database)
    await given_level(store, on_hand=5)
    await adjust(store, TEA, -1)
    [line] = await database["movements"].find({"_id": movement_id(TEA, 2)}).to_list(None)
    with pytest.raises(DuplicateKeyError):
        await database["movements"].insert_one({**line, "writer": "another"})


async def test_the_rules_are_brought_up_to_date_at_every_start(database: Database) -> None:
    """A database from an earlier version gets the rules and the indexes of this one, and keeps its documents."""
    # given
    store = mongo_store(database)
    level = await given_level(store, on_hand=5)
    await database.command("collMod", "levels", validator={})
    await database["levels"].drop_index("by_status")
    # when
    await ensure_collections(database)
    # then
    with pytest.raises(WriteError):
        await database["levels"].insert_one({**SOUND, "on_hand": -1})
    assert "by_status" in await database["levels"].index_information()
    assert await store.level(TEA) == level
