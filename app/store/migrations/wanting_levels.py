"""Marks the short levels of an earlier version as wanting, so that lists of what needs ordering include them."""

from typing import Final

from app.store.client import BsonDocument, Database
from app.store.mapping import names
from app.store.migrations.migration import BEGINNING, Migration, MigrationStep
from app.store.migrations.remaining import matching

PAGE: Final = 1_000  # levels in one statement

_UNMARKED: Final[BsonDocument] = {"is_short": True, "is_wanting": {"$exists": False}}
_INDEX: Final = "short"  # bounds it to levels that are short


async def _mark(database: Database, _: str) -> MigrationStep:
    levels = database[names.LEVELS]
    page = await levels.find(_UNMARKED, {"_id": 1}, limit=PAGE, hint=_INDEX).to_list(None)
    if not page:
        return MigrationStep(after=None, read=0, changed=0)
    still = {"_id": {"$in": [each["_id"] for each in page]}, **_UNMARKED}
    await levels.update_many(still, {"$set": {"is_wanting": True}}, hint="_id_")
    return MigrationStep(after=BEGINNING, read=len(page), changed=len(page))


async def _remaining(database: Database, _: str) -> int:
    return await matching(database[names.LEVELS], _UNMARKED, hint=_INDEX)


WANTING_LEVELS: Final = Migration(
    number=1,
    name="wanting_levels",
    version=1,
    since=3,
    changes="marks short levels as wanting",
    collection=names.LEVELS,
    unit="levels",
    done="Levels: {:,} marked as wanting",
    step=_mark,
    remaining=_remaining,
    per_second=5_000,
    index=_INDEX,
)
