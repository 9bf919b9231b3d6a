"""A release and the one after it serve one database side by side, as in a rolling upgrade; either may be begun again.

The newer is this build with its number and its list of migrations changed before anything reads them: no setting can
make a build claim another release.
"""

import asyncio
import json
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from itertools import cycle
from pathlib import Path
from typing import Any

import httpx

from app.store.driver.client import BsonDocument, Database
from app.store.migrations.migration_list import MIGRATIONS
from tests.support.ledger import check_ledger
from tests.support.scene import given_level
from tests.support.served import Server
from tests.support.stockpulse import STOCKPULSE, STOP_SECONDS
from tests.support.store import mongo_store
from tests.support.waiting import eventually

NEXT = """
from app.store.database import release

release.RELEASE += 1

from app.store.migrations import migration_list
from app.store.migrations.migration import Migration, MigrationStep

async def step(database, after):
    result = await database["items"].update_many({"brand": None}, {"$set": {"brand": "ours"}})
    return MigrationStep(after=None, read=result.modified_count, changed=result.modified_count)

async def remaining(database, after):
    return await database["items"].count_documents({"brand": None})

migration_list.MIGRATIONS = (*migration_list.MIGRATIONS, Migration(
    number=1_000, name="brands", version=1, since=release.RELEASE, changes="names brands", collection="items",
    unit="items", done="Brands: {:,} named", step=step, remaining=remaining, per_second=1,
))
"""
ADJUST = """mutation ($key: String!) {
  stockAdjust(input: {sku: "TEA-1", location: "MAIN", delta: 1, reason: FOUND, idempotencyKey: $key}) {
    level { version } replayed userErrors { message }
  }
}"""
ITEM = 'mutation ($sku: String!) { itemUpsert(input: {sku: $sku, name: "Tea"}) { userErrors { message } } }'
WATCH = 'subscription { stockLevels(filter: {skus: ["TEA-1"]}) { kind level { version } } }'
CALLS = 20


def environment(folder: Path) -> dict[str, str]:
    """Return what makes a process of this build one of the release after it."""
    (folder / "sitecustomize.py").write_text(NEXT)
    return {"PYTHONPATH": str(folder)}


async def answered(client: httpx.AsyncClient, url: str, query: str, **variables: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Return the one field of an answer."""
    [field] = (await client.post(url, json={"query": query, "variables": variables})).json()["data"].values()
    assert field["userErrors"] == []
    return dict(field)


def migrated_by(server: Server) -> subprocess.CompletedProcess[str]:
    """Run `stockpulse migrate` of the build that a server is."""
    command = [*STOCKPULSE, "migrate"]
    return subprocess.run(  # noqa: S603 - our own command
        command, env=server.environment, capture_output=True, text=True, timeout=10 * STOP_SECONDS, check=False
    )


async def brands(database: Database) -> list[str | None]:
    """Return the brand of each item, None where the migration has not been."""
    return [each.get("brand") for each in await database["items"].find(sort=[("_id", 1)]).to_list(None)]


@asynccontextmanager
async def watched(client: httpx.AsyncClient, url: str) -> AsyncIterator[list[tuple[str, int]]]:
    """Give the events of the level as they come: their kind and version."""
    seen = list[tuple[str, int]]()

    async def watch() -> None:
        headers = {"accept": "text/event-stream"}
        async with client.stream("POST", url, json={"query": WATCH}, headers=headers) as stream:
            async for line in stream.aiter_lines():
                if line.startswith('data: {"data"'):
                    event = json.loads(line.removeprefix("data: "))["data"]["stockLevels"]
                    seen.append((event["kind"], event["level"]["version"]))

    watching = asyncio.create_task(watch())
    try:
        await eventually(lambda: _is_any(seen))
        yield seen
    finally:
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching


async def _is_any(seen: list[tuple[str, int]]) -> bool:
    return bool(seen)


async def test_neighbouring_releases_serve_one_database(
    database: Database, mongo_url: str, redis_url: str, tmp_path: Path
) -> None:
    """Nothing is lost while one starts beside the other or is killed; subscribers of each see the other's changes."""
    store = mongo_store(database)
    await given_level(store, on_hand=5)
    urls = {"mongo_url": mongo_url, "redis_url": redis_url, "database": database.name}
    ours = Server(**urls, settings={})
    newer = Server(**urls, settings=environment(tmp_path))
    async with httpx.AsyncClient(timeout=60) as client:
        try:
            # given: the newer starts while the older serves, and migrates
            await asyncio.to_thread(ours.start)
            beside = asyncio.create_task(asyncio.to_thread(newer.start))
            for number in range(CALLS):
                await answered(client, ours.url, ADJUST, key=f"beside {number}")
            await beside
            assert await brands(database) == ["ours"]
            # when: both serve, and the older makes what the newer has to migrate
            async with watched(client, ours.url) as of_ours, watched(client, newer.url) as of_newer:
                for number, server in zip(range(CALLS), cycle([ours, newer]), strict=False):
                    await answered(client, server.url, ADJUST, key=f"both {number}")
                last = (await answered(client, newer.url, ADJUST, key="both 0"))["level"]["version"]
                for seen in (of_ours, of_newer):
                    await eventually(lambda seen=seen: _has_seen(seen, last))
            await answered(client, ours.url, ITEM, sku="NEW")
            # then: the newer migrates that, too; the older may be killed and begun again, and leaves its work alone
            job = await asyncio.to_thread(migrated_by, newer)
            assert (job.returncode, "Brands: 1 named" in job.stderr) == (0, True), job.stderr
            assert await brands(database) == ["ours", "ours"]
            records = await records_of(database)
            ours.kill()
            await asyncio.to_thread(ours.start)
            assert await records_of(database) == records
            assert (await answered(client, ours.url, ADJUST, key="beside 0"))["replayed"] is True
        finally:
            ours.kill()
            newer.kill()
    [level] = (await check_ledger(store)).levels
    assert level.on_hand == 5 + 2 * CALLS


async def _has_seen(seen: list[tuple[str, int]], version: int) -> bool:
    return seen[-1][1] == version


async def records_of(database: Database) -> list[BsonDocument]:
    """Return what the migrations and releases have recorded, in the order of their names."""
    records = await database["upgrades"].find(sort=[("_id", 1)]).to_list(None)
    assert len(records) == len(MIGRATIONS) + 3  # that of the newer release, the release, and the format
    return records
