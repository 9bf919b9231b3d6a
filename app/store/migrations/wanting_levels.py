"""Marks the short levels of an earlier version as wanting, so that lists of what needs ordering include them."""

from app.store.client import Database
from app.store.mapping import names


async def mark_wanting(database: Database) -> None:
    """Mark the short levels that an earlier version wrote without `is_wanting`.

    Safe to run by every process at every start: an index bounds it to levels that are short.
    """
    await database[names.LEVELS].update_many(
        {"is_short": True, "is_wanting": {"$exists": False}}, {"$set": {"is_wanting": True}}, hint="short"
    )
