"""What items and levels keep of an item besides itself is brought up to date at start, whoever writes meanwhile."""

import asyncio
import re
from dataclasses import replace

import pytest

from app.bootstrap import prepare
from app.domain.catalog.catalog import Item
from app.domain.catalog.commands.upsert_item import ItemChange
from app.domain.money import Money
from app.domain.stock.level import LevelKey
from app.domain.time import Moment
from app.services.filters import ItemFilter, LevelFilter
from app.store.driver.client import BsonDocument, Database, Session, transaction
from app.store.mapping.catalog import (
    SEARCH_VERSION,
    item_document,
    item_fields_on_level,
    item_of,
    search_fields,
    stored_item_fields,
)
from app.store.mapping.names import UPGRADES
from tests.graphql.api import settings_of
from tests.support.migrations import SEARCH_FIELDS, migrate, step_through
from tests.support.scene import given_item, given_location, line, request_info
from tests.support.store import Store, mongo_store
from tests.support.waiting import eventually

CODES = ("EAST", "WEST")
DONE = [{"_id": name, "facts": SEARCH_VERSION, "after": None} for name in ("items", "levels")]


async def given_shop(store: Store, *, items: int) -> None:
    """Stock items of two categories, with a cost, at two locations."""
    skus = [f"S-{number:04}" for number in range(items)]
    await asyncio.gather(
        *(given_location(store, code) for code in CODES),
        *(
            store.shop.change_item(
                ItemChange(sku=sku, name=f"Jasmine {sku}", category="Odd" if number % 2 else "Even", tags=("new",)),
                request=request_info(),
            )
            for number, sku in enumerate(skus)
        ),
    )
    for code in CODES:
        for start in range(0, items, 500):
            lines = [line(LevelKey(sku, code), 3) for sku in skus[start : start + 500]]
            await store.stock.adjust_many(lines, is_atomic=True, request=request_info())


def former_words(sku: str, name: str) -> list[str]:
    """Return what the first version kept to find an item by."""
    text = f"{sku} {name}".casefold()
    return sorted({*(sku.casefold()[:length] for length in range(1, 13)), *text.split(), *re.findall(r"\w+", text)})


async def age(database: Database) -> None:
    """Write items and levels as the first version would have left them."""
    for document in await database["items"].find().to_list(None):
        sku, words = document["_id"], former_words(document["_id"], document["name"])
        gone = {"whole_words": "", "facts": ""}
        await database["items"].update_one({"_id": sku}, {"$set": {"words": words}, "$unset": gone})
        gone |= {"category": "", "unit_cost": ""}
        await database["levels"].update_many({"sku": sku}, {"$set": {"words": words}, "$unset": gone})


async def stale(database: Database) -> list[str]:
    """Return the ids of items and levels whose facts are not those of the item as it is."""
    items = {document["_id"]: document for document in await database["items"].find().to_list(None)}
    levels = await database["levels"].find().to_list(None)
    facts = {sku: item_fields_on_level(item_of(document)) for sku, document in items.items()}
    return [
        *(sku for sku, document in items.items() if not search_fields(item_of(document)).items() <= document.items()),
        *(level["_id"] for level in levels if not facts[level["sku"]].items() <= level.items()),
    ]


async def marks(database: Database) -> list[BsonDocument]:
    """Return how far each collection has been brought."""
    collections = {"_id": {"$in": ["items", "levels"]}}
    return await database[UPGRADES].find(collections, {"facts": 1, "after": 1}, sort=[("_id", 1)]).to_list(None)


async def test_what_an_earlier_version_wrote_is_found_afterwards(database: Database) -> None:
    """By every filter; nothing else of it changes, and the operator is told how much it was."""
    # given
    store = mongo_store(database)
    await given_shop(store, items=20)
    before = await store.contents()
    await age(database)
    assert len(await stale(database)) == 20 + 40
    assert await store.stock.count_levels(LevelFilter(category="Odd")) == 0
    # when
    said = await migrate(database, *SEARCH_FIELDS)
    # then
    assert await stale(database) == []
    assert await store.contents() == before
    assert await store.stock.count_levels(LevelFilter(category="Odd", tags=("new",), words=("jasmi",))) == 20
    assert await store.shop.count_items(ItemFilter(is_archived=False)) == 20
    assert said == ["Search: 20 items brought up to date", "Search: 40 levels brought up to date"]
    assert await marks(database) == DONE


async def test_an_empty_database_needs_nothing(database: Database) -> None:
    """And is never looked at again."""
    assert (await migrate(database, *SEARCH_FIELDS), await marks(database)) == ([], DONE)


async def test_it_is_done_once(database: Database) -> None:
    """What is marked as done is not looked at; by a later version it is."""
    # given
    store = mongo_store(database)
    await given_shop(store, items=3)
    await migrate(database, *SEARCH_FIELDS)
    await age(database)
    # when
    said = await migrate(database, *SEARCH_FIELDS)
    # then
    assert (len(await stale(database)), said) == (3 + 6, [])
    # when
    await database[UPGRADES].update_many({}, {"$set": {"facts": SEARCH_VERSION - 1}})
    said = await migrate(database, *SEARCH_FIELDS)
    # then
    assert (await stale(database), len(said)) == ([], 2)


async def test_what_was_interrupted_goes_on_where_it_stood(database: Database) -> None:
    """Behind the mark; what lies before it is not looked at again."""
    # given
    store = mongo_store(database)
    await given_shop(store, items=4)
    await age(database)
    await database[UPGRADES].insert_one({"_id": "items", "facts": SEARCH_VERSION, "after": "S-0001"})
    await database[UPGRADES].insert_one({"_id": "levels", "facts": SEARCH_VERSION, "after": "WEST/S-0002"})
    # when
    await migrate(database, *SEARCH_FIELDS)
    # then
    assert await stale(database) == [
        *("S-0000", "S-0001"),
        *(f"{code}/S-000{number}" for code in CODES for number in range(4) if (code, number) != ("WEST", 3)),
    ]
    assert await marks(database) == DONE


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> int:
    """Return how many documents are rewritten at once: few, so that a small shop has several pages."""
    monkeypatch.setattr("app.store.migrations.search_fields.PAGE", 50)
    return 50


async def test_a_start_that_is_broken_off_is_completed_by_the_next(database: Database, page: int) -> None:
    """However far it came: several pages, broken off after the first."""
    # given
    await given_shop(mongo_store(database), items=2 * page + 1)
    await age(database)
    # when
    broken = asyncio.create_task(migrate(database, *SEARCH_FIELDS))
    await eventually(lambda: _is_marked(database))
    broken.cancel()
    await asyncio.wait([broken])
    await migrate(database, *SEARCH_FIELDS)
    # then
    assert (await stale(database), await marks(database)) == ([], DONE)


async def _is_marked(database: Database) -> bool:
    return await database[UPGRADES].count_documents({}) > 0


async def test_processes_may_do_it_at_once(database: Database, page: int) -> None:
    """As those of an installation that start together."""
    await given_shop(mongo_store(database), items=page + 1)
    await age(database)
    await asyncio.gather(*(step_through(database, each) for each in SEARCH_FIELDS for _ in range(3)))
    assert [name for name in await stale(database) if "/" not in name] == []
    await asyncio.gather(*(migrate(database, *SEARCH_FIELDS, holder=holder) for holder in "abc"))
    assert (await stale(database), await marks(database)) == ([], DONE)


@pytest.mark.parametrize("collection", ["items", "levels"])
@pytest.mark.parametrize("is_first_version", [False, True])
async def test_a_change_of_the_item_meanwhile_is_not_undone(
    database: Database, collection: str, is_first_version: bool
) -> None:
    """A change that is committed between our read and our write stays, whatever version of the server made it."""
    # given
    await given_shop(mongo_store(database), items=3)
    await age(database)
    if collection == "levels":
        await database[UPGRADES].insert_one(DONE[0])
    item = replace(item_of(await database["items"].find_one({"_id": "S-0001"}) or {}), name="Other", is_archived=True)
    # when
    async with transaction(database.client) as session:
        await put(database, item, is_first_version=is_first_version, session=session)
        refreshing = asyncio.create_task(migrate(database, *SEARCH_FIELDS))
        await eventually(lambda: _waits_to_write(database, collection))
        await session.commit_transaction()
    await refreshing
    # then
    assert await marks(database) == DONE
    looked_at = [name for name in await stale(database) if collection == "items" or "/" in name]
    assert looked_at == []


async def put(database: Database, item: Item, *, is_first_version: bool, session: Session) -> None:
    """Write a changed item, and what its levels repeat of it, as a process of this version or of the first does."""
    changed, facts = item_document(item), item_fields_on_level(item)
    if is_first_version:
        words = former_words(item.sku, item.name)
        changed = {"name": item.name, "is_archived": item.is_archived, "words": words}
        facts = {"words": words, "is_item_archived": item.is_archived}
    moved = {"$set": {**changed, "updated_at": item.updated_at + 1}}
    await database["items"].update_one({"_id": item.sku}, moved, session=session)
    await database["levels"].update_many({"sku": item.sku}, {"$set": facts}, session=session)


async def _waits_to_write(database: Database, collection: str) -> bool:
    """Tell whether someone waits for the open transaction, to write to the collection."""
    asked = {"currentOp": 1, "ns": f"{database.name}.{collection}", "command.update": collection, "active": True}
    found = await database.client.admin.command(asked)
    updates = {"currentOp": 1, "ns": f"{database.name}.{collection}", "op": "update", "active": True}
    return bool(found["inprog"] or (await database.client.admin.command(updates))["inprog"])


async def test_the_index_of_categories_is_dropped(database: Database) -> None:
    """Their entries stand among those of words now."""
    await given_item(mongo_store(database), "S-0001")
    await database["items"].create_index([("category", 1), ("_id", 1)], name="by_category")
    await migrate(database, *SEARCH_FIELDS)
    assert set(await database["items"].index_information()) == {
        "_id_",
        "by_alike",
        "by_word",
        "by_name",
        "by_word_named",
        "uncomposed",
    }


async def test_every_start_brings_the_database_up_to_date(database: Database, mongo_url: str, redis_url: str) -> None:
    """Before anything is served, with a line for the operator."""
    # given
    said = list[str]()
    await given_shop(mongo_store(database), items=2)
    await age(database)
    # when
    await prepare(settings_of(mongo_url, redis_url, database.name), report=said.append)
    # then
    assert await stale(database) == []
    assert said == ["Search: 2 items brought up to date", "Search: 4 levels brought up to date"]


def test_facts_of_another_content_are_of_another_version() -> None:
    """Whoever changes what is kept raises SEARCH_VERSION, and then the number and the content here."""
    item = item_of(
        {
            "_id": "AB-1",
            "name": "Earl-Grey tea",
            "category": "Tea",
            "tags": ["new"],
            "barcodes": ["4006"],
            "unit_cost": Money(12_300),
            "reorder_point": 5,
            "is_archived": False,
            "created_at": Moment(1),
            "updated_at": Moment(2),
        }
    )
    assert (SEARCH_VERSION, item_fields_on_level(item)) == (
        3,
        {
            "words": [
                *("1", "400", "BARCODE:4006", "CATEGORY:tea", "OPEN", "TAG:new", "a", "ab", "ab1", "ear", "earlg"),
                *("earlgrey", "gre", "tea"),
            ],
            "whole_words": ["4006", "earlgrey", "grey"],
            "facts": 3,
            "is_item_archived": False,
            "category": "Tea",
            "unit_cost": 12_300,
        },
    )


def test_a_new_level_has_the_fields_that_its_item_is_stored_with() -> None:
    """Those of an item as an earlier version stored it are made anew."""
    item = Item(sku="AB-1", name="Tea", category="Tea", unit_cost=Money(3), created_at=Moment(1), updated_at=Moment(2))
    for each in (item, replace(item, is_archived=True, unit_cost=None, barcodes=("4006381333931",))):
        assert stored_item_fields(item_document(each)) == item_fields_on_level(each)
    assert stored_item_fields({**item_document(item), "facts": SEARCH_VERSION - 1}) is None
    assert stored_item_fields({"_id": "AB-1", "name": "Tea", "is_archived": False}) is None
