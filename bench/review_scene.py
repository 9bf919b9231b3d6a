"""The shop that is reviewed: items at 20 locations, of which a tenth of the levels has sold something in four weeks.

It is written past the writer, which would take hours for a million levels. The spread, as in a chain of shops with a
long tail: each level was stocked half a year ago; a tenth of them sold in the last 28 days, most of these 2 to 5 times
and every tenth of these 28 to 84 times. Of ten items four are MIN_MAX, three DEMAND_BASED, one PERIODIC with a review
date today, and two have no method; ten of eleven have an offer of one of 50 suppliers.
"""

import random
from collections.abc import Iterator, Mapping
from itertools import islice

from pymongo import WriteConcern

from app.domain.catalog.catalog import Item, Location, LocationKind
from app.domain.money import Money
from app.domain.purchasing.supplier import Supplier, SupplierItem, supplier_item_id
from app.domain.replenishment.policy import Policy, ReplenishmentMethod
from app.domain.stock.level import Level, LevelKey
from app.domain.stock.movement import MovementReason
from app.domain.time import MICROSECONDS_PER_DAY, Moment
from app.store.database.collections import ensure_collections
from app.store.driver.client import BsonDocument, Database
from app.store.mapping.catalog import item_document, location_document
from app.store.mapping.document_mapping import DOCUMENT_MAPPINGS, to_stored
from app.store.mapping.ledger import movement_id
from app.store.mapping.levels import level_document, level_id

LOCATIONS = tuple(f"SHOP-{number:02}" for number in range(20))
SUPPLIERS = tuple(f"SUPPLIER-{number:02}" for number in range(50))
SOLD_DAYS = 28

_REORDER_POINT = 2
_TARGET = 40
_BEGAN_DAYS_AGO = 180
_BATCH = 2_000
_NO_OFFER = 11  # of so many items one
_METHODS = (
    *[Policy(method=ReplenishmentMethod.MIN_MAX, target_level=_TARGET)] * 4,
    *[Policy(method=ReplenishmentMethod.DEMAND_BASED, service_level=0.95)] * 3,
    Policy(method=ReplenishmentMethod.PERIODIC, target_level=_TARGET, review_days=1),
    *[Policy()] * 2,
)

Written = tuple[str, BsonDocument]  # the name of a collection, and what belongs there


async def stock(database: Database, *, levels: int, now: Moment) -> Mapping[str, int]:
    """Fill an empty database; return how many documents were written to each collection."""
    written: dict[str, int] = {}
    all_of_it = documents(levels, now=now, chance=random.Random(1))  # noqa: S311 - the same shop each time
    while batch := list(islice(all_of_it, _BATCH)):
        for name in dict.fromkeys(name for name, _ in batch):
            chosen = [document for of, document in batch if of == name]
            collection = database.get_collection(name, write_concern=WriteConcern(1))
            await collection.insert_many(chosen, ordered=False)
            written[name] = written.get(name, 0) + len(chosen)
    await ensure_collections(database)
    return written


def documents(levels: int, *, now: Moment, chance: random.Random) -> Iterator[Written]:
    """Yield the whole shop: each document with the name of its collection."""
    for code in LOCATIONS:
        place = Location(code=code, name=code, kind=LocationKind.STORE, created_at=now, updated_at=now)
        yield "locations", location_document(place)
    for code in SUPPLIERS:
        yield _filed(Supplier(id=code, name=code, lead_time_days=chance.randint(2, 14), version=1, created_at=now))
    for number in range(levels // len(LOCATIONS)):
        item = Item(sku=f"SKU-{number:06}", name=f"Thing number {number}", created_at=now, updated_at=now)
        yield "items", item_document(item)
        if number % _NO_OFFER:
            yield _filed(_offer(item.sku, chance))
        first = Level(key=LevelKey(item.sku, LOCATIONS[0]), policy=_METHODS[number % len(_METHODS)])
        shared = {**level_document(first, item=item), "reorder_point": _REORDER_POINT}
        for location in LOCATIONS:
            yield from _level(shared, LevelKey(item.sku, location), now=now, chance=chance)


def _filed(document: Supplier | SupplierItem) -> Written:
    return DOCUMENT_MAPPINGS[document.kind].collection, to_stored(document)


def _offer(sku: str, chance: random.Random) -> SupplierItem:
    supplier = chance.choice(SUPPLIERS)
    cost = Money(chance.randrange(100, 10_000) * 100)
    return SupplierItem(id=supplier_item_id(supplier, sku), supplier=supplier, sku=sku, unit_cost=cost, version=1)


def _level(shared: BsonDocument, key: LevelKey, *, now: Moment, chance: random.Random) -> Iterator[Written]:
    """Yield the lines of a level, and the level as they left it."""
    lines = [(Moment(now - _BEGAN_DAYS_AGO * MICROSECONDS_PER_DAY), chance.randint(200, 400)), *_sales(now, chance)]
    on_hand = 0
    for version, (moment, units) in enumerate(lines, start=1):
        on_hand += units
        yield "movements", _line(key, version, moment, units=units, on_hand=on_hand)
    if shared.get("policy", {}).get("method") == ReplenishmentMethod.PERIODIC:  # half of them are below their target
        moment, counted = lines[-1][0], chance.randint(_REORDER_POINT + 1, 2 * _TARGET - _REORDER_POINT)
        lines.append((moment, counted - on_hand))
        yield "movements", _line(key, len(lines), moment, units=counted - on_hand, on_hand=counted, is_count=True)
        on_hand = counted
    yield (
        "levels",
        {
            **shared,
            "_id": level_id(key),
            "location": key.location,
            "on_hand": on_hand,
            "status": str(Level(key=key, on_hand=on_hand, reorder_point=_REORDER_POINT).status),
            "version": len(lines),
            "changed_at": lines[-1][0],
        },
    )


def _sales(now: Moment, chance: random.Random) -> list[tuple[Moment, int]]:
    """Return moments and units, below zero: none for nine levels of ten."""
    if chance.random() >= 0.1:
        return []
    count = chance.randint(SOLD_DAYS, 3 * SOLD_DAYS) if chance.random() < 0.1 else chance.randint(2, 5)
    moments = sorted(chance.randrange(now - SOLD_DAYS * MICROSECONDS_PER_DAY, now) for _ in range(count))
    return [(Moment(moment), -chance.randint(1, 2)) for moment in moments]


def _line(
    key: LevelKey, version: int, moment: Moment, *, units: int, on_hand: int, is_count: bool = False
) -> BsonDocument:
    reason = MovementReason.COUNT if is_count else MovementReason.SALE if units < 0 else MovementReason.RECEIPT
    return {
        "_id": movement_id(key, version),
        "sku": key.sku,
        "location": key.location,
        "version": version,
        "recorded_at": moment,
        "writer": "bench",
        "operation": f"{moment:032x}",
        "reason": reason.value,
        "change": {"on_hand": units},
        "after": {"on_hand": on_hand},
    }
