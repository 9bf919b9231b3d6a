"""Makes levels from the ledger: what the last line of each says of it, with the fields of its item.

Rule: the ledger is read by the server in one pass, and what is held of it here are a thousand levels.
"""

from collections.abc import AsyncIterator, Sequence
from typing import Any, Final

import pymongo

from app.store.backup.errors import BackupError
from app.store.backup.levels_digest import READ_SECONDS
from app.store.driver.client import BsonDocument, Database
from app.store.mapping import names
from app.store.mapping.catalog import item_fields_on_level, item_of, stored_item_fields
from app.store.mapping.ledger import movement_of
from app.store.mapping.levels import new_level_document

AT_ONCE: Final = 1_000

_LAST_LINES: Final[list[BsonDocument]] = [
    {"$project": {"sku": 1, "location": 1, "version": 1}},
    {"$group": {"_id": {"sku": "$sku", "location": "$location"}, "version": {"$max": "$version"}}},
    {
        "$project": {
            "_id": {"$concat": ["$_id.location", "/", "$_id.sku", "#", {"$toString": "$version"}]},
        }
    },
]


async def made_levels(database: Database) -> AsyncIterator[list[BsonDocument]]:
    """Yield the documents of all levels. Raises BackupError where an item is missing, and the driver's errors."""
    with pymongo.timeout(READ_SECONDS):  # the first answer comes when all lines were read
        found: Any = database[names.MOVEMENTS].aggregate(_LAST_LINES, allowDiskUse=True, batchSize=AT_ONCE)
        cursor: Any = await found if hasattr(found, "__await__") else found
        rows = await cursor.to_list(AT_ONCE)
    while rows:
        yield await _levels_after(database, [row["_id"] for row in rows])
        rows = await cursor.to_list(AT_ONCE)


async def _levels_after(database: Database, ids: Sequence[str]) -> list[BsonDocument]:
    query = {"_id": {"$in": list(ids)}}
    lines = await database[names.MOVEMENTS].find(query, batch_size=len(ids) + 1).to_list(None)
    levels = [movement_of(line).after for line in lines]
    skus = {level.key.sku for level in levels}
    stored = await database[names.ITEMS].find({"_id": {"$in": list(skus)}}, batch_size=len(skus) + 1).to_list(None)
    fields = {item["_id"]: stored_item_fields(item) or item_fields_on_level(item_of(item)) for item in stored}
    if missing := skus - fields.keys():
        raise BackupError(f"The ledger has lines of {min(missing)}, and there is no such item.")
    return [new_level_document(level, item_fields=fields[level.key.sku]) for level in levels]
