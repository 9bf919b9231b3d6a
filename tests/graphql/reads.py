"""What a request asks of MongoDB, as MongoDB's own profiler recorded it: nothing of ours is patched."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app.store.client import Database

BACKGROUND = {"writers"}  # read by the hub every two seconds, whatever clients do


@asynccontextmanager
async def recorded(database: Database) -> AsyncIterator[Counter[str]]:
    """Count the commands inside, as `command collection`. The counts are there when the context is left."""
    counts: Counter[str] = Counter()
    await database["system.profile"].drop()
    await database.command("profile", 2)
    try:
        yield counts
    finally:
        await database.command("profile", 0)
    for entry in await database["system.profile"].find({}).to_list(None):
        collection = entry["ns"].partition(".")[2]
        command = next(iter(entry.get("command") or {"?": 0}))
        if collection not in BACKGROUND and not collection.startswith(("$cmd", "system.")):
            counts[f"{command} {collection}"] += 1
