"""What levels, items and orders take: on disk, by index, and in the server's memory once all of them were read.

Documents are made as the writer makes them, and inserted past it. A collection of two sizes shows whether a document of
a large one takes more than one of a small one.
"""

import random
import secrets
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any

from app.domain.catalog.catalog import Item
from app.domain.operation import CommandInfo, Operation
from app.domain.reservations.holds import Hold
from app.domain.reservations.reservation import RequestedLine, Reservation
from app.domain.stock.level import Level, LevelKey
from app.domain.time import Moment
from app.store.database.collections import ensure_collections
from app.store.driver.client import BsonDocument, Database, close_client, open_client
from app.store.mapping import names
from app.store.mapping.catalog import item_document, item_fields_on_level
from app.store.mapping.document_mapping import to_stored
from app.store.mapping.levels import new_level_document
from app.store.mapping.operations import operation_document
from bench.measure import MICROSECONDS, Result, Target
from bench.processes import cpu_seconds
from bench.stage import Stage

_DATABASE = "bench_footprint"
_BATCH = 1_000
_LEVELS_PER_ITEM = 100  # locations
_BEGAN_AT = Moment(1_790_000_000_000_000)
_WORDS = ("green", "blue", "cotton", "steel", "mug", "shirt", "lamp", "organic", "large", "classic", "garden", "kids")

Documents = Iterator[tuple[str, BsonDocument]]  # each with its collection


async def footprint(stage: Stage, name: str, _: Target | None, *, of: Callable[[int], Documents], count: int) -> Result:
    """Insert so many things, let the server write all to disk, read all once, and ask it for the sizes."""
    client = open_client(stage.mongo_url, timeout_seconds=600)
    database = client[_DATABASE]
    await client.drop_database(_DATABASE)
    await ensure_collections(database)
    before = cpu_seconds({"mongod": [stage.mongod_pid]})
    made = of(count)
    touched: set[str] = set()
    while batch := list(islice(made, _BATCH)):
        by_collection: dict[str, list[BsonDocument]] = {}
        for collection, document in batch:
            by_collection.setdefault(collection, []).append(document)
        touched |= by_collection.keys()
        for collection, documents in by_collection.items():
            await database.command({"insert": collection, "documents": documents, "ordered": False})
    spent = cpu_seconds({"mongod": [stage.mongod_pid]})["mongod"] - before["mongod"]
    await client.admin.command("fsync")
    sizes = [await _sizes(database, each) for each in sorted(touched)]
    data, indexes, cached = (sum(each[part] for each in sizes) / count for part in ("data", "indexes", "cached"))
    extra = {
        "things": count,
        "data": round(data),
        "indexes": round(indexes),
        "in_cache": round(cached),
        "uncompressed": round(sum(each["uncompressed"] for each in sizes) / count),
        "by_index": {
            name: round(size / count) for each in sizes for name, size in each["by_index"].items() if size > count
        },
        "mongod_cpu_us": round(spent / count * MICROSECONDS, 1),
    }
    await client.drop_database(_DATABASE)
    await close_client(client)
    return Result(name=name, unit="bytes", ours=[data + indexes], extra=extra)


async def _sizes(database: Database, collection: str) -> Mapping[str, Any]:
    """Return the sizes of a collection, after every document and the keys of every index were read."""
    indexes = await database[collection].index_information()
    partial_ones = {name for name, index in indexes.items() if "partialFilterExpression" in index}
    for name in indexes.keys() - partial_ones:
        await database[collection].count_documents({}, hint=name)
    await database[collection].aggregate([{"$group": {"_id": None, "n": {"$sum": {"$bsonSize": "$$ROOT"}}}}])
    found = await database.command("collStats", collection, indexDetails=True)
    cached = [found["wiredTiger"], *found["indexDetails"].values()]
    return {
        "data": found["storageSize"],
        "indexes": found["totalIndexSize"],
        "uncompressed": found["size"],
        "cached": sum(each["cache"]["bytes currently in the cache"] for each in cached),
        "by_index": {f"{collection}.{name}": size for name, size in found["indexSizes"].items()},
    }


def levels(count: int) -> Documents:
    """Yield levels of items at 100 locations each, in the order in which a shop is stocked: location by location."""
    chance = random.Random(1)  # noqa: S311 - the same levels each time
    items = [_item(chance, number) for number in range(max(1, count // _LEVELS_PER_ITEM))]
    fields = [item_fields_on_level(item) for item in items]
    for number in range(count):
        place, which = divmod(number, len(items))
        level = Level(
            key=LevelKey(items[which].sku, f"SHOP-{place:03}"),
            on_hand=chance.randrange(500),
            reserved=chance.choice((0, 0, 0, 1, 2)),
            reorder_point=10,
            version=chance.randrange(1, 200),
            changed_at=Moment(_BEGAN_AT + number),
            counted_at=_BEGAN_AT,
        )
        yield names.LEVELS, new_level_document(level, item_fields=fields[which])


def items(count: int) -> Documents:
    """Yield items with names of four words, a category, two tags and a barcode."""
    chance = random.Random(2)  # noqa: S311
    for number in range(count):
        yield names.ITEMS, item_document(_item(chance, number))


def orders(count: int) -> Documents:
    """Yield orders of five lines, each with the operation that recorded it; the lines of the ledger not included."""
    chance = random.Random(3)  # noqa: S311
    for number in range(count):
        moment = Moment(_BEGAN_AT + number * 300)
        keys = [LevelKey(f"SKU-{chance.randrange(10_000_000):08}", "SHOP-001") for _ in range(5)]
        order = Reservation(
            id=secrets.token_hex(16),
            version=1,
            created_at=moment,
            changed_at=moment,
            reference=f"ORDER-{number:09}",
            channel="web",
            expires_at=Moment(moment + 900_000_000),
            lines=tuple(RequestedLine(sku=key.sku, quantity=1, location=key.location) for key in keys),
            holds=tuple(Hold(line=line, sku=key.sku, location=key.location, held=1) for line, key in enumerate(keys)),
        )
        info = CommandInfo(
            operation_id=secrets.token_hex(16),
            kind="reservationCreate",
            actor="shop",
            idempotency_key=f"order-{number}",
        )
        operation = Operation(
            info=info,
            recorded_at=moment,
            fingerprint=secrets.token_hex(16),
            levels=tuple((key, number) for key in keys),
            documents=(order,),
            published_at=moment,
            writer="bench-01",
        )
        yield names.RESERVATIONS, to_stored(order)
        yield names.OPERATIONS, operation_document(operation)


def _item(chance: random.Random, number: int) -> Item:
    return Item(
        sku=f"SKU-{number:08}",
        name=" ".join(chance.sample(_WORDS, 4)).title() + f" {number % 1000}",
        category=f"Category {number % 200}",
        tags=(f"tag-{number % 50}", f"season-{number % 4}"),
        barcodes=(f"{4_000_000_000_000 + number}",),
        reorder_point=10,
        created_at=_BEGAN_AT,
        updated_at=_BEGAN_AT,
        version=1,
    )
