"""Barcodes that an earlier version kept as they were written are filed under their number at start."""

import asyncio

from app.domain.catalog.commands.upsert_item import ItemChange
from app.store.driver.client import Database
from app.store.mapping.names import BARCODES
from app.store.migrations.barcodes import BARCODES as UNITE
from tests.support.migrations import migrate, step_through
from tests.support.scene import given_item, request_info
from tests.support.store import Store, mongo_store


async def given_former(database: Database, **codes: str) -> Store:
    """Give each item a barcode, as an earlier version kept it; the items are named by letters."""
    store = mongo_store(database)
    for sku, code in codes.items():
        await given_item(store, sku)
        await database["items"].update_one({"_id": sku}, {"$set": {"barcodes": [code]}})
        kept = {"_id": code, "sku": sku, "version": 1, "created_at": 1, "changed_at": 1}
        await database[BARCODES].insert_one(kept)
    return store


async def owners(store: Store, *codes: str) -> list[str | None]:
    """Return the SKUs that barcodes find."""
    found = [await store.shop.item_by_barcode(code) for code in codes]
    return [item and item.sku for item in found]


async def test_what_was_kept_as_written_is_found_in_any_spelling(database: Database) -> None:
    """By several processes at once, each barcode once; short codes stay, and what is done is not done again."""
    former = {"A": "643127889365", "B": "5007", "C": "4006381333931", "D": "0306406152"}
    former |= {"E": "00000004252614", "F": "(01)09506000134352"}  # as the first rule of spellings filed them
    store = await given_former(database, **former)
    assert await owners(store, "0643127889365", "5007") == [None, "B"]
    moved = await asyncio.gather(*(step_through(database, UNITE) for _ in range(3)))
    codes = ("0643127889365", "643127889365", "5007", "4006381333931", "9780306406157", "042100005264", "9506000134352")
    assert await owners(store, *codes) == ["A", "A", "B", "C", "D", "E", "F"]
    assert sum(moved) == 5
    assert await migrate(database, UNITE) == []
    await store.shop.change_item(ItemChange(sku="A", barcodes=()), request=request_info())
    assert await owners(store, "643127889365") == [None]


async def test_two_items_with_one_number_are_told(database: Database) -> None:
    """The first keeps it; the other may give its spelling up without taking the number away."""
    store = await given_former(database, A="0643127889365", B="643127889365")
    assert await migrate(database, UNITE) == [
        "Barcodes: 643127889365 of B is a number that A has, and finds A now",
        "Barcodes: 1 filed under the number of their goods",
    ]
    assert await owners(store, "643127889365", "0643127889365") == ["A", "A"]
    await store.shop.change_item(ItemChange(sku="B", barcodes=()), request=request_info())
    assert await owners(store, "643127889365") == ["A"]
