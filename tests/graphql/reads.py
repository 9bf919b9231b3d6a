"""What a request asks of MongoDB, as MongoDB's own profiler recorded it: nothing of ours is patched."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from app.domain.day import day_of
from app.domain.idempotency import operation_id_of_key
from app.domain.operation import SYSTEM
from app.domain.time import moment_of
from app.store.driver.client import Database
from tests.support.waiting import eventually

# Read every second or two, whatever clients do.
BACKGROUND = {"writers", "webhooks", "webhook_cursors", "leases", "policies", "begun_levels", "item_changes"}
# Those by which sweepers and couriers look every now and then.
BACKGROUND_INDEXES = {"due", "declined_until", "backordered", "pending", "short", "begun", "in_order_of_writer"}
OWN_DRAFTS = {"state": {"$in": ["DRAFT"]}, "is_automatic": True}  # looked for by what sends them


@asynccontextmanager
async def recorded(database: Database) -> AsyncIterator[Counter[str]]:
    """Count the commands inside, as `command collection`. The counts are there when the context is left.

    What goes on by itself is not counted: what is done once is waited for, and the rest is known by what it asks.
    """
    counts: Counter[str] = Counter()
    review = operation_id_of_key(actor=SYSTEM, key=f"review:{day_of(moment_of(datetime.now(UTC)))}")
    await eventually(lambda: database["operations"].find({"_id": review}).to_list(None))
    await eventually(lambda: database["begun_levels"].find({"_id": "archived"}).to_list(None))
    await eventually(lambda: database["stock_totals"].find({"_id": "all/state", "built_to": None}).to_list(None))
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
        where = said.get("filter", {})
        if said.get("hint") in BACKGROUND_INDEXES or where == OWN_DRAFTS or where.get("_id") == {"$in": [review]}:
            continue
        if collection not in BACKGROUND and not collection.startswith(("$cmd", "system.")):
            counts[f"{command} {collection}"] += 1
