"""Conditions on the shard key of documents that are found by their ids.

Rule: they say nothing that the ids do not say. So they change no result; they tell mongos which shards to ask.
"""

from collections.abc import Iterable

from app.domain.stock.level import LevelKey
from app.store.driver.client import BsonDocument


def of_levels(keys: Iterable[LevelKey]) -> BsonDocument:
    """Return what all documents of these levels meet: levels, lines of the ledger, alerts, places in rankings."""
    keys = list(keys)
    return {"location": _one_of(key.location for key in keys), "sku": _one_of(key.sku for key in keys)}


def _one_of(values: Iterable[str]) -> str | BsonDocument:
    different = list(dict.fromkeys(values))
    return different[0] if len(different) == 1 else {"$in": different}
