"""Marks the levels that an earlier version found short, so that lists of what wants ordering include them."""

from app.store.client import Database
from app.store.mapping import names


async def mark_wanting(database: Database) -> None:
    """Let lists find the levels that were short before it was kept that they, or who declined it, want something.

    Safe to run by every process at every start: it looks only at levels that are short.
    """
    await database[names.LEVELS].update_many(
        {"is_short": True, "is_wanting": {"$exists": False}}, {"$set": {"is_wanting": True}}, hint="short"
    )
