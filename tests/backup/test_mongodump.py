"""A database that came back by MongoDB's own tools is served, whatever of the processes that wrote it is in it."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from app.domain.time import Moment
from app.store.driver.client import BsonDocument, Database
from tests.backup.test_rebuild import contents, run, stated
from tests.reconciliation.books import given_books
from tests.support.clock import StillClock
from tests.support.mongodump import mongodump, mongorestore
from tests.support.served import Server
from tests.support.store import mongo_store

ADJUST = """
mutation { stockAdjust(
  input: {sku: "TEA-1", location: "MAIN", delta: 1, reason: FOUND, idempotencyKey: "after"}
) { replayed level { onHand } userErrors { message } } }"""


async def given_used_shop(database: Database) -> None:
    """Fill a shop, with what processes leave: leases that they held, their registry, the session of a browser."""
    store = mongo_store(database, clock=StillClock(Moment(time.time_ns() // 1_000 - 3_600_000_000)))
    await given_books(store)
    await store.close()
    now = datetime.now(UTC)
    held: BsonDocument = {"holder": "gone", "until": now + timedelta(seconds=2), "term": 9}
    await database["leases"].insert_many([{"_id": name, **held} for name in ("totals", "replenishment")])
    await database["webhook_cursors"].insert_one({"_id": "gone", "term": 9, "base": 1, "reached": [["gone", 1]]})


async def adjusted(url: str) -> Any:  # noqa: ANN401 - JSON
    """Change a level, and return the payload."""
    async with httpx.AsyncClient(timeout=60) as client:
        return (await client.post(url, json={"query": ADJUST})).json()["data"]["stockAdjust"]


async def test_a_restored_dump_is_served(
    database: Database, target: Database, mongo_url: str, redis_url: str, tmp_path: Path
) -> None:
    """Indexes and rules are as they were, writes go on, and the books agree; levels in it are those of the ledger."""
    await given_used_shop(database)
    await mongodump(database, tmp_path / "dump")
    await mongorestore(tmp_path / "dump" / database.name, target)
    for name in ("levels", "movements", "audit"):
        assert await target[name].index_information() == await database[name].index_information()
        assert await target[name].options() == await database[name].options()

    server = Server(mongo_url=mongo_url, redis_url=redis_url, database=target.name, settings={})
    try:
        await asyncio.to_thread(server.start)
        new, repeat = await adjusted(server.url), await adjusted(server.url)
    finally:
        await asyncio.to_thread(server.kill)
    assert (new["userErrors"], new["replayed"], repeat["replayed"]) == ([], False, True)
    proven = await run(mongo_url, target.name, "reconcile")
    assert proven.exit_code == 0, proven.output


async def test_a_backup_is_in_the_layout_of_mongorestore(
    database: Database, target: Database, mongo_url: str, tmp_path: Path
) -> None:
    """Restored that way it lacks what follows from the ledger, and `rebuild --levels` makes it."""
    await given_used_shop(database)
    before = stated((await contents(database))["levels"])
    assert (await run(mongo_url, database.name, "backup", "create", tmp_path / "backup")).exit_code == 0
    await mongorestore(tmp_path / "backup" / database.name, target)
    made = await run(mongo_url, target.name, "rebuild", "--levels")
    assert made.exit_code == 0, made.output
    assert stated((await contents(target))["levels"]) == before
