"""Marks the short levels of an earlier version as wanting, so that lists of what needs ordering include them."""

from collections.abc import Sequence
from typing import Final

from app.store.driver.client import BsonDocument, Collection
from app.store.mapping import names
from app.store.migrations.by_index import FoundByIndex
from app.store.migrations.migration import Migration

_UNMARKED: Final = FoundByIndex(
    collection=names.LEVELS,
    query={"is_short": True, "is_wanting": {"$exists": False}},
    index="short",  # bounds it to levels that are short
    page=1_000,  # levels in one statement
    fields={"_id": 1},
)


async def _mark(levels: Collection, page: Sequence[BsonDocument]) -> int:
    still = {"_id": {"$in": [each["_id"] for each in page]}, **_UNMARKED.query}
    await levels.update_many(still, {"$set": {"is_wanting": True}}, hint="_id_")
    return len(page)


WANTING_LEVELS: Final = Migration(
    number=1,
    name="wanting_levels",
    version=1,
    since=3,
    changes="marks short levels as wanting",
    collection=_UNMARKED.collection,
    unit="levels",
    done="Levels: {:,} marked as wanting",
    step=_UNMARKED.step(_mark),
    remaining=_UNMARKED.remaining,
    per_second=5_000,
    index=_UNMARKED.index,
)
