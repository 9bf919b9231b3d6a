"""What a request asks of MongoDB, as MongoDB's own profiler recorded it: nothing of ours is patched."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app.store.client import Database

BACKGROUND = {"writers", "webhooks", "webhook_cursors", "leases"}  # read every second or two, whatever clients do
BACKGROUND_INDEXES = {"due", "backordered", "pending"}  # those by which sweepers and couriers look every now and then


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
        said = entry.get("command") or {"?": 0}
        command = next(iter(said))
        if said.get("hint") in BACKGROUND_INDEXES:
            continue
        if collection not in BACKGROUND and not collection.startswith(("$cmd", "system.")):
            counts[f"{command} {collection}"] += 1
