"""What is recorded twice is proven to agree: each way to differ is found, and what is derived can be rebuilt."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import pytest

from app.domain.catalog.commands.upsert_item import ItemChange
from app.domain.stock.level import LevelKey
from app.services.reconciliation.ports import BooksFilter
from app.store.driver.client import BsonDocument, Client, Database
from app.store.readers.reconciliation.books import MongoBooks
from tests.reconciliation.books import given_books, reconciled
from tests.support.database import drop, fresh_database
from tests.support.reservations import a_line, given_reservation
from tests.support.scene import CUP, TEA, TEA_NORTH, adjust, given_level, line, request_info
from tests.support.store import Store, mongo_store
from tests.support.totals import a_keeper, keep

TEA_ID = {"_id": "MAIN/TEA-1"}
CUP_ID = {"_id": "MAIN/CUP-1"}
FIRST_LINE = {"_id": "MAIN/TEA-1#1"}
ORDER_OF_TEA = {"lines.sku": "TEA-1", "state": "DRAFT"}
HOLDS_TEA = {"skus": "TEA-1"}
THREE = {"onHand": 3}

# What is changed behind the server's back: collection, record, update; then each difference that is found.
NOT_DERIVED: dict[str, tuple[str, BsonDocument, BsonDocument | None, list[tuple[str, str, str]]]] = {
    "a count": (
        "levels",
        TEA_ID,
        {"$inc": {"on_hand": 1}},
        [("LEDGER", "TEA-1 at MAIN", "on_hand")],
    ),
    "a setting": (
        "levels",
        TEA_ID,
        {"$set": {"backorder_limit": 3}},
        [("LEDGER", "TEA-1 at MAIN", "backorder_limit")],
    ),
    "a policy": (
        "levels",
        TEA_ID,
        {"$set": {"policy.target_level": 91}},
        [("LEDGER", "TEA-1 at MAIN", "policy")],
    ),
    "when it changed": (
        "levels",
        TEA_ID,
        {"$inc": {"changed_at": 1}},
        [("LEDGER", "TEA-1 at MAIN", "changed_at")],
    ),
    "a line that is gone": (
        "movements",
        {"_id": "MAIN/TEA-1#2"},
        None,
        [("LEDGER", "TEA-1 at MAIN", "lines")],
    ),
    "the first line": (
        "movements",
        FIRST_LINE,
        None,
        [
            ("LEDGER", "TEA-1 at MAIN", "lines"),
            ("LEDGER", "TEA-1 at MAIN", "first version"),
            ("LEDGER", "TEA-1 at MAIN", "on_hand"),
        ],
    ),
    "what a line changed": (
        "movements",
        FIRST_LINE,
        {"$inc": {"change.on_hand": 1}},
        [("LEDGER", "TEA-1 at MAIN", "on_hand")],
    ),
    "what a line left": (
        "movements",
        FIRST_LINE,
        {"$inc": {"after.on_hand": 1}},
        [("LEDGER", "TEA-1 at MAIN", "on_hand after all lines, added up")],
    ),
    "a line's place": (
        "movements",
        FIRST_LINE,
        {"$set": {"version": 2}},
        [
            ("LEDGER", "TEA-1 at MAIN", "first version"),
            ("LEDGER", "TEA-1 at MAIN", "lines under the key of another"),
        ],
    ),
    "a level that is gone": (
        "levels",
        CUP_ID,
        None,
        [
            ("LEDGER", "CUP-1 at MAIN", "record"),
            ("DOCUMENTS", "reservation", "level of CUP-1 at MAIN"),
            ("DOCUMENTS", "purchase order", "level of CUP-1 at MAIN"),
        ],
    ),
    "a record that is no level": (
        "levels",
        CUP_ID,
        {"$set": {"policy": {"method": "MAGIC"}}},
        [("LEDGER", "CUP-1 at MAIN", "record")],
    ),
    "held units": (
        "reservations",
        HOLDS_TEA,
        {"$set": {"holds.0.held": 2}},
        [("RESERVATIONS", "TEA-1 at MAIN", "reserved")],
    ),
    "waiting units": (
        "reservations",
        {"skus": "CUP-1"},
        {"$inc": {"holds.$[each].waiting": 1}},
        [("RESERVATIONS", "CUP-1 at MAIN", "backordered")],
    ),
    "units on an order": (
        "purchase_orders",
        {"state": "SUBMITTED"},
        {"$inc": {"lines.0.quantity": 1}},
        [("ON_ORDER", "CUP-1 at MAIN", "incoming")],
    ),
    "units on a draft": (
        "purchase_orders",
        ORDER_OF_TEA,
        {"$inc": {"lines.0.quantity": 1}},
        [("ON_ORDER", "TEA-1 at MAIN", "planned")],
    ),
    "units on their way": (
        "transfers",
        {},
        {"$set": {"lines.0.received": 1}},
        [("ON_ORDER", "TEA-1 at NORTH", "incoming")],
    ),
    "pledged units": (
        "transfers",
        {},
        {"$set": {"state": "DRAFT", "is_proposal": True, "lines.0.shipped": 0}},
        [
            ("ON_ORDER", "TEA-1 at MAIN", "pledged"),
            ("ON_ORDER", "TEA-1 at NORTH", "incoming"),
            ("ON_ORDER", "TEA-1 at NORTH", "planned"),
        ],
    ),
    "an operation that is gone": (
        "operations",
        {"kind": "transferShip"},
        None,
        [
            ("OPERATIONS", "line 4 of TEA-1 at MAIN", "operation"),
            ("OPERATIONS", "line 2 of TEA-1 at NORTH", "operation"),
        ],
    ),
    "an operation that names a line that never was": (
        "operations",
        {"kind": "transferShip"},
        {"$push": {"levels": ["TEA-1", "NORTH", 3]}},
        [("OPERATIONS", "line 3 of TEA-1 at NORTH", "operation")],
    ),
    "an operation that names another line": (
        "operations",
        {"kind": "transferShip"},
        {"$set": {"levels.1": ["CUP-1", "MAIN", 1]}},
        [
            ("OPERATIONS", "line 2 of TEA-1 at NORTH", "line of its operation"),
            ("OPERATIONS", "line 1 of CUP-1 at MAIN", "operation"),
        ],
    ),
    "a line without the operation that it began": (
        "movements",
        {"_id": "MAIN/TEA-1#8"},
        {"$unset": {"header": ""}},
        [
            ("OPERATIONS", "line 8 of TEA-1 at MAIN", "operation"),
            ("OPERATIONS", "line 6 of CUP-1 at MAIN", "operation"),
        ],
    ),
    "an alert that is gone": (
        "alerts",
        {"sku": "TEA-1", "location": "MAIN"},
        None,
        [("ALERTS", "TEA-1 at MAIN", "alert MAIN/TEA-1#2/STOCK")],
    ),
    "an alert of another type": (
        "alerts",
        {"sku": "TEA-1", "location": "MAIN"},
        {"$set": {"type": "OUT"}},
        [("ALERTS", "TEA-1 at MAIN", "alert MAIN/TEA-1#2/STOCK")],
    ),
    "an alert that was closed": (
        "alerts",
        {"sku": "TEA-1", "location": "MAIN"},
        {"$set": {"state": "CLOSED"}},
        [("ALERTS", "TEA-1 at MAIN", "alert MAIN/TEA-1#2/STOCK")],
    ),
}
DERIVED: dict[str, tuple[str, BsonDocument, BsonDocument, list[tuple[str, str, str]]]] = {
    "a status": ("levels", TEA_ID, {"$set": {"status": "OUT"}}, [("DERIVED", "TEA-1 at MAIN", "status")]),
    "unavailable units": (
        "levels",
        TEA_ID,
        {"$set": {"unavailable": 1}},
        [("DERIVED", "TEA-1 at MAIN", "unavailable")],
    ),
    "a need": (
        "levels",
        TEA_ID,
        {"$unset": {"is_short": "", "is_wanting": ""}},
        [("DERIVED", "TEA-1 at MAIN", "is_short"), ("DERIVED", "TEA-1 at MAIN", "is_wanting")],
    ),
    "a need that is none": (
        "levels",
        CUP_ID,
        {"$set": {"is_short": True, "is_wanting": True, "shortfall": 2, "oversold": 1}},
        [("DERIVED", "CUP-1 at MAIN", name) for name in ("is_short", "is_wanting", "shortfall", "oversold")],
    ),
    "what a level repeats of its item": (
        "levels",
        CUP_ID,
        {"$set": {"words": [], "category": "Odd", "unit_cost": 5, "is_item_archived": True}},
        [("DERIVED", "CUP-1 at MAIN", name) for name in ("words", "is_item_archived", "category", "unit_cost")],
    ),
    "where a reservation is found": (
        "reservations",
        HOLDS_TEA,
        {"$set": {"locations": ["NORTH"]}},
        [("DOCUMENTS", "reservation", "locations")],
    ),
    "an open reservation that is not listed as one": (
        "reservations",
        HOLDS_TEA,
        {"$unset": {"is_open": ""}},
        [("RESERVATIONS", "TEA-1 at MAIN", "reserved"), ("DOCUMENTS", "reservation", "is_open")],
    ),
    "where a transfer is found": (
        "transfers",
        {},
        {"$set": {"places": ["MAIN"]}},
        [("DOCUMENTS", "transfer", "places")],
    ),
}


class Books(NamedTuple):
    """A shop, and the database that it is in."""

    store: Store
    database: Database


@pytest.fixture(scope="module")
async def books(mongo_client: Client) -> AsyncIterator[Books]:
    """Return a shop that the tests of this module share: each one leaves it as it was."""
    database = await fresh_database(mongo_client, "reconciliation")
    store = mongo_store(database)
    await given_books(store)
    yield Books(store, database)
    await store.close()
    await drop(database)


@pytest.fixture(params=["pymongo", "motor"])
def each_database(request: pytest.FixtureRequest) -> Database:
    """Return the database of this test, over one driver after the other."""
    database: Database = request.getfixturevalue("database")
    if request.param == "pymongo":
        return database
    client: Client = request.getfixturevalue("motor_client")
    return client[database.name]


@asynccontextmanager
async def corrupted(
    database: Database, collection: str, record: BsonDocument, update: BsonDocument | None
) -> AsyncIterator[None]:
    """Change or remove one record, whatever the rules of its collection, and put it back afterwards."""
    whole = await database[collection].find_one(record)
    assert whole is not None
    await corrupt(database, collection, record, update)
    yield
    await database[collection].replace_one({"_id": whole["_id"]}, whole, upsert=True)


def named(identities: list[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """Return identities without the ids of documents, which no test knows."""
    kinds = ("reservation", "transfer", "purchase order")
    return [
        (check, next((kind for kind in kinds if subject.startswith(f"{kind} ")), subject), field)
        for check, subject, field in identities
    ]


async def corrupt(database: Database, collection: str, record: BsonDocument, update: BsonDocument | None) -> None:
    """Change or remove one record, whatever the rules of its collection."""
    if update is None:
        await database[collection].delete_one(record)
        return
    options: dict[str, Any] = {"array_filters": [{"each.waiting": {"$gt": 0}}]} if "$[each]" in str(update) else {}
    result = await database[collection].update_one(record, update, bypass_document_validation=True, **options)
    assert result.modified_count == 1


async def test_what_was_recorded_by_commands_agrees(each_database: Database) -> None:
    """Of every kind something is compared, in chunks of two levels as well; over both drivers."""
    store = mongo_store(each_database)
    await given_books(store)
    compared = {"levels": 3, "ledger lines": 16, "open documents": 5, "levels in kept totals": 0}
    for chunk_levels in (1, 2, 1_000):
        shown = await reconciled(store, each_database, chunk_levels=chunk_levels)
        assert shown.identities == []
        assert shown.result.compared == compared
        assert shown.result.left == 0
    await keep(a_keeper(each_database, store.clock))
    shown = await reconciled(store, each_database)
    assert (shown.identities, shown.result.compared) == ([], {**compared, "levels in kept totals": 3})
    await store.close()


async def test_a_chunk_has_whole_items_and_a_bounded_number_of_lines(books: Books) -> None:
    """As levels say how many lines they have; an item with more than that is a chunk of its own."""
    client = books.database.client
    for levels, lines, expected in ((9, 99, [3]), (9, 15, [1, 2]), (9, 1, [1, 2]), (1, 99, [1, 2]), (2, 99, [1, 2])):
        reader = MongoBooks(client, books.database, chunk_levels=levels, chunk_lines=lines)
        sizes, after = list[int](), None
        while not sizes or after is not None:
            chunk = await reader.chunk(BooksFilter(), after=after)
            sizes.append(len(chunk.books))
            after = chunk.until
        assert [size for size in sizes if size] == expected, (levels, lines)


@pytest.mark.parametrize("what", NOT_DERIVED)
async def test_what_differs_is_found_and_never_repaired(books: Books, what: str) -> None:
    """Counts, lines, documents and alerts are facts, of which no other record says for certain what they are."""
    collection, record, update, expected = NOT_DERIVED[what]
    async with corrupted(books.database, collection, record, update):
        before = await books.database[collection].find().to_list(None)
        shown = await reconciled(*books, is_repair=True)
        assert named(shown.identities) == expected
        assert not any(shown.rebuilt)
        assert shown.result.left == len(expected)
        assert await books.database[collection].find().to_list(None) == before


@pytest.mark.parametrize("what", DERIVED)
async def test_what_is_derived_is_found_and_rebuilt(books: Books, what: str) -> None:
    """Without --repair nothing is changed; with it the record is what it was, and only what is derived has changed."""
    collection, record, update, expected = DERIVED[what]
    before = await books.database[collection].find().to_list(None)
    await corrupt(books.database, collection, record, update)
    wrong = await books.database[collection].find().to_list(None)
    shown = await reconciled(*books)
    assert named(shown.identities) == expected
    assert await books.database[collection].find().to_list(None) == wrong
    repaired = await reconciled(*books, is_repair=True)
    assert named(repaired.identities) == expected
    assert repaired.rebuilt == [discrepancy.is_derived for discrepancy, _ in repaired.found]
    assert await books.database[collection].find().to_list(None) == before


@pytest.mark.parametrize(
    ("where", "levels"),
    [
        (BooksFilter(sku="TEA-1"), ["TEA-1 at MAIN", "TEA-1 at NORTH"]),
        (BooksFilter(location="NORTH"), ["TEA-1 at NORTH"]),
        (BooksFilter(sku="TEA-1", location="MAIN"), ["TEA-1 at MAIN"]),
        (BooksFilter(sku="NONE"), []),
    ],
    ids=str,
)
async def test_an_item_or_a_location_is_compared_alone(books: Books, where: BooksFilter, levels: list[str]) -> None:
    """What differs elsewhere is not looked at."""
    assert (await reconciled(*books, where)).identities == []
    await books.database["levels"].update_many({}, {"$inc": {"version": 1}})
    found = await reconciled(*books, where)
    await books.database["levels"].update_many({}, {"$inc": {"version": -1}})
    assert list(dict.fromkeys(subject for _, subject, _ in found.identities)) == levels
    assert found.result.compared["levels"] == len(levels)


async def test_lines_without_a_level_are_found(database: Database) -> None:
    """Also behind the last level, and before the first."""
    store = mongo_store(database)
    for sku in ("A", "M", "Z"):
        await given_level(store, LevelKey(sku, "MAIN"), on_hand=1)
    await database["levels"].delete_many({"sku": {"$in": ["A", "Z"]}})
    shown = await reconciled(store, database, chunk_levels=1)
    assert [(subject, field) for _, subject, field in shown.identities] == [
        ("A at MAIN", "record"),
        ("Z at MAIN", "record"),
    ]
    await store.close()


async def test_changes_that_are_made_meanwhile_are_no_differences(database: Database) -> None:
    """While levels, orders and items change without a pause, five comparisons find nothing, and repair nothing."""
    store = mongo_store(database)
    await given_books(store)
    running = True

    async def keep(change: Callable[[], Any]) -> int:
        count = 0
        while running:
            await change()
            count += 1
        return count

    async def sell_and_hold() -> None:
        await adjust(store, TEA_NORTH, 2)
        reservation = await given_reservation(store, a_line(TEA_NORTH, 1), a_line(TEA, 1))
        await store.reservations.release(reservation.id, request=request_info())

    async def rename() -> None:
        for name in ("Green tea", "Black tea"):
            await store.shop.change_item(ItemChange(sku=TEA.sku, name=name, category=name), request=request_info())

    async def move_many() -> None:
        await store.stock.adjust_many([line(CUP, 1), line(TEA, 1)], is_atomic=True, request=request_info())

    changing = [asyncio.create_task(keep(change)) for change in (sell_and_hold, rename, move_many)]
    for _ in range(5):
        shown = await reconciled(store, database, is_repair=True, chunk_levels=1)
        assert shown.found == []
    running = False
    assert min(await asyncio.gather(*changing)) > 0
    assert (await reconciled(store, database)).identities == []
    await store.close()


async def test_repair_and_traffic_end_in_agreement(database: Database) -> None:
    """An item is renamed and its levels move while what they repeat of it is wrong again and again, and is rebuilt."""
    store = mongo_store(database)
    await given_books(store)
    for number in range(5):
        await database["levels"].update_many({}, {"$set": {"category": "Odd", "status": "OUT"}})
        await asyncio.gather(
            reconciled(store, database, is_repair=True),
            store.shop.change_item(ItemChange(sku=TEA.sku, category=f"C{number}"), request=request_info()),
            adjust(store, TEA, 1),
        )
    await reconciled(store, database, is_repair=True)
    assert (await reconciled(store, database)).identities == []
    assert await database["levels"].distinct("category", {"sku": TEA.sku}) == ["C4"]
    await store.close()


async def test_totals_that_are_not_those_of_their_levels_are_built_anew(database: Database) -> None:
    """Dropped once, whatever differs; a process that keeps them builds them from the levels."""
    store = mongo_store(database)
    await given_level(store, TEA, on_hand=5)
    await keep(a_keeper(database, store.clock))
    wrong = {"$set": {"names.0.1.0.3": 6}}  # units on hand
    await database["stock_totals"].update_many({"_id": {"$ne": "all/state"}}, wrong)
    groups = ("no category, IN_STOCK", "location MAIN, IN_STOCK", "location MAIN, no category, IN_STOCK")
    expected = [("TOTALS", f"totals of {group}", "on_hand") for group in groups]
    assert (await reconciled(store, database)).identities == expected
    assert (await reconciled(store, database, BooksFilter(sku=TEA.sku))).identities == []
    repaired = await reconciled(store, database, is_repair=True)
    assert (repaired.identities, repaired.rebuilt, repaired.result.left) == (expected, [True] * 3, 0)
    assert (await reconciled(store, database)).identities == []
    await keep(a_keeper(database, store.clock))
    shown = await reconciled(store, database)
    assert (shown.identities, shown.result.compared["levels in kept totals"]) == ([], 1)
    await store.close()
