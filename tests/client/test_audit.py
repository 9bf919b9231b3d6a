"""`stockpulse audit` beside a running server: what it prints, writes, and finds in a chain that was tampered with."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli.main import main
from app.store.driver.client import Database
from tests.graphql.api import settings_of
from tests.graphql.live.sockets import Served, served
from tests.graphql.operations import seed

ADJUST = "mutation ($input: StockAdjustInput!) { stockAdjust(input: $input) { userErrors { code } } }"
SALE = {"sku": "CUP-1", "location": "MAIN", "delta": -1, "reason": "SALE"}
PAGES = 4


@pytest.fixture
async def shop(database: Database, mongo_url: str, redis_url: str) -> AsyncIterator[Served]:
    """Serve a shop with four sales on four pages, the third of which was refused."""
    await seed(database)
    async with served(settings_of(mongo_url, redis_url, database.name, audit_wait=True)) as server:
        for number in range(PAGES):
            sale = {**SALE, "delta": -99_999 if number == 2 else -1}
            await server.api.post(ADJUST, {"input": sale}, **{"x-request-id": f"sale-{number}"})
        yield server


async def audit(shop: Served, *arguments: str) -> Result:
    """Run a command against the shop."""
    url = f"http://127.0.0.1:{shop.port}/graphql"
    return await asyncio.to_thread(CliRunner().invoke, main, ["audit", *arguments, "--url", url])


async def test_entries_are_listed_and_exported_by_filters(shop: Served, tmp_path: Path) -> None:
    """For people as lines, the newest first; for programs as JSON, with the variables as they were sent."""
    listed = await audit(shop, "list", "--limit", "3")
    assert [line.split()[-1] for line in listed.stdout.splitlines()] == ["sale-3", "sale-2", "sale-1"]
    refused = await audit(shop, "list", "--code", "INSUFFICIENT_STOCK", "--operation", "stockAdjust")
    [line] = refused.stdout.splitlines()
    assert line.split()[1:] == ["MUTATION", "anonymous", "stockAdjust", "INSUFFICIENT_STOCK", "127.0.0.1", "sale-2"]
    file = tmp_path / "audit.jsonl"
    exported = await audit(shop, "export", "--request-id", "sale-0", "-o", str(file))
    assert exported.exit_code == 0, exported.output
    [entry] = [json.loads(line) for line in file.read_text().splitlines()]
    assert (entry["variables"], entry["codes"]) == ({"input": SALE}, ["OK"])
    assert (await audit(shop, "list", "--address", "10.0.0.1")).stdout == ""
    assert (await audit(shop, "list", "--since", "yesterday")).exit_code == 2


async def test_verification_says_where_the_chain_breaks(shop: Served, database: Database) -> None:
    """In the database: a line that was changed, a page that is gone, an end that was cut off."""
    pages = database["audit"]
    whole = await audit(shop, "verify", "--quiet")
    *_, verdict, last = whole.stdout.splitlines()
    assert (whole.exit_code, verdict) == (0, "4 pages with 4 entries: whole.")
    head = last.removeprefix("Head: ")
    assert (await audit(shop, "verify", "--quiet", "--head", head)).exit_code == 0

    stored = await pages.find_one({"_id": 2})
    assert stored is not None
    await pages.update_one({"_id": 2}, {"$set": {"lines": [stored["lines"][0].replace("-1", "-2")]}})
    changed = await audit(shop, "verify", "--quiet")
    assert changed.exit_code == 1
    assert changed.stdout.startswith(f"Page 2 of {stored['day']}: its content was changed")

    await pages.delete_one({"_id": 2})
    missing = await audit(shop, "verify", "--quiet")
    assert f"Page 3 of {stored['day']}: page 2 is missing before it." in missing.stdout.splitlines()

    await pages.insert_one(stored)
    await pages.delete_one({"_id": 4})
    assert (await audit(shop, "verify", "--quiet")).exit_code == 0
    cut = await audit(shop, "verify", "--quiet", "--head", head)
    assert (cut.exit_code, cut.stdout.splitlines()[0]) == (1, "Page 4: the end is missing: the chain was longer once.")
    assert (await audit(shop, "verify", "--head", "4")).exit_code == 2
