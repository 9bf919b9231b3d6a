"""Changes of items that the totals do not have yet: what an item was before, noted in the transaction of its change.

Rule: until its changes are in the totals, an item counts there as before the earliest of them; else as it is.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from pymongo import ASCENDING, IndexModel

from app.domain.catalog.catalog import Item
from app.domain.stock.kept_totals import ItemFacts
from app.store.driver.client import BsonDocument, Database, Session
from app.store.mapping import names

RULES: BsonDocument = {
    "$jsonSchema": {"bsonType": "object", "required": ["sku", "version", "category", "unit_cost", "is_archived"]}
}
INDEXES = (IndexModel([("sku", ASCENDING), ("version", ASCENDING)], name="by_sku"),)


class ItemChanges(NamedTuple):
    """Noted changes: their ids, and by SKU the facts that count. `is_cut` where a limit has left out other items."""

    ids: Sequence[str]
    counted: Mapping[str, ItemFacts]
    is_cut: bool


def item_change_notes(items: Iterable[Item], before: Mapping[str, Item]) -> list[BsonDocument]:
    """Return a note of each of these items that changes what its levels add to the totals.

    To be inserted in the transaction of the change; no two transactions insert the same.
    """
    return [
        {
            "_id": f"{item.sku}#{item.version}",
            "sku": item.sku,
            "version": item.version,
            **_facts(before[item.sku])._asdict(),
        }
        for item in items
        if item.sku in before and _facts(before[item.sku]) != _facts(item)
    ]


async def read_item_changes(database: Database, *, limit: int, session: Session) -> ItemChanges:
    """Return all changes of the first items by SKU: of some more than `limit` changes, as none may be left out."""
    collection = database[names.ITEM_CHANGES]
    order = [("sku", ASCENDING), ("version", ASCENDING)]
    found = await collection.find({}, sort=order, limit=limit + 1, hint="by_sku", session=session).to_list(None)
    is_cut = len(found) > limit
    if is_cut:
        skus = list({note["sku"] for note in found})
        found = await _of(database, skus, session=session)
    return ItemChanges([note["_id"] for note in found], _earliest(found), is_cut)


async def counted_facts(database: Database, skus: Collection[str], *, session: Session) -> dict[str, ItemFacts]:
    """Return the facts by which levels of these items count in the totals."""
    listed = list(skus)
    items = database[names.ITEMS].find(
        {"_id": {"$in": listed}},
        {"category": 1, "unit_cost": 1, "is_archived": 1},
        batch_size=len(listed) + 1,
        session=session,
    )
    facts = {item["_id"]: facts_of(item, archived="is_archived") for item in await items.to_list(None)}
    return facts | _earliest(await _of(database, listed, session=session))


def facts_of(document: BsonDocument, *, archived: str) -> ItemFacts:
    """Return the facts in a document, in which the field named by `archived` tells whether the item is archived."""
    return ItemFacts(document.get("category"), document.get("unit_cost"), document.get(archived, False))


async def _of(database: Database, skus: list[str], *, session: Session) -> list[BsonDocument]:
    order = [("sku", ASCENDING), ("version", ASCENDING)]
    found = database[names.ITEM_CHANGES].find({"sku": {"$in": skus}}, sort=order, hint="by_sku", session=session)
    return await found.to_list(None)


def _earliest(notes: Iterable[BsonDocument]) -> dict[str, ItemFacts]:
    earliest: dict[str, ItemFacts] = {}
    for note in notes:
        earliest.setdefault(note["sku"], facts_of(note, archived="is_archived"))
    return earliest


def _facts(item: Item) -> ItemFacts:
    return ItemFacts(item.category, item.unit_cost, item.is_archived)
