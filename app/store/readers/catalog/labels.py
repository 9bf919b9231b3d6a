"""Reads the labels in use from the index of items: one look for each, however many items have it."""

from collections.abc import Collection, Sequence
from typing import Final

from app.domain.catalog.labels import MAX_LABELS, LabelKind, label_entry, labels_of
from app.domain.catalog.search import entry_of_category
from app.store.driver.client import BsonDocument
from app.store.driver.client import Collection as Stored
from app.store.mapping import names
from app.store.mapping.catalog import item_of
from app.store.single_reply import find_in_one

MAX_PASSED_OVER: Final = 200  # labels that no visible item has, until the rest is given up
_LAST: Final = "\U0010ffff"  # sorts behind every character that a label may contain


async def read_labels(
    items: Stored, kind: LabelKind, *, beginning: str, within: Collection[str] | None
) -> Sequence[str]:
    """Return the first labels that begin like this; within categories, those of their items."""
    seen = None if within is None else sorted({entry_of_category(category) for category in within})
    least = label_entry(kind, beginning)
    bounds: BsonDocument = {"$gte": least, "$lt": least + _LAST}
    found: list[str] = []
    for _ in range(MAX_LABELS if seen is None else MAX_LABELS + MAX_PASSED_OVER):
        entry = await _next(items, bounds)
        if entry is None or len(found) == MAX_LABELS:
            break
        if (label := await _spelled(items, kind, entry, seen)) is not None:
            found.append(label)
        bounds = {"$gt": entry, "$lt": bounds["$lt"]}
    return found


async def _next(items: Stored, bounds: BsonDocument) -> str | None:
    """Return the first entry of the index within bounds: without a sort, the scan has the order of the index."""
    where = {names.INDEX_ENTRIES: {"$elemMatch": bounds}}
    found = await find_in_one(items, where, {names.INDEX_ENTRIES: 1}, limit=1, hint="by_word")
    least, end = bounds.get("$gt") or bounds["$gte"], bounds["$lt"]
    entries = (entry for document in found for entry in document[names.INDEX_ENTRIES])
    inside = (entry for entry in entries if least <= entry < end and entry != bounds.get("$gt"))
    return min(inside, default=None)


async def _spelled(items: Stored, kind: LabelKind, entry: str, seen: Sequence[str] | None) -> str | None:
    """Return a label as its first item has it; None where no item within the categories has it."""
    where: BsonDocument = {names.INDEX_ENTRIES: entry}
    if seen is not None:
        where = {"$and": [where, {names.INDEX_ENTRIES: {"$in": list(seen)}}]}
    for document in await find_in_one(items, where, None, limit=1, hint="by_word"):
        return next((label for label in labels_of(item_of(document), kind) if label_entry(kind, label) == entry), None)
    return None
