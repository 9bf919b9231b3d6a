"""Brings the search fields of items and levels up to date, where an earlier version wrote them.

Rule: a document is overwritten only where it is still as it was read, and a level is read before its item. So a change
that is made meanwhile is never undone: what has changed is read again.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from pymongo import UpdateOne
from pymongo.errors import OperationFailure

from app.domain.catalog.catalog import Item
from app.domain.folding import composed
from app.store.driver.client import BsonDocument, Database
from app.store.mapping import names
from app.store.mapping.catalog import SEARCH_VERSION, item_fields_on_level, item_of, item_search_fields
from app.store.migrations.by_id import behind, page_behind, through
from app.store.migrations.migration import Migration, MigrationStep

PAGE: Final = 500  # documents at once: a command of that many ends well before it times out

_INDEX_NOT_FOUND = 27  # mongod's error code
_Fields = Mapping[str, BsonDocument]  # search fields by the id of their document


@dataclass(frozen=True, slots=True)
class _Kind:
    """A collection. The `compared` fields of a document show whether it was changed since it was read."""

    collection: str
    compared: tuple[str, ...]
    fields: Callable[[Database, Sequence[BsonDocument]], Awaitable[_Fields]]


async def _refresh(database: Database, kind: _Kind, after: str) -> MigrationStep:
    """Bring a page up to date. One that was changed meanwhile is read again."""
    page = await page_behind(database[kind.collection], after, limit=PAGE)
    changed, wanted = await _overwrite(database, kind, page)
    if changed < wanted:
        return MigrationStep(after=after, read=0, changed=changed)
    return through(page, changed=changed)


async def _overwrite(database: Database, kind: _Kind, page: Sequence[BsonDocument]) -> tuple[int, int]:
    """Overwrite the old documents of a page; return how many were still as they were read, and how many are old."""
    old = [document for document in page if document.get(names.SEARCH_FIELDS_VERSION, 0) < SEARCH_VERSION]
    fields = await kind.fields(database, old)
    statements = [
        UpdateOne(
            {
                "_id": document["_id"],
                **{name: document.get(name) for name in (*kind.compared, names.SEARCH_FIELDS_VERSION)},
            },
            {"$set": fields[document["_id"]]},
            hint="_id_",
        )
        for document in old
        if document["_id"] in fields
    ]
    if not statements:
        return 0, 0
    result = await database[kind.collection].bulk_write(statements, ordered=False)
    return result.matched_count, len(statements)


async def _fields_of_items(_: Database, items: Sequence[BsonDocument]) -> _Fields:
    return {document["_id"]: _composed_fields(item_of(document)) for document in items}


def _composed_fields(item: Item) -> BsonDocument:
    """Return the search fields of an item, and its texts in normal form C, which an earlier version did not apply.

    Its category stays, since a policy may name it.
    """
    item = replace(
        item,
        name=composed(item.name),
        tags=tuple(dict.fromkeys(map(composed, item.tags))),
        barcodes=tuple(dict.fromkeys(map(composed, item.barcodes))),
    )
    texts = {"name": item.name, "tags": list(item.tags), "barcodes": list(item.barcodes)}
    return {**item_search_fields(item), **texts}


async def _fields_of_levels(database: Database, levels: Sequence[BsonDocument]) -> _Fields:
    skus = list({document["sku"] for document in levels})
    found = await database[names.ITEMS].find({"_id": {"$in": skus}}, batch_size=len(skus) + 1).to_list(None)
    fields = {document["_id"]: item_fields_on_level(item_of(document)) for document in found}
    return {document["_id"]: fields[document["sku"]] for document in levels if document["sku"] in fields}


async def _drop_index(database: Database, collection: str, name: str) -> None:
    try:
        await database[collection].drop_index(name)
    except OperationFailure as error:
        if error.code != _INDEX_NOT_FOUND:
            raise


_ITEMS = _Kind(names.ITEMS, ("updated_at",), _fields_of_items)
_LEVELS = _Kind(
    names.LEVELS,
    (names.INDEX_ENTRIES, names.SEARCH_WORDS, "is_item_archived", "category", "unit_cost"),
    _fields_of_levels,
)


async def _refresh_items(database: Database, after: str) -> MigrationStep:
    step = await _refresh(database, _ITEMS, after)
    if step.after is None:
        await _drop_index(database, names.ITEMS, "by_category")  # categories are found by their entries now
    return step


async def _refresh_levels(database: Database, after: str) -> MigrationStep:
    return await _refresh(database, _LEVELS, after)


SEARCH_FIELDS_OF_ITEMS: Final = Migration(
    number=5,
    name=names.ITEMS,
    version=SEARCH_VERSION,
    since=2,
    changes="rewrites what items are found by",
    collection=names.ITEMS,
    unit="items",
    done="Search: {:,} items brought up to date",
    step=_refresh_items,
    remaining=behind(names.ITEMS),
    per_second=1_300,
)
SEARCH_FIELDS_OF_LEVELS: Final = Migration(
    number=6,
    name=names.LEVELS,
    version=SEARCH_VERSION,
    since=2,
    changes="rewrites what levels are found by",
    collection=names.LEVELS,
    unit="levels",
    done="Search: {:,} levels brought up to date",
    step=_refresh_levels,
    remaining=behind(names.LEVELS),
    per_second=1_300,
)
